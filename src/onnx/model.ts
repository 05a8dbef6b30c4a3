/** Graphs as ONNX files: encoding to bytes, always the same ones, and loading. */
import type { onnx as Onnx } from 'onnx-proto';
import { messageOf } from '../errors.js';
import { oneLine, shownName } from '../one-line.js';
import { Graph } from './graph.js';
import type { Attribute, Attributes, Node, Value } from './node.js';
import { onnx } from './proto.js';
import {
  type DType,
  dtypeNumber,
  dtypeOf,
  type Shape,
  type TensorType,
  tensorFromProto,
  tensorToProto,
  toNumber,
} from './tensor.js';

const { AttributeType } = onnx.AttributeProto;

/** The IR version written: 8 is the one that goes with opset 15, and ONNX Runtime reads it since 1.10. */
const irVersion = 8;

/**
 * The operator sets that can be loaded. In 13 the axes of ReduceSum and Squeeze became inputs, which is the form that the
 * gradient rules write; 19 changed AveragePool, whose gradient follows the older definition.
 */
const opsets = { oldest: 13, newest: 18 };

export interface EncodeOptions {
  /**
   * Leaves the sides (the axes from the third on) of all inputs open in the file, and says nothing of the outputs' shapes. ONNX
   * Runtime then knows no shape before it runs, and frees each buffer after the last use of its value; with known shapes it
   * plans to use it again for any later value of the same shape, and holds it until then. Measured at 512² and block5_conv2:
   * 322 MB of activations instead of 518 MB, in the same time. The sizes that the graph was made for still have to be given.
   */
  readonly openSides?: boolean;
}

/** The bytes of an ONNX ModelProto. The same graph, built in the same order, gives the same bytes. */
export function encodeModel(graph: Graph, { openSides = false }: EncodeOptions = {}): Uint8Array {
  const names = namesOfOutputs(graph);
  const named = (value: Value): Value => names.get(value) ?? value;
  const nodes = graph.nodes.filter(
    ({ opType, inputs, outputs }) => opType !== 'Identity' || named(inputs[0]!) !== outputs[0],
  );
  const model = onnx.ModelProto.create({
    irVersion,
    producerName: 'vggdraw',
    opsetImport: [{ domain: '', version: graph.opset }],
    graph: {
      name: graph.name,
      node: nodes.map((node) =>
        nodeToProto({ ...node, inputs: node.inputs.map(named), outputs: node.outputs.map(named) }),
      ),
      initializer: [...graph.initializers].map(([name, value]) => tensorToProto(name, value)),
      input: graph.inputs.map((name) => valueInfo(name, graph.type(name), openSides ? 2 : Number.POSITIVE_INFINITY)),
      output: graph.outputs.map((name) =>
        openSides ? unshapedInfo(name, graph.dtype(name)) : valueInfo(name, graph.type(name)),
      ),
    },
  });
  return onnx.ModelProto.encode(model).finish();
}

/** The names that values have as outputs, where all that gives them these is an Identity: ONNX Runtime would copy them for it. */
function namesOfOutputs(graph: Graph): Map<Value, Value> {
  const names = new Map<Value, Value>();
  for (const { opType, domain, inputs, outputs } of graph.nodes) {
    const [value, name] = [inputs[0]!, outputs[0]!];
    if (opType !== 'Identity' || domain !== '' || !graph.outputs.includes(name)) continue;
    if (graph.producer(value) && !graph.outputs.includes(value) && !names.has(value)) names.set(value, name);
  }
  return names;
}

export interface LoadOptions {
  /** Shapes of inputs, by name, where the file leaves sides open (a batch size, a picture's height). */
  readonly inputShapes?: Readonly<Record<string, Shape>>;
}

/**
 * Reads an ONNX ModelProto into a graph that can be extended and differentiated. Tensors in external files stay there.
 * @throws Error for bytes that are not an ONNX model, an operator set outside 13 … 18, an input whose shape is left open, or
 *   nodes whose inputs do not fit.
 */
