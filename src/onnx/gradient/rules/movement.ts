/** Gradients of operators that move elements: the elements move back. */
import { intAttribute, intsAttribute, stringAttribute, type Value } from '../../node.js';
import { padding, slicing } from '../../shapes/movement.js';
import { isOpen, known, minus, plus, type Side } from '../../sides.js';
import type { GradientContext, GradientRule, GradientRules } from '../context.js';
import { stretchOf } from '../stretches.js';
import { placeStrided } from './strided.js';

const reshapeBack: GradientRule = [({ dy, a, o, graph }) => o.reshape(dy, graph.sides(a)), null];

export const movement: GradientRules = {
  Reshape: reshapeBack,
  Flatten: reshapeBack,
  Squeeze: reshapeBack,
  Unsqueeze: reshapeBack,
  Expand: [({ dy }) => dy, null],

  Transpose: [
    ({ dy, y, node, o, graph }) => {
      const axes = [...graph.sides(y).keys()];
      const order = intsAttribute(node, 'perm') ?? axes.toReversed();
      return o.transpose(
        dy,
        axes.map((axis) => order.indexOf(axis)),
      );
    },
  ],

  Concat: (c, input) => {
    const axis = c.axis(intAttribute(c.node, 'axis', 0), c.rank(0));
    const sides = c.node.inputs.map((_, i) => c.sides(i)[axis]!);
    const start = sides.slice(0, input).reduce(plus, 0);
    return c.o.slice(c.dy, { starts: [start], ends: [plus(start, sides[input]!)], axes: [axis] });
  },

  Split: {
    ofAllOutputs: [
      (c) =>
        c.o.concat(
          c.node.outputs.map((_, i) => c.dyOf(i)),
          c.axis(intAttribute(c.node, 'axis', 0), c.rank(0)),
        ),
      null,
    ],
  },

  Slice: [(c) => stretchOf(c) ?? placeStrided(c.o, c.dy, slicing(c), c.sides(0)), null, null, null, null],

  Pad: [
    (c) => {
      const { begins, ends } = padding(c);
      const mode = stringAttribute(c.node, 'mode', 'constant');
      if (mode !== 'constant') return begins.reduce((dy, _, axis) => foldPadding(c, dy, axis, mode), c.dy);
      return c.o.pad(
        c.dy,
        begins.map((count) => minus(0, count)),
        ends.map((count) => minus(0, count)),
      );
    },
    null,
    // What is put into the padding; the other modes do not look at it.
    (c) => {
      if (stringAttribute(c.node, 'mode', 'constant') !== 'constant') return undefined;
      return c.o.sub(sumOf(c, c.dy), sumOf(c, c.o.slice(c.dy, inner(c))));
    },
    null,
  ],
};

const sumOf = ({ o, graph }: GradientContext, x: Value): Value => o.reduceSum(x, [...graph.sides(x).keys()], false);

/** Where the input lies in the output of a Pad. */
function inner(c: GradientContext) {
  const { begins } = padding(c);
  const axes = [...begins.keys()];
  const starts = begins.map((begin) => Math.max(known(begin), 0));
  return { starts, ends: axes.map((axis) => plus(begins[axis]!, c.sides(0)[axis]!)), axes };
}

/**
 * Adds what lies in the padding along one axis to the elements it was copied from: a product with the matrix of zeros and ones
 * that says which position of the padded axis was copied from which of the input.
 */
function foldPadding(c: GradientContext, dy: Value, axis: number, mode: string): Value {
  const { begins, ends } = padding(c);
  if (begins[axis] === 0 && ends[axis] === 0) return dy;
  const order = [...c.sides(0).keys()].filter((other) => other !== axis).concat(axis);
  const last = c.o.transpose(dy, order);
  const folded = c.o.matMul(last, copies(c, begins[axis]!, c.sides(0)[axis]!, ends[axis]!, mode));
  return c.o.transpose(
    folded,
    order.map((_, i) => order.indexOf(i)),
  );
}

/** Which position of a padded axis, row by row, is copied from which of the input: [padded, side]. */
function copies(c: GradientContext, begin: Side, side: Side, end: Side, mode: string): Value {
  const { o, graph } = c;
  const dtype = graph.dtype(c.a);
  if (isOpen(begin) || isOpen(side) || isOpen(end)) {
    // What the operator itself makes of ones on a diagonal.
    const pads = graph.openValues.list([begin, 0, end, 0]);
    return graph.add('Pad', [o.identity(side, dtype), pads], { mode });
  }
  const padded = begin + side + end;
  c.limit(padded * side);
  const copied = Array<number>(padded * side).fill(0);
  for (let i = 0; i < padded; i++) copied[i * side + paddingSource(mode, i - begin, side)] = 1;
  return graph.constant(dtype, copied, [padded, side]);
}

/** The index that a position in (or outside) an axis is copied from. */
function paddingSource(mode: string, position: number, side: number): number {
  if (mode === 'edge') return Math.min(Math.max(position, 0), side - 1);
  if (mode === 'wrap') return ((position % side) + side) % side;
  // reflect: there and back again, without repeating the ends.
  const period = Math.max(1, 2 * (side - 1));
  const phase = ((position % period) + period) % period;
  return phase < side ? phase : period - phase;
}
