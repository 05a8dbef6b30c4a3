/** Weights from the HDF5 files that Keras publishes and writes. */
import type { Dataset, Group } from 'h5wasm/node';
import { InputError } from '../../errors.js';
import { type ConvLayer, convLayersThrough, type Layer, layers, weightCountThrough } from '../layers.js';
import { type Hdf5File, openHdf5 } from './hdf5.js';
import type { Weights } from './weights.js';

/**
 * Where the group of each layer can be: in the root (`save_weights`, and the published files), under `model_weights`
 * (`model.save`), and either with VGG-19 as a part of a larger model.
 */
const layerParents = ['/', '/model_weights', '/vgg19', '/model_weights/vgg19'];

/**
 * Reads VGG-19's weights from a file in Keras' HDF5 format, with or without the classifier on top. A file that ends with an
 * earlier layer will do, as long as it reaches `through`. Keras keeps a kernel as [3, 3, in, out].
 *
 * @param path the file, named as the person named it. Its floats may be of 16, 32 or 64 bits.
 * @param through the last layer whose weights are wanted.
 * @throws InputError, naming the file and the layer, where the file can't be read or is damaged, does not reach `through`,
 *   or holds something else than VGG-19: other shapes, no floats, or floats that are not finite.
 */
export async function kerasWeights(path: string, through: Layer): Promise<Weights> {
  const file = await openHdf5(path);
  try {
    // All of them before the first is read: nothing is allocated for a file that won't do.
    const convolutions = findConvolutions(file, path, through);
    const data = new Float32Array(weightCountThrough(through));
    for (const convolution of convolutions) readConvolution(file, path, convolution, data);
    return { source: path, data };
  } finally {
    file.close();
  }
}

/** A convolution's two datasets, of the right shapes. */
interface StoredConvolution {
  readonly layer: ConvLayer;
  readonly kernel: Dataset;
  readonly bias: Dataset;
}

function findConvolutions(file: Hdf5File, path: string, through: Layer): StoredConvolution[] {
  const found: StoredConvolution[] = [];
  for (const layer of convLayersThrough(through)) {
    const group = inFile(path, layer, () => findLayerGroup(file, layer));
    if (!group) throw missingLayer(path, layer, through, found.at(-1)?.layer);
    found.push(inFile(path, layer, () => findDatasets(file, path, layer, group)));
  }
  return found;
}

function findLayerGroup(file: Hdf5File, layer: ConvLayer): Group | undefined {
  for (const name of layerParents) {
    const parent = file.group(file.root, name);
    const group = parent && file.group(parent, layer.name);
    if (group) return group;
  }
  return undefined;
}

function missingLayer(path: string, layer: ConvLayer, through: Layer, last: ConvLayer | undefined): InputError {
  if (!last) {
    return new InputError(`${path} has no ${layer.name}: it does not hold VGG-19 with the layer names that Keras uses`);
  }
  const next = layers[layers.indexOf(last) + 1];
  const deepest = next?.kind === 'pool' ? next : last;
  const needed = layer === through ? '' : `, which ${through.name} needs`;
  return new InputError(
    `${path} ends at ${last.name}, it has no ${layer.name}${needed}: ` +
      `choose a layer up to ${deepest.name}, or use the whole file that Keras publishes`,
  );
}

function findDatasets(file: Hdf5File, path: string, layer: ConvLayer, group: Group): StoredConvolution {
  const { inChannels, outChannels, name } = layer;
  const kernelShape = [3, 3, inChannels, outChannels];
  const biasShape = [outChannels];
  const datasets = datasetsIn(file, group, layer);
  const kernel = datasets.find((dataset) => hasShape(dataset, kernelShape));
  const bias = datasets.find((dataset) => hasShape(dataset, biasShape));
  if (!kernel || !bias) {
    const shapes = datasets.map((dataset) => printShape(dataset.shape ?? []));
    throw new InputError(
      `${path} does not hold VGG-19: ${name} should have a kernel ${printShape(kernelShape)} and a bias ` +
        `${printShape(biasShape)}, but has ${shapes.length > 0 ? shapes.slice(0, 4).join(' and ') : 'no weights'}`,
    );
  }
  if (!file.holdsFloats(kernel) || !file.holdsFloats(bias)) {
    throw new InputError(
      `${path}: the weights of ${name} are not floats of 16, 32 or 64 bits; convert them to float32`,
    );
  }
  return { layer, kernel, bias };
}

/**
 * The datasets of a layer's group. Their names differ from one version of Keras to the next, and so does whether they lie in
 * a second group of the layer's name inside the first: `block1_conv1/block1_conv1_W_1:0`, `block1_conv1/block1_conv1/kernel:0`.
 * Keras lists them in the attribute `weight_names`, but their shapes tell them apart as well, and the strings of a damaged
 * attribute can send the HDF5 library into an endless loop.
 */
function datasetsIn(file: Hdf5File, group: Group, layer: ConvLayer): Dataset[] {
  const inner = file.group(group, layer.name) ?? group;
  return inner
    .keys()
    .map((name) => file.dataset(inner, name))
    .filter((dataset) => dataset !== undefined);
}

function hasShape(dataset: Dataset, shape: readonly number[]): boolean {
  return dataset.shape?.length === shape.length && shape.every((size, axis) => dataset.shape?.[axis] === size);
}

function printShape(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

function readConvolution(file: Hdf5File, path: string, stored: StoredConvolution, data: Float32Array): void {
  const { layer } = stored;
  const [kernel, bias] = inFile(path, layer, () => [file.readFloats(stored.kernel), file.readFloats(stored.bias)]);
  if (!allFinite(kernel) || !allFinite(bias)) {
    throw new InputError(
      `${path}: the weights of ${layer.name} are not all finite (NaN or infinity); use another file`,
    );
  }
  toOutputFirst(kernel, layer, data.subarray(layer.kernelOffset, layer.biasOffset));
  data.set(bias, layer.biasOffset);
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

/** Does a step that reads from the file's insides; whatever HDF5 finds wrong there is the file's fault. */
function inFile<T>(path: string, layer: ConvLayer, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${path} is damaged: ${layer.name} can't be read; download or copy it again`, {
      cause: error,
    });
  }
}