export function loadModel(bytes: Uint8Array, { inputShapes = {} }: LoadOptions = {}): Graph {
  const model = decode(bytes);
  const source = model.graph;
  if (!source?.node?.length && !source?.output?.length) throw new Error('this is not an ONNX model: it has no graph');
  const opset = toNumber(model.opsetImport?.find(({ domain }) => !domain || domain === 'ai.onnx')?.version);
  if (opset < opsets.oldest || opset > opsets.newest) {
    const supported = `${opsets.oldest} to ${opsets.newest}`;
    throw new Error(`the model uses operator set ${opset}; ${supported} are supported: convert or export it again`);
  }
  const graph = new Graph(source.name ?? '', opset);
  for (const proto of source.initializer ?? []) graph.initializer(proto.name ?? '', tensorFromProto(proto));
  for (const info of source.input ?? []) {
    const name = info.name ?? '';
    // Before IR 4 initializers were listed among the inputs.
    if (graph.initializers.has(name)) continue;
    const { dtype, shape } = typeOfInput(info, inputShapes[name]);
    graph.input(name, dtype, shape);
  }
  // What a file says of values holds for the shapes that it says its inputs have.
  const isOther = (source.input ?? []).some((info) => {
    const given = inputShapes[info.name ?? ''];
    return given !== undefined && statedType(info) && statedType(info)!.shape.join() !== given.join();
  });
  const stated = new Map(
    (isOther ? [] : (source.valueInfo ?? []).concat(source.output ?? [])).map((info) => [info.name, statedType(info)]),
  );
  for (const proto of source.node ?? []) {
    graph.node(proto.opType ?? '', proto.input ?? [], {
      ...(proto.name ? { name: proto.name } : {}),
      domain: proto.domain === 'ai.onnx' ? '' : (proto.domain ?? ''),
      outputs: proto.output ?? [],
      attributes: attributesOf(proto),
      types: (proto.output ?? []).map((output) => stated.get(output)),
    });
  }
  for (const { name } of source.output ?? []) graph.outputs.push(name ?? '');
  return graph;
}

function decode(bytes: Uint8Array): Onnx.IModelProto {
  try {
    return onnx.ModelProto.decode(bytes);
  } catch (error) {
    throw new Error(`this is not an ONNX model: ${oneLine(messageOf(error))}`);
  }
}

/** @param known how many of the first axes are stated. */
function valueInfo(name: string, { dtype, shape }: TensorType, known = shape.length): Onnx.IValueInfoProto {
  const dim = shape.map((side, axis) => (axis < known ? { dimValue: side } : {}));
  return { name, type: { tensorType: { elemType: dtypeNumber(dtype), shape: { dim } } } };
}

const unshapedInfo = (name: string, dtype: DType): Onnx.IValueInfoProto => ({
  name,
  type: { tensorType: { elemType: dtypeNumber(dtype) } },
});

/** The type that a file states for a value; undefined where it leaves a side open. */
function statedType({ type }: Onnx.IValueInfoProto): TensorType | undefined {
  const stated = type?.tensorType;
  const shape = stated?.shape?.dim?.map(({ dimValue, dimParam }) => (dimParam ? 0 : toNumber(dimValue)));
  return shape?.every((side) => side > 0) ? { dtype: dtypeOf(stated?.elemType ?? 0), shape } : undefined;
}

function typeOfInput(info: Onnx.IValueInfoProto, given: Shape | undefined): TensorType {
  if (given) return { dtype: dtypeOf(info.type?.tensorType?.elemType ?? 0), shape: given };
  const stated = statedType(info);
  if (!stated)
    throw new Error(
      `the model leaves the shape of its input '${shownName(info.name ?? '')}' open; give it in inputShapes`,
    );
  return stated;
}

function nodeToProto(node: Node): Onnx.INodeProto {
  return {
    name: node.name,
    opType: node.opType,
    domain: node.domain,
    input: [...node.inputs],
    output: [...node.outputs],
    // Sorted, so that the bytes do not depend on the order in which somebody wrote an object.
    attribute: Object.entries(node.attributes)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => attributeToProto(name, value)),
  };
}

function attributeToProto(name: string, value: Attribute): Onnx.IAttributeProto {
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: value };
  if (typeof value === 'string') return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) };
  if ('float' in value) return { name, type: AttributeType.FLOAT, f: value.float };
  if ('floats' in value) return { name, type: AttributeType.FLOATS, floats: [...value.floats] };
  if ('tensor' in value) return { name, type: AttributeType.TENSOR, t: tensorToProto('', value.tensor) };
  if ('proto' in value) return value.proto;
  return { name, type: AttributeType.INTS, ints: [...value] };
}

function attributesOf(node: Onnx.INodeProto): Attributes {
  return Object.fromEntries((node.attribute ?? []).map((proto) => [proto.name ?? '', attributeFromProto(proto)]));
}

function attributeFromProto(proto: Onnx.IAttributeProto): Attribute {
  switch (proto.type) {
    case AttributeType.INT:
      return toNumber(proto.i);
    case AttributeType.INTS:
      return (proto.ints ?? []).map(toNumber);
    case AttributeType.STRING:
      return new TextDecoder().decode(proto.s ?? new Uint8Array());
    case AttributeType.FLOAT:
      return { float: proto.f ?? 0 };
    case AttributeType.FLOATS:
      return { floats: proto.floats ?? [] };
    case AttributeType.TENSOR:
      return { tensor: tensorFromProto(proto.t ?? {}) };
    default:
      return { proto };
  }
}
