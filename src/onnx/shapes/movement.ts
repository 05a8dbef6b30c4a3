/** Shapes of operators that move elements and compute nothing. */
import { intAttribute, intsAttribute } from '../node.js';
import {
  areKnown,
  isOpen,
  known,
  lesser,
  minus,
  plus,
  product,
  quotient,
  quotientUp,
  type Side,
  type Sides,
  times,
} from '../sides.js';
import { broadcastShapes, clearest, mayBeSame, type ShapeContext, type ShapeRules, shownSides } from './context.js';

/** What a Slice node takes along every axis of its input. */
export interface Slicing {
  /** Index of the first element taken. */
  readonly start: Side;
  /** How many elements are taken. */
  readonly count: Side;
  /** Distance between elements; negative where they are taken backwards. */
  readonly step: number;
}

/** Resolves the starts, ends, axes and steps of a Slice node, whose rules clamp them to the input, for every axis. */
export function slicing(c: ShapeContext): Slicing[] {
  const shape = c.sides(0);
  const [starts, ends] = [c.elements(1), c.elements(2)];
  const axes = c.has(3) ? c.constants(3).map((axis) => c.axis(axis, shape.length)) : starts.map((_, i) => i);
  const steps = c.has(4) ? c.constants(4) : starts.map(() => 1);
  return shape.map((side, axis) => {
    const i = axes.indexOf(axis);
    if (i < 0) return { start: 0, count: side, step: 1 };
    const step = steps[i]!;
    if (!step) c.fail('its steps can not be 0');
    const [start, end] = [starts[i]!, ends[i]!];
    if (!areKnown([side, start, end])) return openSlicing(side, start, end, step);
    const [lowest, highest] = step > 0 ? [0, side as number] : [-1, (side as number) - 1];
    const clamp = (index: number) => Math.min(Math.max(index < 0 ? index + (side as number) : index, lowest), highest);
    // A start before the first element of a backwards slice leaves nothing; the lowest end (-1) means "through the first".
    const first = step > 0 ? clamp(start as number) : Math.max(0, clamp(start as number));
    return { start: first, count: Math.max(0, Math.ceil((clamp(end as number) - first) / step)), step };
  });
}

/** Bounds from here on mean "to the end", whatever the side is. */
const pastAll = 2 ** 31 - 1;

/** Where something is open. What begins or ends at an open side is taken to be there; so are the first element and the last. */
function openSlicing(side: Side, start: Side, end: Side, step: number): Slicing {
  const isPast = (bound: Side, sign: number) => !isOpen(bound) && bound * sign >= pastAll;
  // Backwards through all.
  if (step === -1 && (start === -1 || isPast(start, 1)) && isPast(end, -1))
    return { start: minus(side, 1), count: side, step };
  if (step < 0) known(isOpen(side) ? side : isOpen(start) ? start : end);
  const within = (bound: Side): Side => {
    if (isOpen(bound)) return bound;
    if (isPast(bound, 1)) return side;
    if (isPast(bound, -1)) return 0;
    if (Math.abs(bound) <= 1 || !isOpen(side)) return bound < 0 ? plus(side, bound) : bound;
    return bound < 0 ? minus(side, lesser(side, -bound)) : lesser(side, bound);
  };
  const [first, last] = [within(start), within(end)];
  return { start: first, count: quotientUp(minus(last, first), step), step };
}

/** The padding before and after every axis of a Pad node's input. */
export function padding(c: ShapeContext): { begins: Side[]; ends: Side[] } {
  const rank = c.rank(0);
  const pads = c.elements(1);
  const axes = c.has(3) ? c.constants(3).map((axis) => c.axis(axis, rank)) : [...Array(rank).keys()];
  if (pads.length !== 2 * axes.length) c.fail(`${pads.length} pads do not fit ${axes.length} axes`);
  const along = (offset: number) =>
    Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? pads[axes.indexOf(axis) + offset]! : 0));
  return { begins: along(0), ends: along(axes.length) };
}

function reshaped(c: ShapeContext): Sides {
  const input = c.sides(0);
  const keepZero = intAttribute(c.node, 'allowzero', 0) === 1;
  const wanted = c.elements(1).map((side, axis) => (side === 0 && !keepZero ? (input[axis] ?? 0) : side));
  const [all, rest] = [product(input), product(wanted.filter((side) => side !== -1))];
  const isKnown = !isOpen(all) && !isOpen(rest);
  const shape = wanted.map((side) => (side !== -1 ? side : isKnown ? all / rest : quotient(all, rest)));
  if (!mayBeSame(product(shape), all)) c.fail(`${shownSides(input)} can't be reshaped to ${shownSides(wanted)}`);
  return shape;
}

/** Where their number is stated (operator set 18), the last part may be smaller. */
function equalParts(c: ShapeContext, side: Side, parts: number): Side[] {
  const stated = c.node.attributes.num_outputs !== undefined;
  const each = isOpen(side)
    ? (stated ? quotientUp : quotient)(side, parts)
    : stated
      ? Math.ceil(side / parts)
      : side / parts;
  return Array.from({ length: parts }, (_, i) => (i < parts - 1 ? each : minus(side, times(each, parts - 1))));
}

