/** Shapes of operators that move elements and compute nothing. */
import { intAttribute, intsAttribute } from '../node.js';
import { type Shape, sizeOf } from '../tensor.js';
import { broadcastShapes, type ShapeContext, type ShapeRules } from './context.js';

/** What a Slice node takes along every axis of its input. */
export interface Slicing {
  /** Index of the first element taken. */
  readonly start: number;
  /** How many elements are taken. */
  readonly count: number;
  /** Distance between elements; negative where they are taken backwards. */
  readonly step: number;
}

/** Resolves the starts, ends, axes and steps of a Slice node, whose rules clamp them to the input, for every axis. */
export function slicing(c: ShapeContext): Slicing[] {
  const shape = c.shape(0);
  const [starts, ends] = [c.constants(1), c.constants(2)];
  const axes = c.has(3) ? c.constants(3).map((axis) => c.axis(axis, shape.length)) : starts.map((_, i) => i);
  const steps = c.has(4) ? c.constants(4) : starts.map(() => 1);
  return shape.map((side, axis) => {
    const i = axes.indexOf(axis);
    if (i < 0) return { start: 0, count: side, step: 1 };
    const step = steps[i]!;
    if (!step) c.fail('its steps can not be 0');
    const [lowest, highest] = step > 0 ? [0, side] : [-1, side - 1];
    const clamp = (index: number) => Math.min(Math.max(index < 0 ? index + side : index, lowest), highest);
    // A start before the first element of a backwards slice leaves nothing; the lowest end (-1) means "through the first".
    const start = step > 0 ? clamp(starts[i]!) : Math.max(0, clamp(starts[i]!));
    const count = Math.max(0, Math.ceil((clamp(ends[i]!) - start) / step));
    return { start, count, step };
  });
}

/** The padding before and after every axis of a Pad node's input. */
export function padding(c: ShapeContext): { begins: number[]; ends: number[] } {
  const rank = c.shape(0).length;
  const pads = c.constants(1);
  const axes = c.has(3) ? c.constants(3).map((axis) => c.axis(axis, rank)) : c.shape(0).map((_, axis) => axis);
  if (pads.length !== 2 * axes.length) c.fail(`${pads.length} pads do not fit ${axes.length} axes`);
  const along = (offset: number) =>
    c.shape(0).map((_, axis) => (axes.includes(axis) ? pads[axes.indexOf(axis) + offset]! : 0));
  return { begins: along(0), ends: along(axes.length) };
}

