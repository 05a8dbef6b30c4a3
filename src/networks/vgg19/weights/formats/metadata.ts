/** What a file of weights says of itself. */
import { InputError } from '../../../../errors.js';
import { type Preprocessing, preprocessings } from '../preprocessing.js';

/**
 * The preprocessing that a file's metadata name under the key `preprocessing`; undefined where they name none.
 * @throws InputError for one that is not known.
 */
export function preprocessingNamed(path: string, value: unknown): Preprocessing | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const known = preprocessings.find((name) => name === value);
  if (known) return known;
  throw new InputError(
    `${path}: its metadata ask for the preprocessing ${JSON.stringify(value).slice(0, 100)}; ` +
      `known are ${preprocessings.join(' and ')}`,
  );
}