export const movement: ShapeRules = {
  Reshape: (c) => [{ dtype: c.dtype(0), shape: reshaped(c) }],

  Flatten: (c) => {
    const shape = c.sides(0);
    const axis = intAttribute(c.node, 'axis', 1);
    const split = axis < 0 ? axis + shape.length : axis;
    return [{ dtype: c.dtype(0), shape: [product(shape.slice(0, split)), product(shape.slice(split))] }];
  },

  Transpose: (c) => {
    const shape = c.sides(0);
    const order = intsAttribute(c.node, 'perm') ?? shape.map((_, axis) => shape.length - 1 - axis);
    return [{ dtype: c.dtype(0), shape: order.map((axis) => shape[axis]!) }];
  },

  Concat: (c) => {
    const shapes = c.node.inputs.map((_, i) => c.sides(i));
    if (shapes.length === 0) c.fail('it has no inputs');
    const rank = shapes[0]!.length;
    const axis = c.axis(intAttribute(c.node, 'axis', 0), rank);
    const fits = shapes.every(
      (shape) => shape.length === rank && shape.every((side, i) => i === axis || mayBeSame(side, shapes[0]![i]!)),
    );
    if (!fits) c.fail(`the shapes ${shapes.map(shownSides).join(' and ')} do not join on axis ${axis}`);
    const along = (i: number): Sides => shapes.map((shape) => shape[i]!);
    return [
      { dtype: c.dtype(0), shape: shapes[0]!.map((_, i) => (i === axis ? along(i).reduce(plus) : clearest(along(i)))) },
    ];
  },

  Split: (c) => {
    const shape = c.sides(0);
    const axis = c.axis(intAttribute(c.node, 'axis', 0), shape.length);
    const parts = c.node.outputs.length;
    const sides = c.has(1) ? c.elements(1) : equalParts(c, shape[axis]!, parts);
    const areWhole = sides.every((side) => isOpen(side) || Number.isInteger(side));
    if (sides.length !== parts || !areWhole || !mayBeSame(sides.reduce(plus, 0), shape[axis]!)) {
      c.fail(`${shape[axis]} elements do not split into ${parts} parts of ${shownSides(sides)}`);
    }
    return sides.map((side) => ({ dtype: c.dtype(0), shape: shape.map((other, i) => (i === axis ? side : other)) }));
  },

  Gather: (c) => {
    const shape = c.sides(0);
    const axis = c.axis(intAttribute(c.node, 'axis', 0), shape.length);
    return [{ dtype: c.dtype(0), shape: [...shape.slice(0, axis), ...c.sides(1), ...shape.slice(axis + 1)] }];
  },

  Slice: (c) => [{ dtype: c.dtype(0), shape: slicing(c).map(({ count }) => count) }],

  Pad: (c) => {
    const { begins, ends } = padding(c);
    const shape = c.sides(0).map((side, axis) => plus(plus(begins[axis]!, side), ends[axis]!));
    return [{ dtype: c.dtype(0), shape }];
  },

  Squeeze: (c) => {
    const shape = c.sides(0);
    const axes = c.axes() ?? shape.flatMap((side, axis) => (known(side) === 1 ? [axis] : []));
    if (axes.some((axis) => !mayBeSame(shape[axis]!, 1)))
      c.fail(`axes [${axes.join(', ')}] of ${shownSides(shape)} are not all 1`);
    return [{ dtype: c.dtype(0), shape: shape.filter((_, axis) => !axes.includes(axis)) }];
  },

  Unsqueeze: (c) => {
    const shape = [...c.sides(0)];
    const listed = c.has(1) ? c.constants(1) : (intsAttribute(c.node, 'axes') ?? []);
    const axes = listed.map((axis) => c.axis(axis, shape.length + listed.length)).sort((a, b) => a - b);
    for (const axis of axes) shape.splice(axis, 0, 1);
    return [{ dtype: c.dtype(0), shape }];
  },

  Expand: (c) => {
    const shape = broadcastShapes([c.sides(0), c.elements(1)]);
    if (!shape) c.fail(`${shownSides(c.sides(0))} does not expand to ${shownSides(c.elements(1))}`);
    return [{ dtype: c.dtype(0), shape: shape! }];
  },

  Size: () => [{ dtype: 'int64', shape: [] }],

  Shape: (c) => {
    const sides = c.sides(0).slice(intAttribute(c.node, 'start', 0), intAttribute(c.node, 'end', c.rank(0)));
    return [{ dtype: 'int64', shape: [sides.length] }];
  },

  Constant: (c) => {
    const held = c.node.attributes.value;
    if (typeof held === 'object' && 'tensor' in held) return [{ dtype: held.tensor.dtype, shape: held.tensor.shape }];
    return c.fail('only constants that are tensors are supported');
  },
};
