/** Keeps two studios apart that are to keep their drawings in one folder. */
import { join } from 'node:path';
import { acquireLock, type Lock } from '../downloads/lock.js';
import { InputError } from '../errors.js';
import { shownName } from '../one-line.js';

const name = '.studio.lock';

/**
 * Of two studios at one folder each would take the other's drawings for broken off, and could remove them while they are drawn.
 * @throws InputError where there is another one.
 */
export async function lockFolder(folder: string): Promise<Lock> {
  const giving = new AbortController();
  let holder: number | undefined;
  const onWait = (pid: number | undefined) => {
    holder = pid;
    giving.abort();
  };
  try {
    return await acquireLock(join(folder, name), { signal: giving.signal, onWait });
  } catch (error) {
    if (!giving.signal.aborted) throw error;
    const who = holder === undefined ? '' : `, process ${holder}`;
    throw new InputError(
      `another studio has ${shownName(folder)} open${who}; use its page, end it, or name another folder`,
      { field: 'folder' },
    );
  }
}
