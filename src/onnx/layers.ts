/** The layers of a network that looks at a picture: values with channels and positions, and how far on the way each of them is. */
import type { Graph } from './graph.js';
import { intsAttribute, type Node, type Value } from './node.js';

export interface Layer {
  readonly name: Value;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Pixels from one position to the next: the power of two that is nearest to it. */
  readonly stride: number;
  /** Convolutions and matrix products on the longest way from the picture. */
  readonly depth: number;
  /** The operator that gives it. */
  readonly operator: string;
  /** Which axis of the value has the images, the channels, the rows and the columns: [0, 1, 2, 3], or [0, 3, 1, 2] where channels come last. */
  readonly axes: Axes;
  /** Whether it comes out of a nonlinearity, or of a value times a gate of its own (SiLU, GELU), or is joined of such values. */
  readonly isActivation: boolean;
  /** Whether everything that is deeper sees the picture through it alone: it lies beside no other branch. */
  readonly isOnSpine: boolean;
}

type Axes = readonly [number, number, number, number];

const channelsFirst: Axes = [0, 1, 2, 3];

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** What takes and gives [N, C, H, W] by its definition. */
const spatial = words(
  'Conv ConvTranspose MaxPool AveragePool LpPool BatchNormalization InstanceNormalization GroupNormalization LRN DepthToSpace SpaceToDepth GridSample',
);

/** What puts elements elsewhere, so that nobody knows which axis is which any more. */
const moving = words(
  'Reshape Flatten Gather GatherND GatherElements Squeeze Unsqueeze Expand Tile Einsum Shape Size Range ConstantOfShape NonZero TopK Compress',
);

const nonlinear = words(
  'Relu LeakyRelu PRelu Elu Selu Celu Clip ThresholdedRelu HardSwish HardSigmoid Sigmoid Tanh Softplus Softsign Gelu Mish Swish Max Min',
);

/** What gates are made of: functions of single elements. */
const elementwise = words('Sigmoid HardSigmoid Tanh Erf Softplus Clip Relu Exp Pow Add Sub Mul Div Cast Identity');

const weighted = words('Conv ConvTranspose MatMul Gemm');

/**
 * The layers of a graph, in the order in which they are computed: float32 values of one image, with more than one position, that are made
 * of the picture.
 * @param picture the graph's input, [1, C, H, W].
 */
export function layersOf(graph: Graph, picture: Value): Layer[] {
  const [, , rows, columns] = graph.shape(picture) as [number, number, number, number];
  const axes = new Map<Value, Axes>([[picture, channelsFirst]]);
  const depths = new Map<Value, number>([[picture, 0]]);
  const found: Omit<Layer, 'isOnSpine'>[] = [];
  const activations = new Set<Value>();
  for (const node of graph.nodes) {
    const seen = node.inputs.flatMap((input) => depths.get(input) ?? []);
    if (seen.length === 0) continue;
    const depth = Math.max(...seen) + (weighted.has(node.opType) ? 1 : 0);
    for (const name of node.outputs) {
      if (name === '') continue;
      depths.set(name, depth);
      const type = graph.knownType(name);
      if (type?.dtype !== 'float32' || type.shape.length !== 4) continue;
      const of = axesOf(graph, node, axes);
      if (!of) continue;
      axes.set(name, of);
      const [images, channels, height, width] = of.map((axis) => type.shape[axis]!) as [number, number, number, number];
      if (images !== 1 || height * width <= 1 || height > rows || width > columns) continue;
      const stride = 2 ** Math.round(Math.log2(Math.max(rows / height, columns / width)));
      const isJoined = node.opType === 'Concat' && node.inputs.every((input) => activations.has(input));
      const isActivation = isJoined || nonlinear.has(node.opType) || isGated(graph, node);
      if (isActivation) activations.add(name);
      found.push({ name, channels, height, width, stride, depth, operator: node.opType, axes: of, isActivation });
    }
  }
  const spine = spineTo(graph, depths, deepestIn(found));
  return found.map((layer) => ({ ...layer, isOnSpine: spine.has(layer.name) }));
}

/** Which axis of what a node gives is which; undefined where that is not known. */
function axesOf(graph: Graph, node: Node, axes: ReadonlyMap<Value, Axes>): Axes | undefined {
  const { opType, inputs } = node;
  if (node.domain !== '') return undefined;
  if (spatial.has(opType)) return channelsFirst;
  const known = inputs.map((input) => axes.get(input));
  const of = known.find((one) => one !== undefined);
  if (!of || moving.has(opType)) return undefined;
  if (opType === 'Transpose') {
    const order = intsAttribute(node, 'perm') ?? [3, 2, 1, 0];
    return of.map((axis) => order.indexOf(axis)) as unknown as Axes;
  }
  // A product of each position's channels and weights; of two values it mixes positions.
  const isOfWeights = graph.knownType(inputs[1] ?? '')?.shape.length === 2;
  if (opType === 'MatMul') return known[0] && of[1] === 3 && isOfWeights ? of : undefined;
  return of;
}

/** Whether a node multiplies a value by a function of its own elements. */
function isGated(graph: Graph, { opType, inputs: [a = '', b = ''] }: Node): boolean {
  return opType === 'Mul' && (isGateOf(graph, a, b) || isGateOf(graph, b, a));
}

/** A gate is some operators long. */
const longestGate = 10;

function isGateOf(graph: Graph, gate: Value, value: Value, left = longestGate): boolean {
  const node = graph.producer(gate);
  if (!node || left === 0 || !elementwise.has(node.opType)) return false;
  return node.inputs.some((input) => input === value || isGateOf(graph, input, value, left - 1));
}

/** The last of those with the widest stride: where a network that has a way back up turns. */
const deepestIn = (layers: readonly Pick<Layer, 'name' | 'stride'>[]): Value | undefined => {
  const widest = Math.max(...layers.map(({ stride }) => stride));
  return layers.findLast(({ stride }) => stride === widest)?.name;
};

/** The values that all ways from the picture to one go through: when one is there, nothing else that was made of the picture is needed. */
function spineTo(graph: Graph, depths: ReadonlyMap<Value, number>, end: Value | undefined): ReadonlySet<Value> {
  if (end === undefined) return new Set();
  const needed = new Set([end]);
  const way: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => needed.has(output))) continue;
    way.unshift(node);
    for (const input of node.inputs) if (depths.has(input)) needed.add(input);
  }
  const lastUse = new Map<Value, number>();
  way.forEach(({ inputs }, i) => {
    for (const input of inputs) if (needed.has(input)) lastUse.set(input, i);
  });
  const spine = new Set<Value>();
  const held = new Set<Value>(graph.inputs.filter((input) => needed.has(input)));
  way.forEach(({ inputs, outputs }, i) => {
    for (const output of outputs) if (needed.has(output)) held.add(output);
    for (const input of inputs) if (lastUse.get(input) === i) held.delete(input);
    const [only, ...others] = held;
    if (only !== undefined && others.length === 0) spine.add(only);
  });
  return spine;
}
