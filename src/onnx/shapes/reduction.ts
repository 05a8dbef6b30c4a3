/** Shapes of reductions. */
import { intAttribute } from '../node.js';
import type { ShapeContext, ShapeRule, ShapeRules } from './context.js';

/** The axes that a reduction sums over: where none are listed, all of them, unless the node says none. */
export function reducedAxes(c: ShapeContext): number[] {
  const listed = c.axes();
  if (listed?.length || intAttribute(c.node, 'noop_with_empty_axes', 0) === 1) return listed ?? [];
  return [...c.sides(0).keys()];
}

const reduction: ShapeRule = (c) => {
  const axes = reducedAxes(c);
  const keep = intAttribute(c.node, 'keepdims', 1) === 1;
  const shape = c.sides(0).flatMap((side, axis) => (axes.includes(axis) ? (keep ? [1] : []) : [side]));
  return [{ dtype: c.dtype(0), shape }];
};

/** The place of an extreme along one axis. */
const extremePlace: ShapeRule = (c) => {
  const axis = c.axis(intAttribute(c.node, 'axis', 0), c.rank(0));
  const keep = intAttribute(c.node, 'keepdims', 1) === 1;
  return [{ dtype: 'int64', shape: c.sides(0).flatMap((side, i) => (i === axis ? (keep ? [1] : []) : [side])) }];
};

export const reductions: ShapeRules = {
  ReduceSum: reduction,
  ReduceMean: reduction,
  ReduceMax: reduction,
  ReduceMin: reduction,
  ReduceProd: reduction,
  ReduceL1: reduction,
  ReduceL2: reduction,
  ReduceLogSum: reduction,
  ReduceLogSumExp: reduction,
  ReduceSumSquare: reduction,
  ArgMax: extremePlace,
  ArgMin: extremePlace,
};
