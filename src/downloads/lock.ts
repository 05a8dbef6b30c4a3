/** Lets one process at a time do something: a file that says who does it, kept young for as long as it is being done. */
import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { errorCode, InputError, messageOf } from '../errors.js';

export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called once where another process has the lock; `pid` is undefined where it is not known. */
  readonly onWait?: (pid: number | undefined) => void;
  /** Milliseconds between two looks at a lock that another process has. */
  readonly poll?: number;
  /** Milliseconds after which a lock that its holder does not renew counts as left behind. */
  readonly staleAfter?: number;
}

export interface Lock {
  /** Whether another process had it first. */
  readonly waited: boolean;
  /** Whether it was taken from a process that may still live, only silent for too long: asleep, for instance. */
  readonly seized: boolean;
  /** Whether nobody has seized it from us. */
  isHeld(): Promise<boolean>;
  /** Gives it to whoever waits. */
  release(): Promise<void>;
}

const holderSchema = z.object({ pid: z.number().int().positive(), host: z.string(), token: z.string() });

/**
 * Takes the lock at `path`, waiting for as long as another process has it.
 * @throws InputError where no file can be made there. Where `signal` is aborted while it waits: an error.
 */
export async function acquireLock(path: string, options: LockOptions = {}): Promise<Lock> {
  const { signal, onWait, poll = 250, staleAfter = 30_000 } = options;
  const text = JSON.stringify({ pid: process.pid, host: hostname(), token: randomUUID() });
  let waited = false;
  let seized = false;
  while (!(await create(path, text))) {
    signal?.throwIfAborted();
    const holder = await readLock(path);
    // It was released at this moment.
    if (!holder) continue;
    const isDead = holder.here && !isRunning(holder.pid!);
    if (isDead || holder.age > staleAfter) {
      if ((await breakLock(path, holder.text)) && !isDead) seized = true;
      continue;
    }
    if (!waited) onWait?.(holder.pid);
    waited = true;
    await wait(poll, undefined, signal ? { signal } : {});
  }

  const renew = () => {
    const now = new Date();
    // Whoever took it away is noticed by `isHeld`.
    utimes(path, now, now).catch(() => {});
  };
  const timer = setInterval(renew, staleAfter / 10);
  const isHeld = async () => (await readFile(path, 'utf8').catch(() => '')) === text;
  return {
    waited,
    seized,
    isHeld,
    async release() {
      clearInterval(timer);
      if (await isHeld()) await rm(path, { force: true });
    },
  };
}

/** Makes the lock's file; false where there is one. */
async function create(path: string, text: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(text).finally(() => file.close());
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw new InputError(
      `can't write ${path}: ${messageOf(error)}; mend that, or choose another folder with $VGGDRAW_CACHE`,
    );
  }
}

/** Who has the lock: their process where it runs on this machine, and the milliseconds since they renewed it. */
async function readLock(
  path: string,
): Promise<{ text: string; age: number; pid: number | undefined; here: boolean } | undefined> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    const { data } = holderSchema.safeParse(parse(text));
    // Our own number in another's lock is one that the system gave out again, or a second download of this process.
    const here = data?.host === hostname() && data.pid !== process.pid;
    return { text, age: Date.now() - mtimeMs, pid: data?.pid, here };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw new InputError(`can't read ${path}: ${messageOf(error)}; remove it if no other vggdraw is running`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Being written at this moment, or its writer died doing so: then its age decides.
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** Takes a lock away that says `text`; false where somebody else has done so. */
async function breakLock(path: string, text: string): Promise<boolean> {
  // Renamed before it is removed: of two who find the same old lock, only one gets it, and neither removes the other's new one
  // unseen.
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw new InputError(`can't remove ${path}: ${messageOf(error)}; remove it if no other vggdraw is running`);
  }
  const isTheOldOne = (await readFile(aside, 'utf8')) === text;
  if (isTheOldOne) await rm(aside, { force: true });
  else await rename(aside, path);
  return isTheOldOne;
}
