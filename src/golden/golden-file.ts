/** Golden files: iterations of a drawing, each with all that it began with and what came out of it. A safetensors file. */
import { z } from 'zod';
import { type Checkpoint, checkpointIn, checkpointParts } from '../drawing/checkpoint.js';
import { InputError } from '../errors.js';
import { isFile } from '../files/places.js';
import type { Picture } from '../image/picture.js';
import { shownName } from '../one-line.js';
import { openSafetensors, type Safetensors } from '../tensor-files/safetensors.js';
import { encodeSafetensors, type NamedTensor } from '../tensor-files/safetensors-writer.js';
import { check } from '../validation.js';

/** One iteration. */
export interface Moment {
  /** Where the drawing stood. */
  readonly before: Checkpoint;
  /** Where it stood after it; parameters, and what the optimizer keeps, in which the gradient is. */
  readonly after: Checkpoint;
  /** The loss of the canvas before it. */
  readonly loss: number;
  /** The canvases as {@link Frame.canvas} has them, at the size of the drawing. */
  readonly canvases: readonly [before: Float32Array, after: Float32Array];
}

export interface Golden {
  /** The photo at the size of the drawing. */
  readonly photo: Picture;
  readonly moments: readonly Moment[];
}

const format = 'vggdraw golden';
const version = '1';

/** The bytes of a golden file. */
export function encodeGolden({ photo, moments }: Golden): Uint8Array {
  const { width, height, rgb } = photo;
  const tensors: NamedTensor[] = [{ name: 'photo', shape: [height, width, 3], values: Float32Array.from(rgb) }];
  const described = moments.map(({ before, after, loss, canvases }, i) => {
    const [first, second] = [checkpointParts(before, `${i}/before/`), checkpointParts(after, `${i}/after/`)];
    tensors.push(...first.tensors, ...second.tensors);
    for (const [j, values] of canvases.entries()) {
      tensors.push({ name: canvasName(i, j), shape: [values.length / (width * height), height, width], values });
    }
    return { before: first.text, after: second.text, loss };
  });
  return encodeSafetensors(tensors, { format, version, moments: JSON.stringify(described) });
}

const canvasName = (moment: number, end: number): string => `${moment}/${['before', 'after'][end]}/canvas`;

const momentsSchema = z
  .array(z.object({ before: z.string(), after: z.string(), loss: z.number() }))
  .min(1)
  .max(10_000);

/**
 * Reads a golden file, which may have been made by anybody.
 * @throws InputError where there is none, or it is of another version, cut or damaged.
 */
export async function readGolden(path: string): Promise<Golden> {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new InputError(`${shownName(path)} ${reason}`, { field: 'file', cause });
  };
  if (!isFile(path)) refuse('is not there, or no file; name what was recorded');
  const file = await openSafetensors(path).catch((error: unknown) => refuse('is no golden file, or cut', error));
  try {
    if (file.metadata.format !== format) refuse('is no golden file');
    if (file.metadata.version !== version)
      refuse(`is of another version of vggdraw (its format is ${file.metadata.version}, not ${version}); record anew`);
    return goldenIn(file);
  } catch (error) {
    if (error instanceof InputError && error.field === 'file') throw error;
    return refuse('is damaged; take another copy of it, or record anew', error);
  } finally {
    file.close();
  }
}

function goldenIn(file: Safetensors): Golden {
  const photo = photoIn(file);
  const { width, height } = photo;
  const moments = check(momentsSchema, JSON.parse(String(file.metadata.moments)), 'moments').map(
    ({ before, after, loss }, i): Moment => {
      const [first, second] = [checkpointIn(file, before, `${i}/before/`), checkpointIn(file, after, `${i}/after/`)];
      if (second.iterations !== first.iterations + 1) throw new Error('it is not one iteration');
      const { size } = first.recipe;
      if (size.width !== width || size.height !== height) throw new Error('it is of another size than the photo');
      return {
        before: first,
        after: second,
        loss,
        canvases: [valuesIn(file, canvasName(i, 0)), valuesIn(file, canvasName(i, 1))],
      };
    },
  );
  return { photo, moments };
}

function photoIn(file: Safetensors): Picture {
  const [height, width, channels] = file.tensors.get('photo')?.shape ?? [];
  if (width === undefined || channels !== 3) throw new Error('it has no photo');
  return { width, height: height!, rgb: Uint8Array.from(valuesIn(file, 'photo')) };
}

function valuesIn(file: Safetensors, name: string): Float32Array {
  const tensor = file.tensors.get(name);
  if (!tensor?.isFloat) throw new Error(`it has no ${name}`);
  const values = tensor.read();
  if (!values.every(Number.isFinite)) throw new Error(`${name} has values that are no numbers`);
  return values;
}
