/** Processes of a case, as Linux shows them in /proc. Elsewhere nothing is seen. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Whether processes and their memory can be seen. */
export const seesProcesses = existsSync('/proc/self/status');

/** Processes that still run and have `variable=value` in their environment. */
export function processesWith(variable: string, value: string): { pid: number; command: string }[] {
  if (!seesProcesses) return [];
  const found: { pid: number; command: string }[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const environment = readFileSync(`/proc/${name}/environ`, 'latin1').split('\0');
      if (!environment.includes(`${variable}=${value}`)) continue;
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      // What has ended and was not yet waited for has no command any more.
      if (command !== '') found.push({ pid: Number(name), command: command.slice(0, 80) });
    } catch {} // It has ended meanwhile, or is somebody else's.
  }
  return found;
}

/** The most memory that a process has held, in bytes; undefined where it can't be told. */
export function peakBytesOf(pid: number): number | undefined {
  if (!seesProcesses) return undefined;
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}

export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {} // It is gone.
}
