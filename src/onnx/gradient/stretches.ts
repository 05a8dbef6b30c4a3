/** Gradients of a value that is read in stretches of an axis, which may overlap. */
import type { Value } from '../node.js';
import type { Operators } from '../operators.js';
import { slicing } from '../shapes/movement.js';
import { isOpen, isSame, known } from '../sides.js';
import type { ValueType } from '../tensor.js';
import type { GradientContext, Stretch } from './context.js';

/** The gradient of a Slice's input; undefined where the Slice takes steps, or cuts several axes. */
export function stretchOf(c: GradientContext): Stretch | undefined {
  const shape = c.sides(0);
  const taken = slicing(c);
  const cut = [...shape.keys()].filter((axis) => !isSame(taken[axis]!.count, shape[axis]!));
  const [axis] = cut as [number];
  if (cut.length !== 1 || taken.some(({ step }) => step !== 1)) return undefined;
  const { start, count } = taken[axis]!;
  if (isOpen(shape[axis]!) || isOpen(start) || isOpen(count)) return undefined;
  return { gradient: c.dy, axis, from: start, to: start + count };
}

/** The gradient of a value: the sum of what comes back to all of it, and to stretches of it. */
export function sumTerms(o: Operators, terms: readonly (Value | Stretch)[], type: ValueType): Value {
  const whole = terms.filter((term) => typeof term === 'string');
  const stretches = terms.filter((term) => typeof term !== 'string');
  const joined = [...new Set(stretches.map(({ axis }) => axis))].map((axis) => {
    const ofAxis = stretches.filter((stretch) => stretch.axis === axis);
    return joinStretches(o, ofAxis, axis, type);
  });
  return [...whole, ...joined].reduce((a, b) => o.add(a, b));
}

/**
 * Joined piece by piece, which takes no more than the value itself. Sums of stretches with zeros around them would take as much for
 * each stretch.
 */
function joinStretches(o: Operators, stretches: readonly Stretch[], axis: number, { dtype, shape }: ValueType): Value {
  const borders = new Set([0, known(shape[axis]!), ...stretches.flatMap(({ from, to }) => [from, to])]);
  const sorted = [...borders].sort((a, b) => a - b);
  const pieces = sorted.slice(1).map((to, i) => {
    const from = sorted[i]!;
    const parts = stretches
      .filter((stretch) => stretch.from <= from && stretch.to >= to)
      .map((stretch) => cut(o, stretch, from, to));
    const nothing = () => o.zeros({ dtype, shape: shape.map((side, i) => (i === axis ? to - from : side)) });
    return parts.length === 0 ? nothing() : parts.reduce((a, b) => o.add(a, b));
  });
  return o.concat(pieces, axis);
}

function cut(o: Operators, stretch: Stretch, from: number, to: number): Value {
  const { gradient, axis } = stretch;
  if (from === stretch.from && to === stretch.to) return gradient;
  return o.slice(gradient, { starts: [from - stretch.from], ends: [to - stretch.from], axes: [axis] });
}
