/** JSON out of files of weights. */
import { InputError } from '../errors.js';

/** The JSON object in `bytes`. @throws InputError where they are none. */
export function parseJson(path: string, bytes: Buffer): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch (cause) {
    throw new InputError(`${path} is damaged: its description is not JSON; download or convert it again`, { cause });
  }
  if (isObject(value)) return value;
  throw new InputError(`${path} is damaged: its description is not a JSON object; download or convert it again`);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether `value` is a list of sizes or positions: whole numbers, not negative, that a number holds exactly. */
export function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((side) => Number.isSafeInteger(side) && side >= 0);
}

/** A name out of a file, for a message of one line. */
export const printName = (name: string): string => JSON.stringify(name.slice(0, 100));
