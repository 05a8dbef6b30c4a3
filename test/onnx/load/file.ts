/** Files of models, written by hand, and what they compute. */
import onnxProto, { type onnx as Onnx } from 'onnx-proto';
import { attributeToProto } from '../../../src/onnx/attributes.js';
import {
  type Attributes,
  type DType,
  encodeModel,
  type Tensor as Held,
  loadModel,
  type Shape,
} from '../../../src/onnx/index.js';
import { dtypeNumber, sizeOf, tensorToProto } from '../../../src/onnx/tensor.js';
import { openSession, Tensor } from '../../../src/runtime/session.js';

const { onnx } = onnxProto;

/** Operator, inputs, outputs (with blanks between), and attributes. */
export type NodeLine = readonly [
  opType: string,
  inputs: string,
  outputs: string,
  attributes?: Attributes,
  domain?: string,
];

export interface GraphLines {
  readonly nodes: readonly NodeLine[];
  readonly inputs?: Readonly<
    Record<string, Shape | { readonly dtype: DType; readonly shape: readonly (number | string)[] }>
  >;
  /** Names with blanks between. */
  readonly outputs: string;
  readonly constants?: Readonly<Record<string, Held>>;
}

export interface ModelLines extends GraphLines {
  readonly opset?: number;
  readonly functions?: readonly Onnx.IFunctionProto[];
  readonly domains?: Readonly<Record<string, number>>;
}

/** Names with blanks between; `_` is one that is left out. */
const words = (text: string): string[] =>
  text
    .split(' ')
    .filter(Boolean)
    .map((word) => (word === '_' ? '' : word));

export const nodeOf = ([opType, inputs, outputs, attributes = {}, domain = '']: NodeLine): Onnx.INodeProto => ({
  opType,
  domain,
  name: `${opType} of ${outputs}`,
  input: words(inputs),
  output: words(outputs),
  attribute: Object.entries(attributes).map(([name, value]) => attributeToProto(name, value)),
});

const infoOf = (name: string, shape: readonly (number | string)[], dtype: DType = 'float32'): Onnx.IValueInfoProto => ({
  name,
  type: {
    tensorType: {
      elemType: dtypeNumber(dtype),
      shape: { dim: shape.map((side) => (typeof side === 'string' ? { dimParam: side } : { dimValue: side })) },
    },
  },
});

export const graphOf = ({ nodes, inputs = {}, outputs, constants = {} }: GraphLines): Onnx.IGraphProto => ({
  name: 'graph',
  node: nodes.map(nodeOf),
  input: Object.entries(inputs).map(([name, of]) =>
    'shape' in of ? infoOf(name, of.shape, of.dtype) : infoOf(name, of),
  ),
  output: words(outputs).map((name) => ({ name })),
  initializer: Object.entries(constants).map(([name, held]) => tensorToProto(name, held)),
});

/** A branch or a body as an attribute. */
export const bodyOf = (lines: GraphLines): { proto: Onnx.IAttributeProto } => ({
  proto: { type: onnx.AttributeProto.AttributeType.GRAPH, g: graphOf(lines) },
});

export const fileOf = (lines: ModelLines, change: (model: Onnx.IModelProto) => void = () => {}): Uint8Array => {
  const model = onnx.ModelProto.create({
    irVersion: 8,
    opsetImport: [
      { domain: '', version: lines.opset ?? 15 },
      ...Object.entries(lines.domains ?? {}).map(([domain, version]) => ({ domain, version })),
    ],
    graph: graphOf(lines),
    functions: [...(lines.functions ?? [])],
  });
  change(model);
  return onnx.ModelProto.encode(model).finish();
};

/** What ONNX Runtime computes, of inputs that are all float32: sin(1), sin(2), …, unless they are given. */
export async function outputsOf(
  bytes: Uint8Array,
  shapes: Readonly<Record<string, Shape>>,
  values: Readonly<Record<string, readonly number[]>> = {},
): Promise<Record<string, { dims: readonly number[]; data: number[] }>> {
  const session = await openSession(bytes, { threads: 1 });
  const feeds = Object.entries(shapes)
    .filter(([name]) => session.inputNames.includes(name))
    .map(([name, shape]) => {
      const given = values[name] ?? Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i + 1));
      return [name, new Tensor('float32', Float32Array.from(given), shape)] as const;
    });
  const results = await session.run(Object.fromEntries(feeds));
  await session.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, { dims, data }]) => [
      name,
      { dims, data: Array.from(data as Float32Array, Number) },
    ]),
  );
}

/** What a file's model computes once it is loaded and encoded again. */
export const outputsOfLoaded = (bytes: Uint8Array, shapes: Readonly<Record<string, Shape>>, values = {}) =>
  outputsOf(encodeModel(loadModel(bytes)), shapes, values);
