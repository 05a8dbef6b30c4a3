/** Tells a program that is slow from one that hangs, by signs of life and not by a time that it may take. */
import type { ChildProcess } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { statFields } from '../processes.js';

export class Hanging extends Error {
  override readonly name = 'Hanging';
}

export interface Watch {
  /** What the program has got done so far, in any words: while it changes the program is alive. */
  readonly done: () => string | Promise<string>;
  /** Seconds without a sign of life after which it counts as hanging. */
  readonly patience: number;
}

/** Milliseconds between two looks. */
const interval = 250;

/** How many times as long a program may compute without getting anything done that can be seen. */
const whileComputing = 12;

/** How many times as long it may be silent where nobody tells whether it computes. */
const whereUnknown = 4;

/**
 * What `work` resolves to; it is what the child is to do.
 * @throws Hanging where the child does nothing, or gets nothing done although it computes. It is left running.
 */
export async function whileAlive<T>(child: ChildProcess, work: Promise<T>, { done, patience }: Watch): Promise<T> {
  const looks = (patience * 1000) / interval;
  let timer: NodeJS.Timeout | undefined;
  const hanging = new Promise<never>((_, fail) => {
    let last: string | undefined;
    let cpu: number | undefined;
    // Counted in looks, because no time has passed for a process that was stopped, on a machine that was asleep.
    let [silent, fruitless] = [0, 0];
    let isLooking = false;
    const look = async (): Promise<void> => {
      const now = await done();
      if (now !== last) [silent, fruitless] = [0, 0];
      last = now;
      fruitless++;
      const seen = activity(child.pid!);
      if (seen && (seen.isWaiting || seen.cpu !== cpu)) silent = 0;
      else silent++;
      cpu = seen?.cpu;
      if (silent > looks * (seen ? 1 : whereUnknown) || fruitless > looks * whileComputing) fail(new Hanging());
    };
    timer = setInterval(() => {
      if (isLooking) return;
      isLooking = true;
      look()
        .catch(fail)
        .finally(() => {
          isLooking = false;
        });
    }, interval);
  });
  hanging.catch(() => {});
  try {
    return await Promise.race([work, hanging]);
  } finally {
    clearInterval(timer);
  }
}

interface Activity {
  /** Processor time so far, in the system's ticks. */
  readonly cpu: number;
  /** Whether it waits for a processor or a disk, and not for anything else. */
  readonly isWaiting: boolean;
}

/** What the processes of a group do; undefined where the system does not tell, which only Linux does without a program. */
function activity(group: number): Activity | undefined {
  if (process.platform !== 'linux') return undefined;
  let cpu = 0;
  let isWaiting = false;
  try {
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      const fields = statFields(name);
      // The group, then four times: its own, and those of children that have ended.
      if (Number(fields[2]) !== group) continue;
      cpu += fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
      isWaiting ||= /^[RD]$/.test(fields[0]!);
    }
  } catch {
    return undefined;
  }
  return { cpu, isWaiting };
}
