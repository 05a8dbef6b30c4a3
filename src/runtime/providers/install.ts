/** Brings the files that onnxruntime-node leaves out of its package, by its own installer. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { InputError } from '../../errors.js';
import { facts, isPublishedFor } from './facts.js';
import { type Machine, thisMachine } from './machine.js';
import { installScript, libraryFolder } from './package.js';

/**
 * Installs the CUDA files; the installer's output goes to this process's own.
 * @throws InputError where there are none for this machine, or the installer fails.
 */
export async function installCuda(machine: Machine = thisMachine, script: string = installScript()): Promise<void> {
  const { platform, arch } = machine;
  if (!isPublishedFor('cuda', platform, arch)) {
    throw new InputError(
      `onnxruntime-node has CUDA files for ${facts.cuda.systems} only, and this is ${platform} ${arch}; ` +
        "'vggdraw providers' shows what there is",
    );
  }
  // Of what the script understands, this alone makes it install whatever else is set, and whatever is there already.
  const env = { ...process.env, ...proxies(process.env), ONNXRUNTIME_NODE_INSTALL: 'true' };
  const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  const folder = libraryFolder(platform, arch);
  if (code !== 0) {
    throw new InputError(
      `onnxruntime-node's installer failed (${signal ?? `code ${code}`}), as it says above; it needs a network ` +
        `(HTTPS_PROXY names a proxy to it) and has to write to ${folder}`,
    );
  }
  const missing = facts.cuda.libraries.filter((library) => !machine.hasLibrary(library));
  if (missing.length === 0) return;
  throw new InputError(`onnxruntime-node's installer ended, but ${missing.join(' and ')} did not come to ${folder}`);
}

/** The proxies that programs are usually told of, under the names by which the installer looks for them. */
function proxies(env: NodeJS.ProcessEnv): Record<string, string> {
  const named = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'].map((name) => {
    const value = env[`GLOBAL_AGENT_${name}`] || env[name] || env[name.toLowerCase()];
    return value ? { [`GLOBAL_AGENT_${name}`]: value } : {};
  });
  return Object.assign({}, ...named);
}
