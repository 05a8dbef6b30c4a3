/** Putting elements back to where a strided slice took them from. */
import type { Value } from '../../node.js';
import type { Operators } from '../../operators.js';
import type { Slicing } from '../../shapes/movement.js';
import { minus, plus, type Sides, times } from '../../sides.js';

/** A tensor of `shape` that is zero but where `taken` would slice it: there it has the elements of x. */
export function placeStrided(o: Operators, x: Value, taken: readonly Slicing[], shape: Sides): Value {
  const forward = reverse(o, x, taken);
  const starts = taken.map(({ start, count, step }) => (step < 0 ? plus(start, times(minus(count, 1), step)) : start));
  const spacing = taken.map(({ step }) => Math.abs(step));
  const spaced = spaceOut(o, forward, spacing);
  return o.pad(
    spaced,
    starts,
    // Negative where the zeros after the last element reach past the end: they are cut off.
    o.graph.sides(spaced).map((side, axis) => minus(minus(shape[axis]!, starts[axis]!), side)),
  );
}

/** Turns the axes around that were taken backwards. */
function reverse(o: Operators, x: Value, taken: readonly Slicing[]): Value {
  const axes = [...taken.keys()].filter((axis) => taken[axis]!.step < 0);
  if (axes.length === 0) return x;
  return o.flip(x, axes);
}

/** Puts `spacing - 1` zeros after every element along each axis: an axis of its own for the zeros, which then joins. */
function spaceOut(o: Operators, x: Value, spacing: readonly number[]): Value {
  const shape = o.graph.sides(x);
  if (spacing.every((step) => step === 1)) return x;
  const split = o.reshape(
    x,
    shape.flatMap((side) => [side, 1]),
  );
  const zeros = spacing.flatMap((step) => [0, step - 1]);
  const padded = o.pad(
    split,
    zeros.map(() => 0),
    zeros,
  );
  return o.reshape(
    padded,
    shape.map((side, axis) => times(side, spacing[axis]!)),
  );
}
