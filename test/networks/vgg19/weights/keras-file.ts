/** Writes files as Keras writes them, and the faulty ones that tests need. */
import h5wasm from 'h5wasm/node';
import type { ConvLayer } from '../../../../src/networks/vgg19/layers.js';

type Floats = Float32Array | Float64Array | Int32Array;

/** What to do otherwise than Keras' notop file does it. */
export interface Variation {
  /** The group that holds the layers' groups. */
  readonly parent?: string;
  /** The datasets' names inside a layer's group. */
  readonly names?: (layer: ConvLayer) => [kernel: string, bias: string];
  readonly kernel?: (layer: ConvLayer) => Floats;
  readonly bias?: (layer: ConvLayer) => Floats;
  /** For the kernel; values and shape have to agree. */
  readonly shape?: (layer: ConvLayer) => number[];
  readonly compressed?: boolean;
  /** The kernels' shape as the file claims it in the end, with nothing stored for what is added. */
  readonly claimed?: number[];
}

/** The value of a generated kernel [3, 3, in, out] at one place: the place itself, which float32 keeps exactly. */
export function kernelValue(layer: ConvLayer, position: number, input: number, output: number): number {
  return (position * layer.inChannels + input) * layer.outChannels + output;
}

/** Negative, unlike every value of a kernel. */
export function biasValue(output: number): number {
  return -1 - output;
}

/** Writes the convolutions of `layers`, filled with {@link kernelValue} and {@link biasValue}. */
export async function writeKerasFile(
  path: string,
  layers: readonly ConvLayer[],
  variation: Variation = {},
): Promise<void> {
  await h5wasm.ready;
  const file = new h5wasm.File(path, 'w', { libver: ['earliest', 'latest'] }); // as h5py does
  try {
    let parent: InstanceType<typeof h5wasm.Group> = file;
    for (const name of variation.parent?.split('/') ?? []) parent = parent.create_group(name);
    for (const layer of layers) {
      const { name, inChannels, outChannels } = layer;
      const group = parent.create_group(name);
      const [kernelName, biasName] = variation.names?.(layer) ?? [`${name}_W_1:0`, `${name}_b_1:0`];
      if (kernelName.includes('/')) group.create_group(kernelName.split('/')[0]!);
      const kernel = group.create_dataset({
        name: kernelName,
        data: variation.kernel?.(layer) ?? Float32Array.from({ length: 9 * inChannels * outChannels }, (_, i) => i),
        shape: variation.shape?.(layer) ?? [3, 3, inChannels, outChannels],
        ...(variation.compressed || variation.claimed ? { chunks: [3, 3, 1, outChannels] } : {}),
        ...(variation.compressed ? { compression: 'gzip' as const } : {}),
        ...(variation.claimed ? { maxshape: [null, null, null, null] } : {}),
      });
      if (variation.claimed) kernel.resize(variation.claimed);
      const bias = variation.bias?.(layer) ?? Float32Array.from({ length: outChannels }, (_, i) => biasValue(i));
      group.create_dataset({ name: biasName, data: bias, shape: [bias.length] });
      group.create_attribute('weight_names', [kernelName, biasName]);
    }
  } finally {
    file.close();
  }
}
