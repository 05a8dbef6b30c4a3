/** Writes the same weights in every format that people have them in, and files that are wrong in some way. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import h5wasm from 'h5wasm/node';
import onnxProto, { type onnx as Onnx } from 'onnx-proto';
import {
  type ConvLayer,
  convLayersThrough,
  type Layer,
  layersThrough,
} from '../../../../../src/networks/vgg19/layers.js';
import { writeKerasFile } from '../keras-file.js';

const { onnx } = onnxProto;
const { DataType, DataLocation } = onnx.TensorProto;
const { AttributeType } = onnx.AttributeProto;

/** A convolution's weights: kernel [out, in, 3, 3], bias [out]. */
export interface LayerWeights {
  readonly layer: ConvLayer;
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
}

/** Weights as `Weights.data` has them, layer by layer. */
export function layersOf(data: Float32Array, through: Layer): LayerWeights[] {
  return convLayersThrough(through).map((layer) => ({
    layer,
    kernel: data.slice(layer.kernelOffset, layer.biasOffset),
    bias: data.slice(layer.biasOffset, layer.biasOffset + layer.outChannels),
  }));
}

/** A kernel [out, in, 3, 3] as [3, 3, in, out]. */
export function toHwio({ layer: { inChannels, outChannels }, kernel }: LayerWeights): Float32Array {
  const result = new Float32Array(kernel.length);
  for (let output = 0; output < outChannels; output++) {
    for (let input = 0; input < inChannels; input++) {
      for (let position = 0; position < 9; position++) {
        result[(position * inChannels + input) * outChannels + output] =
          kernel[(output * inChannels + input) * 9 + position]!;
      }
    }
  }
  return result;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Buffer =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);

/** Keras' HDF5, as {@link writeKerasFile} writes it. */
export function writeKeras(path: string, layers: readonly LayerWeights[]): Promise<void> {
  const of = (name: string) => layers.find(({ layer }) => layer.name === name)!;
  return writeKerasFile(
    path,
    layers.map(({ layer }) => layer),
    { kernel: ({ name }) => toHwio(of(name)), bias: ({ name }) => of(name).bias },
  );
}

/** Keras 3's `.weights.h5`. `firstNumber`: what the first layer's name counts from. */
export async function writeKeras3(path: string, layers: readonly LayerWeights[], parent = 'layers', firstNumber = 0) {
  await h5wasm.ready;
  const file = new h5wasm.File(path, 'w', { libver: ['earliest', 'latest'] });
  let group: InstanceType<typeof h5wasm.Group> = file;
  for (const name of parent.split('/')) group = group.create_group(name);
  // As a dictionary's order may be: not by number.
  for (const [i, weights] of [...layers.entries()].reverse()) {
    const number = i + firstNumber;
    const vars = group.create_group(number === 0 ? 'conv2d' : `conv2d_${number}`).create_group('vars');
    const { inChannels, outChannels } = weights.layer;
    vars.create_dataset({ name: '0', data: toHwio(weights), shape: [3, 3, inChannels, outChannels] });
    vars.create_dataset({ name: '1', data: weights.bias, shape: [outChannels] });
  }
  group.create_group('max_pooling2d').create_group('vars');
  file.close();
}

export interface SafetensorsEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly number[];
}

/** torchvision's positions in `features`, written down from its `vgg19().state_dict()`. */
const torchPositions = [0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34];

/** How to write an element of a type. */
const elements: Record<string, { bytes: number; write(buffer: Buffer, value: number, at: number): void }> = {
  F32: { bytes: 4, write: (buffer, value, at) => buffer.writeFloatLE(value, at) },
  F64: { bytes: 8, write: (buffer, value, at) => buffer.writeDoubleLE(value, at) },
  // Truncated; exact for the values that tests use.
  BF16: {
    bytes: 2,
    write: (buffer, value, at) => buffer.writeUInt16LE(new Uint32Array(Float32Array.of(value).buffer)[0]! >>> 16, at),
  },
};

export interface SafetensorsVariation {
  readonly dtype?: string;
  readonly prefix?: string;
  readonly metadata?: Record<string, string>;
  /** Changes the header before it is written. */
  readonly header?: (header: Record<string, SafetensorsEntry>) => unknown;
  /** The length that the file claims for its header. */
  readonly claimed?: bigint;
}

