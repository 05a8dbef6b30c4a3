/** Gradients of reductions. What was summed is repeated by differentiate(). */
import type { Value } from '../../node.js';
import { reducedAxes } from '../../shapes/reduction.js';
import { known, product, type Side } from '../../sides.js';
import type { GradientContext, GradientRules, RuleContext } from '../context.js';
import { orOne } from './norms.js';

export const reduction: GradientRules = {
  ReduceSum: [(c) => kept(c)],
  ReduceMean: [(c) => c.o.div(kept(c), reducedCount(c))],
  ReduceSumSquare: [(c) => c.o.mul(c.o.mul(2, kept(c)), c.a)],
  ReduceL1: [(c) => c.o.mul(kept(c), c.sign(c.a))],
  ReduceL2: [(c) => c.o.mul(kept(c), c.o.div(c.a, orOne(c.o, kept(c, c.y))))],
  ReduceLogSum: [(c) => c.o.div(kept(c), c.o.exp(kept(c, c.y)))],
  ReduceLogSumExp: [(c) => c.o.mul(kept(c), c.o.exp(c.o.sub(c.a, kept(c, c.y))))],
  ReduceMax: [extremum],
  ReduceMin: [extremum],
  ReduceProd: { formula: treeProduct },
};

/** Elements that are the same extremum share what comes back equally, as in PyTorch's amax. */
function extremum(c: GradientContext): Value {
  const holds = c.o.cast(c.o.equal(c.a, kept(c, c.y)), c.graph.dtype(c.dy));
  return c.o.mul(holds, c.o.div(kept(c), c.o.reduceSum(holds, reducedAxes(c), true)));
}

/** A tree of products of halves: nothing is divided by elements that may be zero. */
function treeProduct(c: RuleContext): Value {
  const { o, graph } = c;
  const reduced = reducedAxes(c);
  const others = [...c.sides(0).keys()].filter((axis) => !reduced.includes(axis));
  const sides = others.map((axis) => c.sides(0)[axis]!);
  const axis = sides.length;
  const part = (x: Value, from: number, to: number) => o.slice(x, { starts: [from], ends: [to], axes: [axis] });
  let count = known(reducedCount(c));
  if (count === 0) c.fail('it reduces no elements');
  let factors = o.reshape(o.transpose(c.a, [...others, ...reduced]), [...sides, count]);
  while (count > 1) {
    const half = Math.floor(count / 2);
    const products = o.mul(part(factors, 0, half), part(factors, half, 2 * half));
    factors = count % 2 === 0 ? products : o.concat([products, part(factors, 2 * half, count)], axis);
    count = Math.ceil(count / 2);
  }
  return o.reshape(factors, graph.sides(c.y));
}

/** dy, or something else of the output's shape, with the reduced axes put back, as sides of 1. */
function kept(c: GradientContext, value = c.dy): Value {
  const axes = reducedAxes(c);
  return c.o.reshape(
    value,
    c.sides(0).map((side, axis) => (axes.includes(axis) ? 1 : side)),
  );
}

const reducedCount = (c: RuleContext): Side => product(reducedAxes(c).map((axis) => c.sides(0)[axis]!));
