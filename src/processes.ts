/** Processes: those that this one has started, of which none stays behind when it ends, and what Linux tells of any. */
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

const running = new Set<ChildProcess>();
let isEnding = false;

/**
 * Has a program killed when this process ends, or {@link endChildren} says so. To be called as soon as it is started. When it ends by
 * itself, what it has left behind in a process group of its own is killed.
 */
export function keepTrack(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (isEnding) killTree(child);
  if (running.size === 0) process.on('exit', killRunning);
  running.add(child);
  child.once('exit', () => {
    running.delete(child);
    killGroup(child.pid!);
    if (running.size === 0) process.off('exit', killRunning);
  });
}

/**
 * Kills every program that is running, and from now on any that is started: for a process that is about to end.
 * @returns when those that were running are gone.
 */
export async function endChildren(): Promise<void> {
  isEnding = true;
  const gone = [...running].map((child) => new Promise((resolve) => child.once('exit', resolve)));
  killRunning();
  await Promise.all(gone);
}

function killRunning(): void {
  for (const child of running) killTree(child);
}

/** Kills a program that is running and, where it leads a process group of its own, what it has started. */
export function killTree(child: ChildProcess): void {
  // Once it has ended, its number may soon be another's.
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  if (!killGroup(child.pid)) child.kill('SIGKILL');
}

/** Kills the processes of a group. @returns false where there is none, or none of them is left. */
function killGroup(leader: number): boolean {
  if (process.platform === 'win32') return false;
  try {
    return process.kill(-leader, 'SIGKILL');
  } catch {
    return false;
  }
}

/**
 * The fields of /proc/PID/stat from the state on, as proc_pid_stat(5) has them (the state is its third); empty for a process that
 * is gone, and where the system has no such file.
 */
export function statFields(pid: number | string): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