export function safetensorsBytes(layers: readonly LayerWeights[], variation: SafetensorsVariation = {}): Buffer {
  const { dtype = 'F32', prefix = '', metadata } = variation;
  const { bytes, write } = elements[dtype]!;
  const header: Record<string, SafetensorsEntry> = {};
  const data: Buffer[] = [];
  let offset = 0;
  const add = (name: string, values: Float32Array, shape: number[]) => {
    const buffer = Buffer.alloc(values.length * bytes);
    values.forEach((value, i) => {
      write(buffer, value, i * bytes);
    });
    header[prefix + name] = { dtype, shape, data_offsets: [offset, offset + buffer.length] };
    data.push(buffer);
    offset += buffer.length;
  };
  layers.forEach(({ layer: { inChannels, outChannels }, kernel, bias }, i) => {
    // The bias first: the order in the file is of no importance.
    add(`features.${torchPositions[i]}.bias`, bias, [outChannels]);
    add(`features.${torchPositions[i]}.weight`, kernel, [outChannels, inChannels, 3, 3]);
  });
  add('classifier.0.bias', new Float32Array(8), [8]);
  const written = variation.header?.(header) ?? header;
  const text = Buffer.from(JSON.stringify(metadata ? { __metadata__: metadata, ...(written as object) } : written));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(variation.claimed ?? BigInt(text.length));
  return Buffer.concat([length, text, ...data]);
}

export interface TfjsVariation {
  readonly quantized?: 'uint8' | 'uint16';
  /** Names of a layer's weights. */
  readonly names?: (layer: ConvLayer) => [kernel: string, bias: string];
  readonly shardBytes?: number;
  /** Changes model.json before it is written. */
  readonly model?: (model: TfjsModel) => unknown;
}

export interface TfjsModel {
  format: string;
  weightsManifest: { paths: string[]; weights: Record<string, unknown>[] }[];
  [key: string]: unknown;
}

/** What remains of values that are stored in so many bits, and the numbers that stand for them. */
export function quantize(values: Float32Array, bits: 8 | 16) {
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  const scale = (max - min) / (2 ** bits - 1) || 1;
  const code = (value: number) => Math.round((value - min) / scale);
  const codes = bits === 8 ? Uint8Array.from(values, code) : Uint16Array.from(values, code);
  return { codes, scale, min, values: Float32Array.from(codes, (code) => code * scale + min) };
}

/** Writes model.json and its shards. @returns the path of model.json. */
export async function writeTfjs(folder: string, layers: readonly LayerWeights[], variation: TfjsVariation = {}) {
  const { quantized, shardBytes = 2 ** 20, names = ({ name }) => [`${name}/kernel`, `${name}/bias`] } = variation;
  const weights: Record<string, unknown>[] = [];
  const data: Buffer[] = [];
  const add = (name: string, values: Float32Array, shape: number[]) => {
    if (!quantized) {
      weights.push({ name, shape, dtype: 'float32' });
      data.push(bytesOf(values));
      return;
    }
    const { codes, scale, min } = quantize(values, quantized === 'uint8' ? 8 : 16);
    weights.push({ name, shape, dtype: 'float32', quantization: { dtype: quantized, scale, min } });
    data.push(Buffer.from(codes.buffer));
  };
  add('dense/bias', new Float32Array(3), [3]);
  for (const one of layers) {
    const [kernel, bias] = names(one.layer);
    add(kernel, toHwio(one), [3, 3, one.layer.inChannels, one.layer.outChannels]);
    add(bias, one.bias, [one.layer.outChannels]);
  }
  const all = Buffer.concat(data);
  await mkdir(folder, { recursive: true });
  const paths: string[] = [];
  for (let start = 0; start < all.length; start += shardBytes) {
    const name = `group1-shard${paths.length + 1}.bin`;
    paths.push(name);
    await writeFile(join(folder, name), all.subarray(start, start + shardBytes));
  }
  const model: TfjsModel = { format: 'layers-model', modelTopology: {}, weightsManifest: [{ paths, weights }] };
  const path = join(folder, 'model.json');
  await writeFile(path, JSON.stringify(variation.model?.(model) ?? model));
  return path;
}

export interface OnnxVariation {
  /** `zoo`: the ONNX Model Zoo's names, initializers among the inputs. `torch`: those of torch.onnx.export. */
  readonly naming?: 'zoo' | 'torch';
  /** Kernels and biases in a file of this name, beside the model. */
  readonly external?: string;
  /** What the model says of the external file, where it is not the truth. */
  readonly externalEntries?: (entries: Record<string, string>, tensor: string) => Record<string, string>;
  /** As the outputs of Constant nodes. */
  readonly constants?: boolean;
  /** In `float_data` instead of `raw_data`. */
  readonly floatData?: boolean;
  readonly metadata?: Record<string, string>;
  readonly producer?: string;
  readonly tensor?: (tensor: Onnx.ITensorProto) => void;
  readonly graph?: (graph: Onnx.IGraphProto) => void;
}

