/** Weights out of a file of any format: finds VGG-19's convolutions in it, checks them, reads them. */
import { InputError } from '../../../errors.js';
import type { StoredTensor } from '../../../tensor-files/stored-tensor.js';
import { type ConvLayer, convLayersThrough, type Layer, layers, weightCountThrough } from '../layers.js';
import { adaptFirstKernel, type Preprocessing } from './preprocessing.js';
import type { Weights } from './weights.js';

/** An open file of weights, in whatever format. Its methods may throw anything where the file is damaged. */
export interface StoredWeights {
  /** As the person named it. */
  readonly path: string;
  /** The format's name, for the person. */
  readonly format: string;
  readonly preprocessing: Preprocessing;
  /** The order of a kernel's axes: [3, 3, in, out] or [out, in, 3, 3]. */
  readonly layout: 'HWIO' | 'OIHW';
  /** How layers are recognised in it: `with the layer names that Keras uses`. */
  readonly naming: string;
  /** What has all layers, for whoever has a file that has not: `the whole file that Keras publishes`. */
  readonly whole: string;
  /** A layer as the file calls it. */
  label(layer: ConvLayer): string;
  /** The tensors that are stored for a layer, kernel and bias among them; undefined where the file does not have the layer. */
  tensors(layer: ConvLayer): readonly StoredTensor[] | undefined;
  close(): void;
}

/** A convolution's two tensors, of the right shapes. */
export interface StoredConvolution {
  readonly layer: ConvLayer;
  readonly kernel: StoredTensor;
  readonly bias: StoredTensor;
}

/**
 * The weights in an open file down to `through`, made ready for the network.
 * @throws InputError, naming the file and the layer, where it is damaged, does not reach `through`, or holds something else than
 *   VGG-19: other shapes, no floats, or floats that are not finite.
 */
export function weightsIn(file: StoredWeights, through: Layer): Weights {
  const data = readConvolutions(file, findConvolutions(file, through));
  const [first] = convLayersThrough(through);
  const pixelOffset = adaptFirstKernel(data.subarray(first!.kernelOffset, first!.biasOffset), file.preprocessing);
  return { source: file.path, data, ...(pixelOffset ? { pixelOffset } : {}) };
}

/** The convolutions down to `through`, checked as far as that goes without reading them. @throws InputError as above. */
export function findConvolutions(file: StoredWeights, through: Layer): StoredConvolution[] {
  const found: StoredConvolution[] = [];
  for (const layer of convLayersThrough(through)) {
    const convolution = findConvolution(file, layer);
    if (!convolution) throw missingLayer(file, layer, through, found.at(-1)?.layer);
    found.push(convolution);
  }
  return found;
}

/** As {@link findConvolutions}, for a single layer; undefined where the file does not have it. */
export function findConvolution(file: StoredWeights, layer: ConvLayer): StoredConvolution | undefined {
  return inFile(file, layer, () => {
    const tensors = file.tensors(layer);
    return tensors && kernelAndBias(file, layer, tensors);
  });
}

/**
 * Reads convolutions, the first ones of the network.
 * @returns kernel [out, in, 3, 3] and bias [out] of one after the other, for the file's own preprocessing.
 * @throws InputError as above.
 */
export function readConvolutions(file: StoredWeights, convolutions: readonly StoredConvolution[]): Float32Array {
  // All were found before the first is read: nothing is allocated for a file that won't do.
  const data = new Float32Array(weightCountThrough(convolutions.at(-1)!.layer));
  for (const { layer, kernel, bias } of convolutions) {
    const [kernelValues, biasValues] = inFile(file, layer, () => [kernel.read(), bias.read()]);
    if (!allFinite(kernelValues) || !allFinite(biasValues)) {
      throw new InputError(
        `${file.path}: the weights of ${file.label(layer)} are not all finite (NaN or infinity); use another file`,
      );
    }
    const place = data.subarray(layer.kernelOffset, layer.biasOffset);
    if (file.layout === 'HWIO') toOutputFirst(kernelValues, layer, place);
    else place.set(kernelValues);
    data.set(biasValues, layer.biasOffset);
  }
  return data;
}

/** Does a step that reads from the file's insides; whatever is found wrong there is the file's fault. */
export function inFile<T>({ path, label }: StoredWeights, layer: ConvLayer, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${path} is damaged: ${label(layer)} can't be read; download or copy it again`, {
      cause: error,
    });
  }
}

function missingLayer(
  { path, naming, whole, label }: StoredWeights,
  layer: ConvLayer,
  through: Layer,
  last: ConvLayer | undefined,
): InputError {
  if (!last) return new InputError(`${path} has no ${label(layer)}: it does not hold VGG-19 ${naming}`);
  const next = layers[layers.indexOf(last) + 1];
  const deepest = next?.kind === 'pool' ? next : last;
  const needed = layer === through ? '' : `, which ${through.name} needs`;
  return new InputError(
    `${path} ends at ${label(last)}, it has no ${label(layer)}${needed}: ` +
      `choose a layer up to ${deepest.name}, or use ${whole}`,
  );
}

function kernelAndBias(
  { path, layout, label }: StoredWeights,
  layer: ConvLayer,
  tensors: readonly StoredTensor[],
): StoredConvolution {
  const { inChannels, outChannels } = layer;
  const kernelShape = layout === 'HWIO' ? [3, 3, inChannels, outChannels] : [outChannels, inChannels, 3, 3];
  const biasShape = [outChannels];
  const kernel = tensors.find(({ shape }) => sameShape(shape, kernelShape));
  const bias = tensors.find(({ shape }) => sameShape(shape, biasShape));
  if (!kernel || !bias) {
    const shapes = tensors.map(({ shape }) => printShape(shape));
    throw new InputError(
      `${path} does not hold VGG-19: ${label(layer)} should have a kernel ${printShape(kernelShape)} and a bias ` +
        `${printShape(biasShape)}, but has ${shapes.length > 0 ? shapes.slice(0, 4).join(' and ') : 'no weights'}`,
    );
  }
  if (!kernel.isFloat || !bias.isFloat) {
    throw new InputError(
      `${path}: the weights of ${label(layer)} are not floats of 16, 32 or 64 bits; convert them to float32`,
    );
  }
  return { layer, kernel, bias };
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && b.every((size, axis) => a[axis] === size);
}

function printShape(shape: readonly number[]): string {
  const sides = shape.length > 8 ? [...shape.slice(0, 8), '…'] : shape;
  return `[${sides.join(', ')}]`;
}

/** Writes a kernel [3, 3, in, out] as [out, in, 3, 3]. */
function toOutputFirst(kernel: Float32Array, { inChannels, outChannels }: ConvLayer, result: Float32Array): void {
  const positionStride = inChannels * outChannels;
  let from = 0;
  for (let input = 0; input < inChannels; input++) {
    for (let output = 0; output < outChannels; output++, from++) {
      const to = (output * inChannels + input) * 9;
      for (let position = 0; position < 9; position++) {
        result[to + position] = kernel[from + position * positionStride]!;
      }
    }
  }
}

function allFinite(values: Float32Array): boolean {
  // Zero times a number is zero, except for infinities and NaN. (An iterator or a callback would take ten times as long.)
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += 0 * values[i]!;
  return sum === 0;
}
