/** Processes: those that this one has started, of which none stays behind when it ends, and what Linux tells of any. */
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

const running = new Set<ChildProcess>();

/**
 * Has a program killed when this process ends, or when {@link killChildren} is called.
 * @returns the program.
 */
export function keepTrack<T extends ChildProcess>(child: T): T {
  if (child.pid === undefined) return child;
  if (running.size === 0) process.on('exit', killChildren);
  running.add(child);
  child.once('exit', () => {
    running.delete(child);
    if (running.size === 0) process.off('exit', killChildren);
  });
  return child;
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

/** Kills every program that is running, without waiting for it. */
export function killChildren(): void {
  for (const child of running) killTree(child);
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
