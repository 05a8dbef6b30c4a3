/** Gradients of reductions. What was summed is repeated by differentiate(). */
import type { Value } from '../../node.js';
import { reducedAxes } from '../../shapes/reduction.js';
import type { GradientContext, GradientRules } from '../context.js';

export const reduction: GradientRules = {
  ReduceSum: [(c) => kept(c)],
  ReduceMean: [(c) => c.o.div(kept(c), reducedCount(c))],
  ReduceSumSquare: [(c) => c.o.mul(c.o.mul(2, kept(c)), c.a)],
};

/** dy with the reduced axes put back, as sides of 1. */
function kept(c: GradientContext): Value {
  const axes = reducedAxes(c);
  return c.o.reshape(
    c.dy,
    c.shape(0).map((side, axis) => (axes.includes(axis) ? 1 : side)),
  );
}

const reducedCount = (c: GradientContext): number =>
  reducedAxes(c).reduce((count, axis) => count * c.shape(0)[axis]!, 1);