/** Writes a model that runs: the network, and behind it a Dropout, a Flatten and a Gemm as a classifier has them. */
export async function writeOnnx(
  path: string,
  weights: readonly LayerWeights[],
  through: Layer,
  variation: OnnxVariation = {},
): Promise<void> {
  const { naming = 'torch', external, constants = false } = variation;
  const zoo = naming === 'zoo';
  const node: Onnx.INodeProto[] = [];
  const initializer: Onnx.ITensorProto[] = [];
  const outside: Buffer[] = [];
  let outsideLength = 0;
  const hold = (name: string, dims: number[], values: Float32Array): string => {
    let tensor: Onnx.ITensorProto = { name, dims, dataType: DataType.FLOAT };
    if (external) {
      // Aligned, as torch does it, so that there are holes.
      const start = Math.ceil(outsideLength / 64) * 64;
      const entries = { location: external, offset: String(start), length: String(values.byteLength) };
      const stated = variation.externalEntries?.(entries, name) ?? entries;
      const externalData = Object.entries(stated).map(([key, value]) => ({ key, value }));
      tensor = { ...tensor, dataLocation: DataLocation.EXTERNAL, externalData };
      outside.push(Buffer.alloc(start - outsideLength), bytesOf(values));
      outsideLength = start + values.byteLength;
    } else if (variation.floatData) tensor.floatData = Array.from(values);
    else tensor.rawData = bytesOf(values);
    variation.tensor?.(tensor);
    if (!constants) initializer.push(tensor);
    else {
      node.push({
        opType: 'Constant',
        name: `Constant_${name}`,
        output: [name],
        attribute: [{ name: 'value', type: AttributeType.TENSOR, t: tensor }],
      });
    }
    return name;
  };
  const ints = (name: string, values: number[]) => ({ name, type: AttributeType.INTS, ints: values });
  let value = zoo ? 'data' : 'input.1';
  const add = (opType: string, inputs: string[], attribute: Onnx.IAttributeProto[] = []) => {
    const name = zoo ? `vgg0_${opType.toLowerCase()}${node.length}_fwd` : `/features/${node.length}/${opType}`;
    value = zoo ? name : `${name}_output_0`;
    node.push({ opType, name, input: inputs, output: [value], attribute });
    return value;
  };
  let i = 0;
  for (const layer of layersThrough(through)) {
    if (layer.kind === 'pool') {
      add('MaxPool', [value], [ints('kernel_shape', [2, 2]), ints('pads', [0, 0, 0, 0]), ints('strides', [2, 2])]);
      continue;
    }
    const { kernel, bias } = weights[i]!;
    // Some exporters number what they hold without regard to where it is used.
    const [kernelName, biasName] = zoo
      ? [`vgg0_conv${i}_weight`, `vgg0_conv${i}_bias`]
      : [`onnx::${100 - i}`, `b.${i}`];
    i++;
    const { inChannels, outChannels } = layer;
    const inputs = [value, hold(kernelName, [outChannels, inChannels, 3, 3], kernel)];
    inputs.push(hold(biasName, [outChannels], bias));
    add('Conv', inputs, [
      ints('dilations', [1, 1]),
      { name: 'group', type: AttributeType.INT, i: 1 },
      ints('kernel_shape', [3, 3]),
      ints('pads', [1, 1, 1, 1]),
      ints('strides', [1, 1]),
    ]);
    add('Relu', [value]);
  }
  const activation = value;
  add('Dropout', [value]);
  add('Flatten', [value]);
  const float = (name: string, dims: (number | string)[]) => ({
    name,
    type: {
      tensorType: {
        elemType: DataType.FLOAT,
        shape: { dim: dims.map((dim) => (typeof dim === 'string' ? { dimParam: dim } : { dimValue: dim })) },
      },
    },
  });
  const input = [float(zoo ? 'data' : 'input.1', ['N', 3, 'H', 'W'])];
  // Before IR 4.
  if (zoo) for (const { name, dims } of initializer) input.push(float(name ?? '', (dims ?? []) as number[]));
  const output = [float(activation, ['N', through.outChannels, 'h', 'w']), float(value, ['N', 'features'])];
  const graph: Onnx.IGraphProto = { name: 'vgg19', node, initializer, input, output };
  variation.graph?.(graph);
  const metadataProps = Object.entries(variation.metadata ?? {}).map(([key, entry]) => ({ key, value: entry }));
  const model = onnx.ModelProto.create({
    irVersion: zoo ? 3 : 7,
    producerName: variation.producer ?? (zoo ? '' : 'pytorch'),
    opsetImport: [{ domain: '', version: zoo ? 8 : 13 }],
    graph,
    metadataProps,
  });
  await writeFile(path, onnx.ModelProto.encode(model).finish());
  if (external) await writeFile(join(dirname(path), external), Buffer.concat(outside));
}
