/** Small networks as ONNX files. */
import onnxProto from 'onnx-proto';
import { convLayers } from '../../src/networks/vgg19/layers.js';
import { loadWeights } from '../../src/networks/vgg19/weights/load.js';
import { encodeModel, Graph, type Value } from '../../src/onnx/index.js';
import { tensor } from '../../src/onnx/tensor.js';
import { uniforms } from './random.js';

const { onnx } = onnxProto;

/** Adds convolutions whose outputs have the names that a test says. */
export class NetworkGraph {
  readonly graph: Graph;

  constructor(shape: readonly number[] = [1, 3, 32, 32], opset?: number) {
    this.graph = new Graph('network', opset);
    this.graph.input('picture', 'float32', shape);
  }

  /** Of 3×3, with padding, in the order of channels first. */
  conv(name: string, from: Value, channels: number, stride = 1): Value {
    const shape = [channels, this.graph.shape(from)[1]!, 3, 3];
    const reach = Math.sqrt(6 / (9 * shape[1]!));
    const kernel = this.graph.initializer(`${name}.weight`, tensor('float32', uniforms(shape, -reach, reach), shape));
    const attributes = { kernel_shape: [3, 3], pads: [1, 1, 1, 1], strides: [stride, stride] };
    return this.node('Conv', name, [from, kernel], attributes);
  }

  relu(name: string, from: Value): Value {
    return this.node('Relu', name, [from]);
  }

  node(opType: string, name: string, inputs: Value[], attributes = {}): Value {
    return this.graph.node(opType, inputs, { name, outputs: [name], attributes })[0]!;
  }

  constant(dtype: 'float32' | 'int64', values: number[], shape: number[] = [values.length]): Value {
    return this.graph.constant(dtype, values, shape);
  }

  /** The bytes of the file. */
  file(output: Value, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
    this.graph.output(output);
    return withMetadata(encodeModel(this.graph), metadata);
  }
}

function withMetadata(bytes: Uint8Array, metadata: Readonly<Record<string, string>>): Uint8Array {
  const model = onnx.ModelProto.decode(bytes);
  model.metadataProps = Object.entries(metadata).map(([key, value]) => ({ key, value }));
  return onnx.ModelProto.encode(model).finish();
}

/**
 * As ResNets are: a stem with stride 2 and a pool, two residual blocks with strides 4 and 8, and a classifier that takes 32×32 pixels alone,
 * because it flattens positions.
 */
export function residual(): NetworkGraph {
  const net = new NetworkGraph();
  const stem = net.relu('stem', net.conv('stem.conv', 'picture', 16, 2));
  const pooled = net.node('MaxPool', 'pool', [stem], { kernel_shape: [3, 3], pads: [1, 1, 1, 1], strides: [2, 2] });
  const inside = net.relu('block1.inside', net.conv('block1.conv1', pooled, 16));
  const sum = net.node('Add', 'block1.sum', [net.conv('block1.conv2', inside, 16), pooled]);
  const block1 = net.relu('block1', sum);
  const inside2 = net.relu('block2.inside', net.conv('block2.conv1', block1, 24, 2));
  const shortcut = net.conv('block2.shortcut', block1, 24, 2);
  const block2 = net.relu('block2', net.node('Add', 'block2.sum', [net.conv('block2.conv2', inside2, 24), shortcut]));
  const flat = net.node('Reshape', 'flat', [block2, net.constant('int64', [1, 24 * 16])]);
  const weights = net.graph.initializer('head', tensor('float32', uniforms([384, 10]), [384, 10]));
  net.node('MatMul', 'scores', [flat, weights]);
  return net;
}

/** VGG-19 down to block2_conv2 as a plain ONNX file that holds its weights, `seeded` ones. */
export async function plainVgg(): Promise<Uint8Array> {
  const last = convLayers.find(({ name }) => name === 'block2_conv2')!;
  const { data } = await loadWeights('seeded', last);
  const net = new NetworkGraph();
  let value: Value = 'picture';
  for (const { name, inChannels, outChannels, kernelOffset, biasOffset } of convLayers.slice(0, 4)) {
    if (name === 'block2_conv1')
      value = net.node('MaxPool', 'pool', [value], { kernel_shape: [2, 2], strides: [2, 2] });
    const held = (start: number, end: number, shape: number[]) => tensor('float32', [...data.slice(start, end)], shape);
    const kernel = net.graph.initializer(`${name}.w`, held(kernelOffset, biasOffset, [outChannels, inChannels, 3, 3]));
    const bias = net.graph.initializer(`${name}.b`, held(biasOffset, biasOffset + outChannels, [outChannels]));
    const attributes = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] };
    value = net.relu(`${name}.relu`, net.node('Conv', `${name}.conv`, [value, kernel, bias], attributes));
  }
  return net.file(value);
}
