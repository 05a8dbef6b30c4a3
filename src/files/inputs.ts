/** Files that are read: no output replaces one. */
import { InputError } from '../errors.js';
import { shownName } from '../one-line.js';
import { isFile, isSamePlace } from './places.js';

/** A file that is read, and what the person calls it. */
export interface Input {
  readonly name: string;
  readonly path: string;
}

/**
 * Checks that a file that is to be written is none that is read, however their paths are spelt.
 * @param inputs what is no file is not looked at.
 * @param field the option that named the path, for the message.
 * @throws InputError where it is one.
 */
export function checkKeeps(path: string, inputs: readonly Input[], field: string): void {
  const replaced = inputs.find((input) => isFile(input.path) && isSamePlace(path, input.path));
  if (!replaced) return;
  throw new InputError(`${shownName(path)} is ${replaced.name} itself; choose another`, { field });
}
