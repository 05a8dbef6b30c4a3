/** Programs that are watched: which files they leave in a home of their own, and whether they turn to a network. */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const listener = fileURLToPath(new URL('./listener.js', import.meta.url));

/** Makes a network of loopback alone, whose name server is what listens there, and runs the rest of the arguments in it. */
const inNamespace = ['--map-root-user', '--net', '--mount', 'sh', '-c'];
const enter = 'ip link set lo up && mount --bind "$0" /etc/resolv.conf && exec "$@"';

/** Whether programs can be given a network of their own here: on Linux, where namespaces are allowed. */
export const canIsolate: boolean =
  process.platform === 'linux' &&
  spawnSync('unshare', [...inNamespace, enter, '/etc/resolv.conf', 'true'], { stdio: 'ignore' }).status === 0;

/** Whether system calls can be watched here. */
export const canTrace: boolean =
  process.platform === 'linux' &&
  spawnSync('strace', ['-qq', '-o', '/dev/null', 'true'], { stdio: 'ignore' }).status === 0;

export interface Seen {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
  /** Every file under the home folder, from there. */
  readonly files: readonly string[];
  /** Every file in the folder for temporary ones, from there. */
  readonly temporary: readonly string[];
  /** Names that were asked for; empty where {@link canIsolate} is false. */
  readonly lookups: readonly string[];
  /** System calls for sockets of IP, by any process or thread; empty where {@link canTrace} is false. */
  readonly sockets: readonly string[];
}

/**
 * Runs `node ARGS` with an environment that has nothing but a path, an empty home, an empty folder for temporary files and `env`.
 * @param untilAsked whether to end it once it has asked for a name.
 */
export async function watch(
  args: readonly string[],
  { env = {}, untilAsked = false }: { env?: Readonly<Record<string, string>>; untilAsked?: boolean } = {},
): Promise<Seen> {
  const folder = await mkdtemp(join(tmpdir(), 'vggdraw-watched-'));
  const paths = ['home', 'tmp', 'resolv.conf', 'names', 'trace'].map((name) => join(folder, name));
  const [home, temporary, resolver, names, trace] = paths;
  try {
    await mkdir(home!);
    await mkdir(temporary!);
    await writeFile(resolver!, 'nameserver 127.0.0.1\n');
    const traced = canTrace ? ['strace', '-f', '-qq', '--seccomp-bpf', '-e', 'trace=%network', '-o', trace!] : [];
    const command = [...traced, process.execPath, ...args];
    const listening = [process.execPath, listener, names!, ...(untilAsked ? ['--until-asked'] : []), ...command];
    const [program, ...rest] = canIsolate ? ['unshare', ...inNamespace, enter, resolver!, ...listening] : command;
    const { PATH } = process.env;
    const own = { HOME: home!, TMPDIR: temporary! };
    const finished = await run(program!, rest, { ...(PATH === undefined ? {} : { PATH }), ...own, ...env });
    return {
      ...finished,
      files: await filesIn(home!),
      temporary: await filesIn(temporary!),
      lookups: await linesOf(names!),
      sockets: (await linesOf(trace!)).filter((line) => /AF_INET/.test(line)),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const run = (program: string, args: readonly string[], env: NodeJS.ProcessEnv) =>
  new Promise<Pick<Seen, 'code' | 'stdout' | 'stderr'>>((resolve) => {
    execFile(program, args, { env }, (error, stdout, stderr) =>
      resolve({ code: error ? (error.code ?? error.signal ?? 'none') : 0, stdout, stderr }),
    );
  });

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

const linesOf = async (path: string): Promise<string[]> =>
  existsSync(path) ? (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '') : [];
