/** How nodes are computed on rows, by operator: as gradients have a table of rules. Other nodes, and those that no rule takes, are copied. */
import type { Graph } from '../../graph.js';
import type { Node, Value } from '../../node.js';
import { areKnown } from '../../sides.js';
import { sizeOf } from '../../tensor.js';
import { windowAxes } from '../../window.js';
import { after } from '../after.js';
import { signedRelu } from '../patterns.js';
import type { Choices } from './choices.js';
import { appendConvolution } from './convolution.js';
import type { Forms } from './forms.js';
import type { KernelSource } from './kernel-source.js';
import { canPool, coveringLayout } from './layout.js';
import { isPositive, where } from './masks.js';
import { appendPool, appendUnpool, type Winners } from './pooling.js';
import type { Rows, RowsBuilder } from './rows.js';
import type { Ties } from './ties.js';
import type { TileSide } from './transforms.js';

/** What a rule is given. */
export interface RowContext {
  readonly source: Graph;
  readonly b: RowsBuilder;
  readonly forms: Forms;
  readonly choices: Choices;
  /** A kernel in transform domain. */
  readonly kernel: (source: KernelSource, tile: TileSide) => Value;
  readonly ties: Ties;
  /** The nodes of the source that read a value. */
  consumers(value: Value): readonly Node[];
  /** Of pools in rows whose gradient is wanted, by the name of their indices. */
  readonly winners: Map<Value, Winners>;
  /** Of ReLUs in rows whose gradient is wanted: where they are positive, as bools. */
  readonly masks: Map<Value, Rows>;
}

/** Appends what a node computes as rows; undefined where it had better be computed as it was. */
export type RowRule = (c: RowContext, node: Node) => Rows | undefined;

const convolution: RowRule = ({ b, source, forms, choices, kernel }, node) => {
  const chosen = choices.of(node);
  if (!chosen) return undefined;
  const { choice, source: made, axes } = chosen;
  const [input, , bias] = node.inputs as [Value, Value, Value | undefined];
  return appendConvolution(b, forms.rows(input), {
    ...choice,
    kernel: kernel(made, choice.tile),
    backward: made.backward,
    bias: bias ? forms.plain(bias) : undefined,
    outputShape: source.shape(node.outputs[0]!) as [number, number, number, number],
    padding: { top: axes[0]!.begin, left: axes[1]!.begin },
  });
};

const pool: RowRule = ({ b, source, forms, ties, winners, consumers }, node) => {
  const [input] = node.inputs as [Value];
  const shape = source.knownType(input)?.shape;
  if (shape?.length !== 4 || !areKnown(shape) || shape[0] !== 1) return undefined;
  const axes = windowAxes(node, shape);
  const isHalving = axes.every(
    ({ kernel, stride, dilation, begin, end, input: side, output }) =>
      kernel === 2 && stride === 2 && dilation === 1 && begin === 0 && end === 0 && output === Math.floor(side / 2),
  );
  if (!isHalving) return undefined;
  const indices = node.outputs[1];
  const isUnpooled = consumers(indices ?? '').every(({ opType }) => opType === 'MaxUnpool');
  // A pool that nothing comes back through is fast as it is.
  if ((!indices && !forms.of(input).rows) || !isUnpooled) return undefined;
  const rows = forms.rows(input);
  const halved = coveringLayout(shape as [number, number, number, number], 2, false);
  const arranged = canPool(rows.layout) ? rows : b.arrange(rows, halved);
  const handicaps = indices ? ties.handicaps(input, arranged.layout) : [];
  const { pooled, winners: found } = appendPool(b, arranged, Boolean(indices), handicaps);
  if (indices) winners.set(indices, found!);
  return pooled;
};

const unpool: RowRule = ({ b, source, forms, winners }, node) => {
  const [dy, indices] = node.inputs as [Value, Value];
  const pooled = source.producer(indices);
  if (pooled) forms.of(pooled.outputs[0]!);
  const found = winners.get(indices);
  return found && appendUnpool(b, forms.rows(dy), found);
};

const relu: RowRule = (c, node) => {
  const { b, source, masks, consumers } = c;
  const rows = elementwise(c, node);
  const isMasked = consumers(node.outputs[0]!).some((consumer) => signedRelu(source, consumer) !== undefined);
  if (!rows || !isMasked) return rows;
  const mask = b.o.greater(rows.value, 0);
  masks.set(node.outputs[0]!, { value: mask, layout: rows.layout });
  return { value: after(b.graph, rows.value, [mask]), layout: rows.layout };
};

/** The product of a gradient and the mask of a ReLU in rows, or any other product. */
const product: RowRule = (c, node) => {
  const { b, source, forms, masks } = c;
  const [dy, sign] = node.inputs as [Value, Value];
  const mask = source.producer(sign);
  const positive = mask && signedRelu(source, mask);
  if (positive !== undefined) {
    forms.of(positive);
    const rows = masks.get(positive);
    if (rows) {
      const { value } = b.arrange(forms.rows(dy), rows.layout);
      return { value: where(b.graph, value, rows.value), layout: rows.layout };
    }
  }
  return elementwise(c, node);
};

const elementwise: RowRule = ({ b, source, forms }, node) => {
  const shape = source.knownType(node.outputs[0]!)?.shape.join();
  const isScalar = (value: Value) => sizeOf(source.shape(value)) === 1;
  const isPicture = (value: Value) => source.knownType(value)?.shape.join() === shape;
  const pictures = node.inputs.filter(isPicture);
  // A sum with a number would not keep zeros.
  const fits = node.inputs.every((value) => isPicture(value) || (node.opType === 'Mul' && isScalar(value)));
  const inRows = fits ? pictures.flatMap((value) => forms.of(value).rows ?? []) : [];
  if (inRows.length === 0) return undefined;
  // The smallest tiles are those of a pool, on whose way back the result most often is.
  const { layout } = inRows.reduce((a, b) => (b.layout.tile < a.layout.tile ? b : a));
  const operands = node.inputs.map((value) =>
    isPicture(value) ? b.arrange(forms.rows(value), layout).value : b.o.reshape(forms.plain(value), []),
  );
  if (signedRelu(source, node) !== undefined) return { value: isPositive(b.graph, operands[0]!), layout };
  return { value: b.graph.add(node.opType, operands, node.attributes), layout };
};

/** Of single elements: those that turn zeros into zero, so that the tile of zeros stays what it is. */
export const rowRules: Readonly<Record<string, RowRule>> = {
  Conv: convolution,
  MaxPool: pool,
  MaxUnpool: unpool,
  Relu: relu,
  Mul: product,
  Sign: elementwise,
  Neg: elementwise,
  Abs: elementwise,
  Add: elementwise,
  Sub: elementwise,
};
