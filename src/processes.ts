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
    killTree(child);
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

/** Kills a program and, where it leads a process group of its own, what it has started. */
export function killTree(child: ChildProcess | undefined): void {
  if (child?.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL'); // It leads no group, or is gone.
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