function reshaped(c: ShapeContext): Shape {
  const input = c.shape(0);
  const keepZero = intAttribute(c.node, 'allowzero', 0) === 1;
  const wanted = c.constants(1).map((side, axis) => (side === 0 && !keepZero ? (input[axis] ?? 0) : side));
  const rest = sizeOf(wanted.filter((side) => side !== -1));
  const shape = wanted.map((side) => (side === -1 ? sizeOf(input) / rest : side));
  if (sizeOf(shape) !== sizeOf(input)) c.fail(`[${input.join(', ')}] can't be reshaped to [${wanted.join(', ')}]`);
  return shape;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Where their number is stated (operator set 18), the last part may be smaller. */
function equalParts(c: ShapeContext, side: number, parts: number): number[] {
  const stated = c.node.attributes.num_outputs !== undefined;
  const each = stated ? Math.ceil(side / parts) : side / parts;
  return Array.from({ length: parts }, (_, i) => (i < parts - 1 ? each : side - each * (parts - 1)));
}

export const movement: ShapeRules = {
  Reshape: (c) => [{ dtype: c.dtype(0), shape: reshaped(c) }],

  Flatten: (c) => {
    const shape = c.shape(0);
    const axis = intAttribute(c.node, 'axis', 1);
    const split = axis < 0 ? axis + shape.length : axis;
    return [{ dtype: c.dtype(0), shape: [sizeOf(shape.slice(0, split)), sizeOf(shape.slice(split))] }];
  },

  Transpose: (c) => {
    const shape = c.shape(0);
    const order = intsAttribute(c.node, 'perm') ?? shape.map((_, axis) => shape.length - 1 - axis);
    return [{ dtype: c.dtype(0), shape: order.map((axis) => shape[axis]!) }];
  },

  Concat: (c) => {
    const shapes = c.node.inputs.map((_, i) => c.shape(i));
    if (shapes.length === 0) c.fail('it has no inputs');
    const rank = shapes[0]!.length;
    const axis = c.axis(intAttribute(c.node, 'axis', 0), rank);
    const fits = shapes.every(
      (shape) => shape.length === rank && shape.every((side, i) => i === axis || side === shapes[0]![i]),
    );
    if (!fits)
      c.fail(`the shapes ${shapes.map((shape) => `[${shape.join(', ')}]`).join(' and ')} do not join on axis ${axis}`);
    const joined = shapes.reduce((sum, shape) => sum + shape[axis]!, 0);
    return [{ dtype: c.dtype(0), shape: shapes[0]!.map((side, i) => (i === axis ? joined : side)) }];
  },

  Split: (c) => {
    const shape = c.shape(0);
    const axis = c.axis(intAttribute(c.node, 'axis', 0), shape.length);
    const parts = c.node.outputs.length;
    const sides = c.has(1) ? c.constants(1) : equalParts(c, shape[axis]!, parts);
    if (sides.length !== parts || !sides.every(Number.isInteger) || sum(sides) !== shape[axis]) {
      c.fail(`${shape[axis]} elements do not split into ${parts} parts of [${sides.join(', ')}]`);
    }
    return sides.map((side) => ({ dtype: c.dtype(0), shape: shape.map((other, i) => (i === axis ? side : other)) }));
  },

  Gather: (c) => {
    const shape = c.shape(0);
    const axis = c.axis(intAttribute(c.node, 'axis', 0), shape.length);
    return [{ dtype: c.dtype(0), shape: [...shape.slice(0, axis), ...c.shape(1), ...shape.slice(axis + 1)] }];
  },

  Slice: (c) => [{ dtype: c.dtype(0), shape: slicing(c).map(({ count }) => count) }],

  Pad: (c) => {
    const { begins, ends } = padding(c);
    return [{ dtype: c.dtype(0), shape: c.shape(0).map((side, axis) => begins[axis]! + side + ends[axis]!) }];
  },

  Squeeze: (c) => {
    const shape = c.shape(0);
    const axes = c.axes() ?? shape.flatMap((side, axis) => (side === 1 ? [axis] : []));
    if (axes.some((axis) => shape[axis] !== 1))
      c.fail(`axes [${axes.join(', ')}] of [${shape.join(', ')}] are not all 1`);
    return [{ dtype: c.dtype(0), shape: shape.filter((_, axis) => !axes.includes(axis)) }];
  },

  Unsqueeze: (c) => {
    const shape = [...c.shape(0)];
    const listed = c.has(1) ? c.constants(1) : (intsAttribute(c.node, 'axes') ?? []);
    const axes = listed.map((axis) => c.axis(axis, shape.length + listed.length)).sort((a, b) => a - b);
    for (const axis of axes) shape.splice(axis, 0, 1);
    return [{ dtype: c.dtype(0), shape }];
  },

  Expand: (c) => {
    const shape = broadcastShapes([c.shape(0), c.constants(1)]);
    if (!shape) c.fail(`[${c.shape(0).join(', ')}] does not expand to [${c.constants(1).join(', ')}]`);
    return [{ dtype: c.dtype(0), shape: shape! }];
  },

  Size: () => [{ dtype: 'int64', shape: [] }],

  Shape: (c) => {
    const sides = c.shape(0).slice(intAttribute(c.node, 'start', 0), intAttribute(c.node, 'end', c.shape(0).length));
    return [{ dtype: 'int64', shape: [sides.length] }];
  },

  Constant: (c) => {
    const held = c.node.attributes.value;
    if (typeof held === 'object' && 'tensor' in held) return [{ dtype: held.tensor.dtype, shape: held.tensor.shape }];
    return c.fail('only constants that are tensors are supported');
  },
};
