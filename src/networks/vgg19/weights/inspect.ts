/** What a file of weights contains. */
import { convLayers } from '../layers.js';
import { findConvolution, findConvolutions, inFile } from './convolutions.js';
import type { Preprocessing } from './preprocessing.js';
import { openWeightsFile } from './read-file.js';

export interface WeightsReport {
  /** The format's name: `Keras HDF5`, `ONNX`, `safetensors`, `TensorFlow.js layers model`. */
  readonly format: string;
  readonly preprocessing: Preprocessing;
  /** Those of VGG-19's convolutions that the file has, in the network's order. */
  readonly layers: readonly LayerReport[];
}

export interface LayerReport {
  readonly name: string;
  /** As the file has it: [3, 3, in, out] or [out, in, 3, 3]. */
  readonly kernelShape: readonly number[];
  readonly biasShape: readonly number[];
  /** Of the kernel's values, as the file has them; NaN where there is a NaN among them. */
  readonly min: number;
  readonly max: number;
  readonly mean: number;
}

/**
 * Reads a file of weights through and reports on what is in it.
 * @throws InputError where it can't be read, is in no format that we know, is damaged or has nothing of VGG-19.
 */
export async function inspectWeights(path: string): Promise<WeightsReport> {
  const file = await openWeightsFile(path);
  try {
    const found = convLayers
      .map((layer) => findConvolution(file, layer))
      .filter((convolution) => convolution !== undefined);
    // Says what is missing.
    if (found.length === 0) findConvolutions(file, convLayers[0]!);
    const layers = found.map(({ layer, kernel, bias }) => {
      const { name } = layer;
      const values = inFile(file, layer, () => kernel.read());
      return { name, kernelShape: kernel.shape, biasShape: bias.shape, ...statistics(values) };
    });
    return { format: file.format, preprocessing: file.preprocessing, layers };
  } finally {
    file.close();
  }
}

function statistics(values: Float32Array): { min: number; max: number; mean: number } {
  let [min, max, sum] = [Infinity, -Infinity, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
  }
  return { min, max, mean: sum / values.length };
}
