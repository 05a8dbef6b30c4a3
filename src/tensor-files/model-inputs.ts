/** The files that a model is read from: its own, and those beside it in which an ONNX model keeps tensors. No output replaces one. */
import { InputError } from '../errors.js';
import type { Input } from '../files/inputs.js';
import { isFile } from '../files/places.js';
import { isObject } from './json.js';
import { besideFile, openFile } from './stored-file.js';

/**
 * What is no model, or can't be read, has no others; whoever reads it says so.
 * @param name what the person calls it.
 */
export const modelInputs = (name: string, path: string): Promise<Input[]> =>
  inputsWith(name, path, Number.POSITIVE_INFINITY);

/** Those of VGG-19's weights, whose outline is known to be small. They may have a name that is none of a file. */
export const weightsInputs = (path: string): Promise<Input[]> => inputsWith('the file of weights', path);

async function inputsWith(name: string, path: string, largest?: number): Promise<Input[]> {
  const beside = isFile(path) ? await filesBeside(path, largest) : [];
  return [{ name, path }, ...beside.map((path) => ({ name: `the data of ${name}`, path }))];
}

async function filesBeside(path: string, largest?: number): Promise<string[]> {
  // Loaded only now: help need not wait for it.
  const { readOutline } = await import('./onnx-outline.js');
  try {
    const file = await openFile(path);
    try {
      return [...new Set(locationsIn(readOutline(file, largest)))].map((location) => besideFile(path, location));
    } finally {
      file.close();
    }
  } catch (error) {
    if (error instanceof InputError) return [];
    throw error;
  }
}

/** Of all tensors in a message, those of subgraphs too. */
function* locationsIn(message: unknown): Generator<string> {
  if (Array.isArray(message)) {
    // Numbers may be millions.
    if (isObject(message[0])) for (const one of message) yield* locationsIn(one);
  } else if (isObject(message) && !(message instanceof Uint8Array)) {
    for (const [field, value] of Object.entries(message)) {
      if (field === 'externalData') yield* locationOf(value as readonly Entry[]);
      else yield* locationsIn(value);
    }
  }
}

type Entry = { readonly key?: string; readonly value?: string };

const locationOf = (entries: readonly Entry[]): string[] =>
  entries.flatMap(({ key, value }) => (key === 'location' && value !== undefined ? [value] : []));
