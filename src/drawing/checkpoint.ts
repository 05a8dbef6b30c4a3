/** Where a drawing stands after an iteration: all that it takes to go on with it, to the bit, as an object and as a file. */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { InputError } from '../errors.js';
import { isFile } from '../files/places.js';
import type { Size } from '../image/picture.js';
import { shownName } from '../one-line.js';
import { mapNamed, type Named } from '../onnx/named.js';
import { isSafetensors, openSafetensors, readStart, type Safetensors } from '../tensor-files/safetensors.js';
import { type NamedTensor, safetensorsParts } from '../tensor-files/safetensors-writer.js';
import { check } from '../validation.js';
import type { MemoryLimit } from './recipe/memory-limit.js';
import type { Preset } from './recipe/preset.js';
import { iterationsOf } from './recipe/schedule.js';
import type { StyleChoice } from './recipe/style.js';
import type { SavedState, SavedTensor } from './state.js';

/** What a drawing is drawn by, beside its pictures. */
export interface Recipe {
  /** As it is drawn: with the paper that the photo chose, and the options that change it. */
  readonly preset: Preset;
  /** Of the drawing, in pixels. */
  readonly size: Size;
  readonly style: StyleChoice;
  readonly styleSize?: number | undefined;
  readonly keepColours: boolean;
  readonly exact: boolean;
  readonly threads?: number | undefined;
  /** The source of the weights, or the path of their file; undefined where they were given themselves. */
  readonly weights?: string | undefined;
  /** What it was planned for: with more or less memory it may be computed in another order, and numbers be rounded otherwise. */
  readonly memory: MemoryLimit;
}

/** SHA-256, in hexadecimal digits, of what must not change: pictures as the network sees them, the network with its weights. */
export interface Digests {
  readonly photo: string;
  readonly styles: readonly string[];
  readonly network: string;
}

export interface Checkpoint {
  readonly recipe: Recipe;
  readonly digests: Digests;
  /** How many iterations are done, 1 or more: of the whole drawing, so that they say phase, iteration and scale. */
  readonly iterations: number;
  readonly state: SavedState;
}

/** To be raised where a drawing that goes on with an older one would not be the same. */
const version = '1';
const format = 'vggdraw drawing';

