/** How much memory a drawing may take. */
import { z } from 'zod';
import { InputError } from '../../errors.js';
import { shownName } from '../../one-line.js';
import { formatBytes, parseBytes } from './bytes.js';

export interface MemoryLimit {
  readonly bytes: number;
  /** Whether the person gave it. */
  readonly isGiven: boolean;
}

const expected = 'expected bytes with a unit, such as 512M, 4G or 1.5GiB';

/** Bytes as a number, or as text: `512M`, `4G`, `1.5GiB`. Each unit is 1024 times the one before. */
export const memorySchema = z.union([z.number(), z.string()], { error: expected }).transform((given, context) => {
  const bytes = typeof given === 'number' ? given : parseBytes(given);
  if (bytes !== undefined && bytes >= 1 && Number.isFinite(bytes)) return Math.round(bytes);
  context.addIssue(`${expected}, not '${shownName(String(given))}'`);
  return z.NEVER;
});

/** What was given; else what a drawing that goes on was planned for, or what the machine has free (the container, where that has less). */
export function memoryLimit(given: number | undefined, before?: MemoryLimit): MemoryLimit {
  if (given === undefined && before) return before;
  return { bytes: given ?? process.availableMemory(), isGiven: given !== undefined };
}

/** What the process takes in any case: Node.js with ONNX Runtime and libvips, and what their heaps keep of what they had. */
export const processBytes = 190e6;

/**
 * @param bytes what reading a network takes.
 * @param name of its file.
 * @throws InputError where that is more than there is.
 */
export function checkReadsNetwork(bytes: number, name: string, limit: MemoryLimit): void {
  const least = processBytes + bytes;
  if (least <= limit.bytes) return;
  const had = `${formatBytes(limit.bytes)} ${limit.isGiven ? 'may be used' : 'are free'}`;
  const mend = limit.isGiven ? 'give more memory' : 'say with the option memory how much to use all the same';
  throw new InputError(
    `reading ${shownName(name)} takes ${formatBytes(least)} of memory at the least, and ${had}; ${mend}`,
    { field: 'network' },
  );
}
