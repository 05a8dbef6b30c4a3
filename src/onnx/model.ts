/** Graphs as ONNX files: encoding to bytes, always the same ones. load/ reads them. */
import type { onnx as Onnx } from 'onnx-proto';
import { attributeToProto, subgraph } from './attributes.js';
import type { Graph } from './graph.js';
import type { Node, Value } from './node.js';
import { onnx } from './proto.js';
import { isOpen } from './sides.js';
import { type DType, dtypeNumber, type Tensor, tensorToProto, type ValueType } from './tensor.js';

/** The IR version written: 8 is the one that goes with opset 15, and ONNX Runtime reads it since 1.10. */
const irVersion = 8;

/** How many of an input's first axes have their sides stated where sides are left open. */
const stated = 2;

/** The IR version that operator sets go with that have element types of 8 and 4 bits. */
const newIr = { version: 10, opset: 19 };

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
export function encodeModel(graph: Graph, options?: EncodeOptions): Uint8Array {
  const parts = encodeModelInParts(graph, options);
  const bytes = new Uint8Array(lengthOf(parts));
  let end = 0;
  for (const part of parts) {
    bytes.set(part, end);
    end += part.length;
  }
  return bytes;
}

/**
 * The same in parts, one after the other: the bytes of constants are the graph's own, not copies.
 * @internal @param places what to say of constants in place of their bytes.
 */
export function encodeModelInParts(
  graph: Graph,
  { openSides = false }: EncodeOptions = {},
  places: ReadonlyMap<Value, Tensor> = new Map(),
): Uint8Array[] {
  const names = namesOfOutputs(graph);
  const named = (value: Value): Value => names.get(value) ?? value;
  const nodes = graph.nodes.filter(
    ({ opType, inputs, outputs }) => opType !== 'Identity' || named(inputs[0]!) !== outputs[0],
  );
  // Of a domain that nothing is said of, the first version.
  const domains = new Set(nodes.map(({ domain }) => domain).filter((domain) => domain !== ''));
  const imports = [...domains].map((domain) => ({ domain, version: graph.domains.get(domain) ?? 1 }));
  const before = onnx.GraphProto.encode({
    name: graph.name,
    node: nodes.map((node) =>
      nodeToProto({ ...node, inputs: node.inputs.map(named), outputs: node.outputs.map(named) }),
    ),
  });
  const constants = [...graph.initializers].flatMap(([name, value]) => {
    const message = encodeTensor(name, places.get(name) ?? value);
    return [field(graphFields.initializer, lengthOf(message)), ...message];
  });
  const after = onnx.GraphProto.encode({
    input: [
      ...graph.inputs.map((name) => valueInfo(name, graph.valueType(name), openSides ? stated : undefined)),
      ...[...graph.initializers].flatMap(([name, value]) => (value.isDefault ? valueInfo(name, value, stated) : [])),
    ],
    output: graph.outputs.map((name) => {
      const type = graph.knownType(name);
      if (!type) return { name };
      return openSides ? unshapedInfo(name, type.dtype) : valueInfo(name, type);
    }),
  });
  const body = [before.finish(), ...constants, after.finish()];
  const head = onnx.ModelProto.encode({
    irVersion: graph.opset < newIr.opset ? irVersion : newIr.version,
    producerName: 'vggdraw',
  });
  const tail = onnx.ModelProto.encode({ opsetImport: [{ domain: '', version: graph.opset }, ...imports] });
  return [head.finish(), field(modelFields.graph, lengthOf(body)), ...body, tail.finish()];
}

/** Numbers of fields that hold messages or bytes, in onnx.proto. */
const [modelFields, graphFields, tensorFields] = [{ graph: 7 }, { initializer: 5 }, { rawData: 9 }];

const lengthOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, { length }) => sum + length, 0);

/** What stands before a field of so many bytes: its number and kind, and its length in groups of 7 bits, the lowest first. */
function field(number: number, length: number): Uint8Array {
  const bytes = [number * 8 + 2];
  for (let rest = length; ; rest = Math.floor(rest / 128)) {
    bytes.push(rest < 128 ? rest : (rest % 128) + 128);
    if (rest < 128) return Uint8Array.from(bytes);
  }
}

/** A TensorProto, the bytes of its elements apart. */
function encodeTensor(name: string, value: Tensor): Uint8Array[] {
  const { rawData, ...proto } = tensorToProto(name, value);
  const message = onnx.TensorProto.encode(proto).finish();
  return rawData ? [message, field(tensorFields.rawData, rawData.length), rawData] : [message];
}

/** In what steps constants begin in a file of their own: ONNX Runtime maps it, page by page. */
const pageSide = 4096;

/** Constants of fewer bytes stay in the model: what computes shapes has to find them there. */
const leastInFile = 1024;

/**
 * The same as two files, of which the second has the constants: ONNX Runtime maps that, and does not copy it. A model of more than 2 GB can't
 * be one file. Constants that lie in other files stay there.
 * @param location the second file's name, which has to lie beside the model.
 */
export function encodeModelAndData(
  graph: Graph,
  location: string,
  options?: EncodeOptions,
): { model: Uint8Array[]; data: Uint8Array[] } {
  const places = new Map<Value, Tensor>();
  const data: Uint8Array[] = [];
  let end = 0;
  for (const [name, value] of graph.initializers) {
    if (!(value.data instanceof Uint8Array) || value.data.length < leastInFile) continue;
    const offset = Math.ceil(end / pageSide) * pageSide;
    data.push(new Uint8Array(offset - end), value.data);
    end = offset + value.data.length;
    places.set(name, { ...value, data: { location, offset, length: value.data.length } });
  }
  return { model: encodeModelInParts(graph, options, places), data };
}

/** The names that values have as outputs, where all that gives them these is an Identity: ONNX Runtime would copy them for it. */
function namesOfOutputs(graph: Graph): Map<Value, Value> {
  const names = new Map<Value, Value>();
  // Branches and bodies refer to values around them by name.
  if (graph.nodes.some(({ attributes }) => Object.values(attributes).some(subgraph))) return names;
  const given = new Set(graph.outputs);
  for (const { opType, domain, inputs, outputs } of graph.nodes) {
    const [value, name] = [inputs[0]!, outputs[0]!];
    if (opType !== 'Identity' || domain !== '' || !given.has(name)) continue;
    if (graph.producer(value) && !given.has(value) && !names.has(value)) names.set(value, name);
  }
  return names;
}

/** @param known how many of the first axes are stated. */
function valueInfo(name: string, { dtype, shape }: ValueType, known = shape.length): Onnx.IValueInfoProto {
  const dim = shape.map((side, axis) =>
    axis >= known ? {} : isOpen(side) ? { dimParam: side.name } : { dimValue: side },
  );
  return { name, type: { tensorType: { elemType: dtypeNumber(dtype), shape: { dim } } } };
}

const unshapedInfo = (name: string, dtype: DType): Onnx.IValueInfoProto => ({
  name,
  type: { tensorType: { elemType: dtypeNumber(dtype) } },
});

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