export function digestOf(...parts: readonly (Uint8Array | string)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/** @throws InputError, of the option `resume`, for the first thing in which a drawing is not the one that a checkpoint is of. */
export function checkGoesOn(
  { recipe, digests }: Pick<Checkpoint, 'recipe' | 'digests'>,
  now: Pick<Checkpoint, 'recipe' | 'digests'>,
): void {
  const refuse = (what: string): never => {
    throw new InputError(`the checkpoint is of ${what}; give what it was made with, or begin anew`, {
      field: 'resume',
    });
  };
  const sizeOf = ({ width, height }: Size) => `${width}×${height} pixels`;
  const [made, given] = [recipe, now.recipe].map(({ size }) => sizeOf(size));
  if (made !== given) refuse(`a drawing of ${made}, and not of ${given}`);
  if (!isSame(recipe.preset, now.recipe.preset)) refuse('another preset');
  if (recipe.exact !== now.recipe.exact) refuse(`a drawing ${recipe.exact ? 'with' : 'without'} the option exact`);
  if (digests.photo !== now.digests.photo) refuse('another photo');
  if (!isSame([digests.styles, recipe.style], [now.digests.styles, now.recipe.style])) refuse('other style pictures');
  if (digests.network !== now.digests.network) refuse('other weights');
}

/** As JSON has them: a field that is left out is as good as one that is undefined. */
const isSame = (one: unknown, other: unknown): boolean =>
  isDeepStrictEqual(...([one, other].map((value) => JSON.parse(JSON.stringify(value))) as [unknown, unknown]));

/**
 * The bytes of a checkpoint as a safetensors file, in pieces that are not copied: `writeFile` of node:fs/promises takes them so.
 * @param more what else the file says, for whoever wrote it.
 */
export function encodeCheckpoint(checkpoint: Checkpoint, more: Readonly<Record<string, string>> = {}): Uint8Array[] {
  const { text, tensors } = checkpointParts(checkpoint);
  return safetensorsParts(tensors, { ...more, format, version, drawing: text });
}

/** What a file keeps a checkpoint as. @param prefix what the names of its tensors begin with. */
export function checkpointParts(
  { recipe, digests, iterations, state }: Checkpoint,
  prefix = '',
): { readonly text: string; readonly tensors: readonly NamedTensor[] } {
  const { parameters, slots, steps } = state;
  const named = (kind: string, tensors: Named<SavedTensor>): NamedTensor[] =>
    Object.entries(tensors).map(([name, tensor]) => ({ name: `${prefix}${kind}/${name}`, ...tensor }));
  const text = JSON.stringify({ recipe, digests, iterations, steps });
  return { text, tensors: [...named('parameters', parameters), ...named('slots', slots)] };
}

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().min(0);
const drawingSchema = z.object({
  recipe: z.object({
    // Its layers are those of a network that is not known here.
    preset: z.looseObject({ phases: z.array(z.looseObject({ iterations: count.min(1) })).min(1) }),
    size: z.object({ width: count.min(1), height: count.min(1) }),
    style: z.object({ weights: z.array(z.number().positive()), factor: z.number().min(0) }),
    styleSize: count.min(1).optional(),
    keepColours: z.boolean(),
    exact: z.boolean(),
    threads: count.min(1).optional(),
    weights: z.string().optional(),
    memory: z.object({ bytes: z.number().min(0), isGiven: z.boolean() }),
  }),
  digests: z.object({ photo: digest, styles: z.array(digest), network: digest }),
  iterations: count.min(1),
  steps: count,
});

/**
 * Reads a checkpoint, which may have been made by anybody.
 * @returns it, and what else the file says.
 * @throws InputError, of the option `resume`, where there is none, or it is of another version, cut or damaged.
 */
export async function readCheckpoint(
  path: string,
): Promise<{ readonly checkpoint: Checkpoint; readonly more: Readonly<Record<string, unknown>> }> {
  const refuse = (reason: string): never => {
    throw new InputError(`${shownName(path)} ${reason}`, { field: 'resume' });
  };
  if (!isFile(path)) refuse('is not there, or no file; name the checkpoint of a drawing');
  const isNone = 'is no checkpoint of a drawing; as a rule their names end in .checkpoint';
  let file: Safetensors | undefined;
  try {
    if (!isSafetensors(await readStart(path))) refuse(isNone);
    file = await openSafetensors(path);
    const { format: kind, version: made, drawing, ...more } = file.metadata;
    if (kind !== format) refuse(isNone);
    if (made !== version)
      refuse(`is of another version of vggdraw (its format is ${made}, not ${version}); begin anew`);
    return { checkpoint: checkpointIn(file, drawing), more };
  } catch (error) {
    if (error instanceof InputError && error.field === 'resume') throw error;
    return refuse('is cut or damaged; take another copy of it, or begin anew');
  } finally {
    file?.close();
  }
}

/**
 * Whether a file says that it is a checkpoint: of another version, cut or damaged it may be all the same.
 * @throws InputError where it can't be read.
 */
export async function saysCheckpoint(path: string): Promise<boolean> {
  if (!isFile(path) || statSync(path).size === 0) return false;
  const start = await readStart(path);
  return isSafetensors(start) && start.includes(`"format":${JSON.stringify(format)}`);
}

/** The checkpoint that {@link checkpointParts} made parts of. @throws Error where it is none. */
export function checkpointIn(file: Safetensors, text: unknown, prefix = ''): Checkpoint {
  const { recipe, digests, iterations, steps } = check(drawingSchema, JSON.parse(String(text)), 'drawing');
  // Checked where it is drawn with, as any other.
  const preset = recipe.preset as unknown as Preset;
  if (iterations > iterationsOf(preset)) throw new Error('there are more iterations than the preset has');
  const tensors = (kind: string) => tensorsIn(file, `${prefix}${kind}`);
  const state = { parameters: tensors('parameters'), slots: tensors('slots'), steps };
  return { recipe: { ...recipe, preset }, digests, iterations, state };
}

function tensorsIn({ tensors }: Safetensors, kind: string): Named<SavedTensor> {
  const own = [...tensors].filter(([name]) => name.startsWith(`${kind}/`));
  return mapNamed(Object.fromEntries(own.map(([name, stored]) => [name.slice(kind.length + 1), stored])), (stored) => {
    if (!stored.isFloat) throw new Error('a tensor has no floats');
    const values = stored.read();
    if (!values.every(Number.isFinite)) throw new Error('a tensor has values that are no numbers');
    return { shape: stored.shape, values };
  });
}
