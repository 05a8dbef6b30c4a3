/** Proves a provider, in a process of its own: native code that fails may take its process with it, or never return. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../../errors.js';
import { keepTrack } from '../../processes.js';
import { type Provider, providerLabel } from '../provider.js';
import type { Proof } from './proof.js';

/** How a proof went. `log` is what native code wrote meanwhile. */
export type Outcome =
  | (Extract<Proof, { kind: 'ran' }> & { readonly log: string })
  | (Extract<Proof, { kind: 'threw' }> & { readonly log: string })
  /** The process ended before it said anything; `how`: a signal, or `code N`. */
  | { readonly kind: 'ended'; readonly how: string; readonly log: string }
  | { readonly kind: 'silent'; readonly seconds: number; readonly log: string };

/** Long enough for a driver that compiles its kernels at first use. */
const patience = 60;

/** @param seconds how long to wait for the proof. */
export function prove(provider: Provider, seconds = patience): Promise<Outcome> {
  return runProof([fileURLToPath(new URL('./proof.js', import.meta.url)), providerLabel(provider)], seconds);
}

/** @param args of node: a script that tells its parent a {@link Proof}, and what that script is to be told. */
export function runProof(args: readonly string[], seconds: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], windowsHide: true });
    keepTrack(child);
    let proof: Proof | undefined;
    let log = '';
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, seconds * 1000);
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
    child.once('message', (message) => {
      proof = message as Proof;
      // Not left to end by itself: some drivers fail when they are unloaded.
      child.kill('SIGKILL');
    });
    const finish = (outcome: Outcome) => {
      clearTimeout(timer);
      resolve(outcome);
    };
    child.once('error', (error) => finish({ kind: 'ended', how: messageOf(error), log }));
    child.once('close', (code, signal) => {
      if (proof) finish({ ...proof, log });
      else if (isLate) finish({ kind: 'silent', seconds, log });
      else finish({ kind: 'ended', how: signal ?? `code ${code}`, log });
    });
  });
}
