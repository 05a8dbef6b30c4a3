/** The standard streams. Whether anybody reads them is no matter to the work: it goes on, and what can't be said is not said. */
import { errorCode, messageOf } from '../errors.js';

let unwritten: unknown;

/** From here on a stream that can't be written ends nothing. */
export function outliveReaders(): void {
  process.stdout.on('error', (error: unknown) => {
    // Whoever reads may leave (`| head`), and then wants no more; a disk that is full is another thing.
    if (errorCode(error) !== 'EPIPE') unwritten ??= error;
  });
  process.stderr.on('error', () => {});
}

/** Waits until stdout is written. @returns why it could not be, or undefined. */
export async function reportFailure(): Promise<string | undefined> {
  await new Promise<void>((resolve) => process.stdout.write('', () => setImmediate(resolve)));
  return unwritten === undefined ? undefined : messageOf(unwritten);
}
