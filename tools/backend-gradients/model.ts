/** A model of ONNX's backend tests as a graph that can be differentiated: what is no float is a constant, and floats are doubles. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  encodeModel,
  Graph,
  loadModel,
  type Tensor,
  type TensorType,
  tensor,
  tensorValues,
} from '../../src/onnx/index.js';
import type { Attributes, Node } from '../../src/onnx/node.js';
import { onnx } from '../../src/onnx/proto.js';
import { dtypeNumber, sizeOf, tensorFromProto, tensorToProto } from '../../src/onnx/tensor.js';
import { openSession, Tensor as RuntimeTensor } from '../../src/runtime/session.js';

export interface Example {
  readonly graph: Graph;
  /** The graph's inputs, all of them floats. */
  readonly inputs: ReadonlyMap<string, number[]>;
  readonly dtype: 'float32' | 'float64';
}

/** The most elements of an input: more take minutes, many times over. */
const largest = 100_000;

export class TooLarge extends Error {}

/** Floats that decide on shapes, or on what is random. */
const fixedInputs: Readonly<Record<string, readonly number[]>> = {
  Resize: [1, 2],
  Upsample: [1],
  Dropout: [1],
  // It takes whole numbers as floats too.
  OneHot: [0, 1],
  Range: [0, 1, 2],
};

/**
 * Reads a model and the first of its examples.
 * @param folder has model.onnx and test_data_set_0/input_0.pb and so on.
 * @throws Error where it is not read, or what it takes is no tensor.
 */
export async function readExample(folder: string): Promise<Example> {
  const bytes = readFileSync(join(folder, 'model.onnx'));
  const model = onnx.ModelProto.decode(bytes);
  const held = new Set(model.graph?.initializer?.map(({ name }) => name));
  const names = (model.graph?.input ?? []).map(({ name }) => name ?? '').filter((name) => !held.has(name));
  const given = new Map<string, Tensor>();
  for (const [i, name] of names.entries()) {
    const path = join(folder, 'test_data_set_0', `input_${i}.pb`);
    if (existsSync(path)) given.set(name, tensorFromProto(onnx.TensorProto.decode(readFileSync(path))));
  }
  const fixed = new Set(
    (model.graph?.node ?? []).flatMap(
      ({ opType, input }) => fixedInputs[opType ?? '']?.map((i) => input?.[i] ?? '') ?? [],
    ),
  );
  for (const [name, { shape }] of given) {
    if (sizeOf(shape) > largest) throw new TooLarge(`'${name}' is [${shape.join(', ')}]`);
  }
  const isFloat = (name: string) => ['float32', 'float64'].includes(given.get(name)?.dtype ?? '');
  const floats = names.filter((name) => isFloat(name) && !fixed.has(name));
  let graph = withConstants(bytes, given, new Set(floats));
  if (typeof graph === 'string' && floats.length > 1) graph = withConstants(bytes, given, new Set(floats.slice(0, 1)));
  if (typeof graph === 'string') throw new Error(graph);
  const double = await asDouble(graph, given);
  const chosen = double ?? graph;
  const inputs = new Map(chosen.inputs.map((name) => [name, sound(tensorValues(given.get(name)!))]));
  const dtype = double || graph.inputs.every((name) => graph.dtype(name) === 'float64') ? 'float64' : 'float32';
  return { graph: chosen, inputs, dtype };
}

/** Some of the data was never written, and is of any size: instead numbers from 0.5 to 1.5, spread by the golden ratio. */
function sound(values: number[]): number[] {
  const isWritten = (size: number) => size === 0 || (size > 1e-30 && size < 1e6);
  if (values.every((value) => isWritten(Math.abs(value)))) return values;
  return values.map((_, i) => 0.5 + ((i * 0.618) % 1));
}

/** The graph with all inputs fixed but the free ones, or why it is not read. */
function withConstants(
  bytes: Uint8Array,
  given: ReadonlyMap<string, Tensor>,
  free: ReadonlySet<string>,
): Graph | string {
  const model = onnx.ModelProto.decode(bytes);
  const { graph } = model;
  if (!graph) return 'there is no graph';
  for (const [name, value] of given) {
    if (!free.has(name)) graph.initializer = [...(graph.initializer ?? []), tensorToProto(name, value)];
  }
  graph.input = (graph.input ?? []).filter(({ name }) => !given.has(name ?? '') || free.has(name ?? ''));
  const inputShapes = Object.fromEntries([...free].map((name) => [name, given.get(name)!.shape]));
  try {
    const read = loadModel(onnx.ModelProto.encode(model).finish(), { inputShapes });
    for (const output of read.outputs) read.type(output);
    return read;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The graph with doubles for its floats, where the processor has kernels for them. */
async function asDouble(graph: Graph, given: ReadonlyMap<string, Tensor>): Promise<Graph | undefined> {
  const wide = <T extends TensorType>(type: T): T => (type.dtype === 'float32' ? { ...type, dtype: 'float64' } : type);
  const widened = (value: Tensor): Tensor =>
    value.dtype === 'float32' ? tensor('float64', tensorValues(value), value.shape) : value;
  const attributes = (node: Node): Attributes =>
    Object.fromEntries(
      Object.entries(node.attributes).map(([name, value]) => {
        if (typeof value === 'object' && 'tensor' in value) return [name, { tensor: widened(value.tensor) }];
        const isType = ['to', 'dtype'].includes(name) && value === dtypeNumber('float32');
        return [name, isType ? dtypeNumber('float64') : value];
      }),
    );
  // It rounds its bounds to float32, whatever it is of.
  if (graph.nodes.some(({ opType }) => opType === 'Shrink')) return undefined;
  try {
    const double = new Graph(graph.name, graph.opset);
    for (const [domain, version] of graph.domains) double.domains.set(domain, version);
    // Scales and regions of a Resize, thresholds: floats whatever the data is.
    const always = new Set(graph.nodes.flatMap(({ opType, inputs }) => (opType === 'Resize' ? inputs.slice(1) : [])));
    for (const [name, value] of graph.initializers) double.initializer(name, always.has(name) ? value : widened(value));
    for (const name of graph.inputs) double.input(name, wide(graph.type(name)).dtype, graph.shape(name));
    for (const node of graph.nodes) {
      const types = node.outputs.map((output) => (graph.knownType(output) ? wide(graph.type(output)) : undefined));
      double.node(node.opType, node.inputs, { ...node, attributes: attributes(node), types });
    }
    for (const output of graph.outputs) double.outputs.push(output);
    const session = await openSession(encodeModel(double));
    // Some kernels find out only when they run that they have no doubles.
    const feed = (name: string) => new RuntimeTensor('float64', tensorValues(given.get(name)!), double.shape(name));
    await session.run(Object.fromEntries(double.inputs.map((name) => [name, feed(name)])));
    await session.release();
    return double;
  } catch {
    return undefined;
  }
}
