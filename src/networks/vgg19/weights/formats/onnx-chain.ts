/** Follows VGG-19's layers through an ONNX graph. */
import type { onnx as Onnx } from 'onnx-proto';
import { InputError } from '../../../../errors.js';
import { toNumber } from '../../../../onnx/tensor.js';
import { printName } from '../../../../tensor-files/json.js';
import { convLayers, layers } from '../../layers.js';

/** A convolution as the graph has it. */
export interface Convolution {
  /** The node's name, which may be empty. */
  readonly name: string;
  /** Kernel and bias. */
  readonly tensors: readonly Onnx.ITensorProto[];
}

/** Nodes that pass on what they are given. */
const passing = ['Identity', 'Dropout'];

/**
 * The convolutions of a graph from its input on, as long as it is Conv → Relu → … → MaxPool in VGG-19's order; whatever comes
 * after them (a classifier) is not looked at.
 * @throws InputError where something comes before the first convolution, or a layer is another than VGG-19's.
 */
export function convolutionsOf(path: string, graph: Onnx.IGraphProto): Convolution[] {
  const constants = constantsOf(graph);
  const consumers = consumersOf(graph);
  let value = inputOf(path, graph, constants);
  const next = (): Onnx.INodeProto | undefined => {
    // A loop would not be a graph, but a damaged file may hold one.
    for (let steps = 0; steps <= (graph.node?.length ?? 0); steps++) {
      const [node, ...others] = consumers.get(value) ?? [];
      if (!node || others.length > 0) return undefined;
      if (!isStandard(node)) return undefined;
      value = node.output?.[0] ?? '';
      if (!passing.includes(node.opType ?? '')) return node;
    }
    return undefined;
  };

  const found: Convolution[] = [];
  // A pool may come before the ReLU that it follows in the network, which gives the same.
  let early: Onnx.INodeProto | undefined;
  for (const layer of layers) {
    const node = early ?? next();
    early = undefined;
    const opType = layer.kind === 'conv' ? 'Conv' : 'MaxPool';
    if (node?.opType !== opType) {
      if (found.length === 0) throw beforeFirst(path, node);
      if (layer.kind === 'conv' && node?.opType === 'MaxPool')
        throw another(path, `has a MaxPool before ${layer.name}`);
      if (layer.kind === 'pool' && node?.opType === 'Conv') throw another(path, `has a Conv before ${layer.name}`);
      return found;
    }
    checkWindow(path, node, layer.kind, layer.name);
    if (layer.kind === 'pool') continue;
    const tensors = (node.input ?? []).slice(1).map((name) => constants.get(name));
    if (!tensors.every((tensor) => tensor !== undefined)) {
      throw another(path, `computes the weights of ${layer.name} (quantised or in another precision, perhaps)`);
    }
    found.push({ name: node.name ?? '', tensors });
    if (found.length === convLayers.length) return found;
    let activation = next();
    if (activation?.opType === 'MaxPool') {
      early = activation;
      activation = next();
    }
    if (activation && activation.opType !== 'Relu') {
      throw another(path, `has ${printName(activation.opType ?? '')} after ${layer.name}, instead of Relu`);
    }
    if (!activation) return found;
  }
  return found;
}

const isStandard = ({ domain }: Onnx.INodeProto): boolean => !domain || domain === 'ai.onnx';

function constantsOf(graph: Onnx.IGraphProto): Map<string, Onnx.ITensorProto> {
  const constants = new Map<string, Onnx.ITensorProto>();
  for (const tensor of graph.initializer ?? []) constants.set(tensor.name ?? '', tensor);
  for (const { opType, input, output, attribute } of graph.node ?? []) {
    const held =
      opType === 'Constant'
        ? attribute?.find(({ name }) => name === 'value')?.t
        : opType === 'Identity' && constants.get(input?.[0] ?? '');
    if (held) constants.set(output?.[0] ?? '', held);
  }
  return constants;
}

function consumersOf(graph: Onnx.IGraphProto): Map<string, Onnx.INodeProto[]> {
  const consumers = new Map<string, Onnx.INodeProto[]>();
  for (const node of graph.node ?? []) {
    // Only what is computed on: a kernel comes second.
    const data = node.input?.[0] ?? '';
    const known = consumers.get(data);
    if (known) known.push(node);
    else consumers.set(data, [node]);
  }
  return consumers;
}

function inputOf(path: string, graph: Onnx.IGraphProto, constants: ReadonlyMap<string, unknown>): string {
  // Before IR 4 initializers were listed among the inputs.
  const inputs = (graph.input ?? []).map(({ name }) => name ?? '').filter((name) => !constants.has(name));
  if (inputs.length === 1) return inputs[0]!;
  throw new InputError(`${path} does not hold VGG-19: it has ${inputs.length} inputs instead of one picture`);
}

function beforeFirst(path: string, node: Onnx.INodeProto | undefined): InputError {
  const what = node ? `has ${printName(node.opType ?? '')} between its input and` : 'does not begin with';
  return new InputError(
    `${path} ${what} the first convolution; export VGG-19 without its preprocessing, channels first (NCHW)`,
  );
}

const another = (path: string, what: string): InputError =>
  new InputError(`${path} does not hold VGG-19: it ${what}; export the plain network, in float32`);

/** Checks the attributes that make a 3×3 convolution with padding 1, or a 2×2 pool with stride 2. */
function checkWindow(path: string, node: Onnx.INodeProto, kind: 'conv' | 'pool', layer: string): void {
  const ints = (name: string, otherwise: readonly number[]) => {
    const found = node.attribute?.find((attribute) => attribute.name === name)?.ints;
    return found?.length ? found.map(toNumber) : otherwise;
  };
  const int = (name: string, otherwise: number) =>
    toNumber(node.attribute?.find((attribute) => attribute.name === name)?.i ?? otherwise);
  const padding = Buffer.from(node.attribute?.find(({ name }) => name === 'auto_pad')?.s ?? []).toString() || 'NOTSET';
  const same = padding.startsWith('SAME_');
  const plain = padding === 'NOTSET' || padding === 'VALID' || same;
  const pads = ints('pads', [0, 0, 0, 0]).join();
  const fits =
    kind === 'conv'
      ? ints('kernel_shape', [3, 3]).join() === '3,3' &&
        ints('strides', [1, 1]).join() === '1,1' &&
        (same || (padding === 'NOTSET' && pads === '1,1,1,1')) &&
        int('group', 1) === 1
      : ints('kernel_shape', []).join() === '2,2' &&
        ints('strides', [1, 1]).join() === '2,2' &&
        (same || pads === '0,0,0,0') &&
        int('ceil_mode', 0) === 0;
  if (plain && fits && ints('dilations', [1, 1]).join() === '1,1') return;
  throw another(path, `has another ${kind === 'conv' ? 'convolution' : 'pool'} than VGG-19 at ${layer}`);
}
