/** What is asked of a machine to find out which providers it has. Tests ask made-up ones. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Provider } from '../provider.js';
import { libraryFolder } from './package.js';
import { type Outcome, prove } from './prove.js';

export interface Machine {
  readonly platform: string;
  readonly arch: string;
  readonly processor: string | undefined;
  /**
   * The providers that the installed build of ONNX Runtime lists; `bundled` ones need no further files.
   * @throws Error where its libraries cannot be loaded here.
   */
  listed(): Promise<readonly { readonly name: string; readonly bundled: boolean }[]>;
  /** Whether ONNX Runtime has a file of that name beside its libraries. */
  hasLibrary(name: string): boolean;
  /** False where a cheap look shows that there is no GPU that could be used. */
  mayHaveGpu(): boolean;
  /** Names of the GPUs that NVIDIA's driver sees. */
  nvidiaGpus(): Promise<readonly string[]>;
  /** Has a provider compute a small gradient, and says how that went. */
  prove(provider: Provider): Promise<Outcome>;
}

export const thisMachine: Machine = {
  platform: process.platform,
  arch: process.arch,
  processor: cpus()[0]?.model,
  // Loaded only when it is asked for: nothing of ONNX Runtime is needed to choose the CPU.
  listed: async () => (await import('../session.js')).listedProviders(),
  hasLibrary: (name) => existsSync(join(libraryFolder(process.platform, process.arch), name)),
  // Linux shows GPUs as device nodes: NVIDIA's, everybody else's, WSL's. Elsewhere there is one more often than not.
  mayHaveGpu: () =>
    process.platform !== 'linux' ||
    ['/dev/nvidiactl', '/dev/dxg'].some((node) => existsSync(node)) ||
    (existsSync('/dev/dri') && readdirSync('/dev/dri').some((name) => name.startsWith('renderD'))),
  nvidiaGpus: async () => {
    const query = ['--query-gpu=name', '--format=csv,noheader'];
    const answer = await promisify(execFile)('nvidia-smi', query, { timeout: 10_000 }).catch(() => ({ stdout: '' }));
    return answer.stdout.split('\n').filter((line) => line !== '');
  },
  prove,
};
