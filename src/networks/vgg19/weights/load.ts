/** Where weights come from, as the person names it. */
import { stat } from 'node:fs/promises';
import { cacheFolder } from '../../../cache.js';
import { errorCode, InputError } from '../../../errors.js';
import { didYouMean } from '../../../nearest.js';
import { shownName } from '../../../one-line.js';
import type { Layer } from '../layers.js';
import { contourWeights } from './contour.js';
import { largestSeed, seededWeights } from './seeded.js';
import type { Weights } from './weights.js';

/** The seed of `seeded` and of `contour`. */
export const defaultSeed = 1;

/**
 * The weights of all convolutions up to `through`, from the source that `spec` names:
 * - `seeded:N`: random weights from seed N; `seeded` is `seeded:1`
 * - `contour:N`: weights that answer to edges, made from a formula and seed N; `contour` is `contour:1`
 * - `pretrained`: the file that Keras publishes, which has to lie in the cache folder
 * - `auto`: `pretrained` where that file is there, else `contour`
 * - anything else: the path of a file in any format that `read-file.ts` knows (`./seeded` for one of such a name)
 *
 * `Weights.source` tells which it was.
 * @throws InputError where there is no such source or file, or the file won't do.
 */
export async function loadWeights(spec: string, through: Layer): Promise<Weights> {
  const cache = cacheFolder();
  // What reads files is loaded where a file is read: every drawing waits for this module.
  if (spec === 'auto' || spec === 'pretrained') {
    const { pretrainedIsThere, pretrainedWeights } = await import('./pretrained.js');
    if (spec === 'pretrained' || (await pretrainedIsThere(cache))) return pretrainedWeights(through, cache);
  }
  const made = formulaOf(spec);
  if (made?.kind === 'contour') return contourWeights(made.seed, through);
  // Of each seed the cache folder would grow by 59 MB, which take half a second to make: so only one is kept.
  if (made) return seededWeights(made.seed, through, made.seed === defaultSeed ? cache : undefined);
  await checkThere(spec);
  const { readWeightsFile } = await import('./read-file.js');
  return readWeightsFile(spec, through);
}

/** Where {@link loadWeights} has them from: a formula with its seed, `contour:1`, or the path of a file. @throws InputError where that is not there. */
export async function originOf(spec: string): Promise<{ readonly formula: string } | { readonly file: string }> {
  if (spec === 'auto' || spec === 'pretrained') {
    const { pretrainedFile, pretrainedIsThere } = await import('./pretrained.js');
    const cache = cacheFolder();
    if (spec === 'pretrained' || (await pretrainedIsThere(cache))) return { file: await pretrainedFile(cache) };
  }
  const made = formulaOf(spec);
  if (made) return { formula: `${made.kind}:${made.seed}` };
  await checkThere(spec);
  return { file: spec };
}

/** What is made from a formula, where `spec` names such a source. `auto` is one where nothing else is at hand. */
function formulaOf(spec: string): { readonly kind: 'contour' | 'seeded'; readonly seed: number } | undefined {
  const [kind, ...digits] = spec.split(':');
  if (spec === 'auto' || kind === 'contour') return { kind: 'contour', seed: seedOf(spec, digits) };
  return kind === 'seeded' ? { kind, seed: seedOf(spec, digits) } : undefined;
}

/** @param given what stands behind the source's name. */
function seedOf(spec: string, given: readonly string[]): number {
  if (given.length === 0) return defaultSeed;
  const digits = given.join(':');
  const seed = Number(digits);
  if (/^\d+$/.test(digits) && seed <= largestSeed) return seed;
  throw new InputError(
    `'${shownName(spec)}': the seed must be a whole number from 0 to ${largestSeed}, as in seeded:7`,
    { field: 'weights' },
  );
}

/** A word that is no file is more likely a slip in one of the other sources' names than a lost file. */
async function checkThere(path: string): Promise<void> {
  try {
    await stat(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') return;
    const near = didYouMean(path.replace(/:\d*$/, ''), ['auto', 'seeded', 'contour', 'pretrained']);
    throw new InputError(
      `there is no file '${shownName(path)}'; give auto, seeded, seeded:N, contour, contour:N, pretrained, or the path of a file (Keras HDF5, ONNX, safetensors or TensorFlow.js model.json)${near}`,
      { field: 'weights' },
    );
  }
}
