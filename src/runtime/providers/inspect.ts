/** Finds out whether a provider can be used on a machine, and if not, why and how to mend it. */
import { messageOf } from '../../errors.js';
import { type Provider, type ProviderName, providerNames } from '../provider.js';
import { describeDevice } from './device.js';
import { explain } from './explain.js';
import { facts, installCommand, isPublishedFor } from './facts.js';
import { type Machine, thisMachine } from './machine.js';

/** What is known of a provider on a machine. */
export interface ProviderReport {
  readonly name: ProviderName;
  /** Whether the installed build of ONNX Runtime has it. */
  readonly known: boolean;
  /** Whether its files are there. */
  readonly installed: boolean;
  /** Whether it computed a small gradient, all of it, and agreed with the CPU. */
  readonly usable: boolean;
  /** What it computed on; null where that could not be learned. */
  readonly device: string | null;
  /** Why it cannot be used, and how to mend it; null where it can. */
  readonly reason: string | null;
}

/** A report, and what `auto` has to know besides. */
export interface Inspection extends ProviderReport {
  /** Whether a processor plays the GPU, so that nothing is won. */
  readonly isSoftware: boolean;
}

/** Reports every provider, in the order of {@link providerNames}. One after another: they would be in each other's way. */
export async function inspectProviders(machine: Machine = thisMachine): Promise<Inspection[]> {
  const reports = [];
  for (const name of providerNames) reports.push(await inspectProvider({ name }, machine));
  return reports;
}

/**
 * What this machine can compute on: a report per provider. Each is proven in a process of its own, so that a driver that fails
 * takes nothing with it; that takes up to a few seconds.
 */
export async function listProviders(): Promise<ProviderReport[]> {
  return (await inspectProviders()).map(({ isSoftware: _, ...report }) => report);
}

export async function inspectProvider(provider: Provider, machine: Machine = thisMachine): Promise<Inspection> {
  const { name } = provider;
  const { platform, arch } = machine;
  const not = { known: false, installed: false, usable: false, device: null, isSoftware: false };
  let listed: Awaited<ReturnType<Machine['listed']>>;
  try {
    listed = await machine.listed();
  } catch (error) {
    const reason = `onnxruntime-node cannot be loaded on ${platform} ${arch}: ${messageOf(error).split('\n')[0]}`;
    return { name, ...not, reason };
  }
  const backend = listed.find((one) => one.name === name);
  if (!backend) return { name, ...not, reason: whyUnknown(name, machine) };
  if (!backend.bundled && !facts[name].libraries.every((library) => machine.hasLibrary(library))) {
    return { name, ...not, known: true, reason: `its files are not installed; '${installCommand}' brings them` };
  }
  const found = { ...not, known: true, installed: true };
  const outcome = await machine.prove(provider);
  const reason = explain(provider, outcome);
  if (outcome.kind !== 'ran') return { name, ...found, reason: reason! };
  const device = await describeDevice(provider, outcome, machine);
  const proven = { ...found, device: device.name ?? null, isSoftware: device.isSoftware };
  return { name, ...proven, usable: reason === undefined, reason: reason ?? null };
}

function whyUnknown(name: ProviderName, { platform, arch }: Machine): string {
  if (isPublishedFor(name, platform, arch)) return 'this build of onnxruntime-node leaves it out';
  return `onnxruntime-node has it for ${facts[name].systems} only, and this is ${platform} ${arch}`;
}
