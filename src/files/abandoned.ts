/** Whose an unfinished file is, in its name: what a process that was killed has left behind, a later one removes. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, readlinkSync, renameSync } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { errorCode } from '../errors.js';
import { statFields } from '../processes.js';

/**
 * `partial` is a file or folder that is being written; `aside` a folder in which one that is being replaced waits, under its name.
 */
type Kind = 'partial' | 'aside';

/** Machine, process, and the process' start in clock ticks (0 where the system does not tell): no two processes share them. */
const namePattern = /^\.vggdraw-([0-9a-f]{8})-(\d+)-(\d+)-[0-9a-f]{12}\.(partial|aside)$/;

let owner: string | undefined;

/** A name that nothing has, short enough for any file system, that says that it belongs to this process. */
export function ownedName(kind: Kind): string {
  owner ??= `${machine()}-${process.pid}-${startOf(process.pid) ?? '0'}`;
  return `.vggdraw-${owner}-${randomBytes(6).toString('hex')}.${kind}`;
}

/** Milliseconds after which what nobody has touched counts as left behind where its owner can't be asked for: a week. */
const longAgo = 7 * 24 * 3600 * 1000;

/**
 * Removes from a folder what other processes of ours have left unfinished; a folder that was to be replaced when that happened gets
 * its name back. What belongs to a process that is running is left, and so is what can't be removed.
 */
export async function removeAbandoned(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const [, machine, pid, start, kind] = namePattern.exec(name) ?? [];
    if (machine === undefined) continue;
    const path = join(folder, name);
    try {
      const { mtimeMs, uid } = await lstat(path);
      if (uid !== (process.getuid?.() ?? uid)) continue;
      if (!isGone(machine, Number(pid), start!) && Date.now() - mtimeMs < longAgo) continue;
      if (kind === 'aside') putBack(path, folder);
      await rm(path, { recursive: true, force: true });
    } catch {}
  }
}

/** Gives what waits in a folder made `aside` its name back, where nothing has got it. */
export function putBack(aside: string, folder: string): void {
  for (const name of readdirSync(aside)) {
    if (!existsSync(join(folder, name))) renameSync(join(aside, name), join(folder, name));
  }
}

/** Whether an owner has ended, so far as that is known: not of other machines, and never of a process that is running. */
function isGone(itsMachine: string, pid: number, start: string): boolean {
  if (itsMachine !== machine()) return false;
  if (process.platform === 'linux') return startOf(pid) !== start;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return errorCode(error) === 'ESRCH';
  }
}

/** When a running process has started, in clock ticks since the machine did; undefined where it is gone or not to be known. */
function startOf(pid: number): string | undefined {
  const fields = statFields(pid);
  return /^[ZX]$/.test(fields[0] ?? '') ? undefined : fields[19];
}

/** Among whose processes a process number means the same: those of this machine since it has started, of this container. */
function machine(): string {
  const parts = [hostname()];
  try {
    parts.push(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'), readlinkSync('/proc/self/ns/pid'));
  } catch {} // Only Linux has them.
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 8);
}
