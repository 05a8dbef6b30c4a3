/** Checkpoints of training: safetensors files of parameters, and of what the optimizer keeps. */
import { InputError } from '../errors.js';
import { writeWhole } from '../files/unfinished.js';
import { shownName } from '../one-line.js';
import type { Named } from '../onnx/named.js';
import { type Shape, type Tensor, tensorValues } from '../onnx/tensor.js';
import { openSafetensors } from '../tensor-files/safetensors.js';
import { encodeSafetensors } from '../tensor-files/safetensors-writer.js';

export interface Checkpoint {
  /** Steps taken. */
  readonly step: number;
  /** Parameters by their names, and moments, `first_order_moments.weight`. */
  readonly tensors: Named<Float32Array>;
}

/** The bytes of a checkpoint. */
export const encodeCheckpoint = ({ step, tensors }: Checkpoint, shapes: Named<Shape>): Uint8Array =>
  encodeSafetensors(
    Object.entries(tensors).map(([name, values]) => ({ name, shape: shapes[name]!, values })),
    { format: 'vggdraw checkpoint', step: String(step) },
  );

/** The bytes of a checkpoint in which nothing has been trained yet. */
export function encodeParameters(parameters: Named<Tensor>): Uint8Array {
  const tensors = Object.entries(parameters).map(([name, tensor]) => [name, Float32Array.from(tensorValues(tensor))]);
  return encodeCheckpoint({ step: 0, tensors: Object.fromEntries(tensors) }, shapesOf(parameters));
}

const shapesOf = (tensors: Named<Tensor>): Named<Shape> =>
  Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape]));

export const writeCheckpoint = (path: string, checkpoint: Checkpoint, shapes: Named<Shape>): Promise<void> =>
  writeWhole(path, encodeCheckpoint(checkpoint, shapes));

/**
 * Reads a checkpoint.
 * @param shapes what is wanted: all of it has to be there.
 * @param optional of that, what may be missing, all or none: moments, before there was a step.
 * @throws InputError where the file can't be read, or does not hold that.
 */
export async function readCheckpoint(
  path: string,
  shapes: Named<Shape>,
  optional: readonly string[],
): Promise<Checkpoint> {
  const file = await openSafetensors(path);
  try {
    const isBegun = optional.some((name) => file.tensors.has(name));
    const wanted = Object.entries(shapes).filter(([name]) => isBegun || !optional.includes(name));
    const tensors = wanted.map(([name, shape]): [string, Float32Array] => {
      const stored = file.tensors.get(name);
      if (!stored)
        throw new InputError(`${shownName(path)} has no tensor '${shownName(name)}': it is of another training`);
      if (stored.isFloat && stored.shape.join() === shape.join()) return [name, stored.read()];
      throw new InputError(
        `${shownName(path)}: '${shownName(name)}' has the shape [${stored.shape.join(', ')}], not [${shape.join(', ')}]`,
      );
    });
    const step = Number(file.metadata.step ?? 0);
    if (!Number.isSafeInteger(step) || step < 0) {
      throw new InputError(`${shownName(path)}: its count of steps is no whole number`);
    }
    return { step, tensors: Object.fromEntries(tensors) };
  } finally {
    file.close();
  }
}
