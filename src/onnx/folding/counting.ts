/** Folding of what makes numbers of nothing but sides and lists, and of sums over axes. */
import { intAttribute } from '../node.js';
import { isFloat, tensorValues } from '../tensor.js';
import { type FoldContext, type FoldRule, type FoldRules, fromPlaces, offsetOf, places } from './context.js';

function constantOfShape(c: FoldContext): number[][] | undefined {
  const held = c.node.attributes.value;
  const [value] = typeof held === 'object' && 'tensor' in held ? tensorValues(held.tensor) : [0];
  return [fromPlaces(c.y.shape, () => value!)];
}

function range(c: FoldContext): number[][] {
  const [start, , delta] = [0, 1, 2].map((i) => c.values(i)[0]!) as [number, number, number];
  return [Array.from({ length: c.y.shape[0]! }, (_, i) => start + i * delta)];
}

/** The places of the elements that are not zero, axis by axis. */
function nonZero(c: FoldContext): number[][] {
  const shape = c.shape(0);
  const found: number[][] = shape.map(() => []);
  let i = 0;
  for (const place of places(shape)) {
    if (c.values(0)[i++] !== 0) for (const [axis, index] of place.entries()) found[axis]!.push(index);
  }
  return [found.flat()];
}

function eyeLike(c: FoldContext): number[][] {
  const k = intAttribute(c.node, 'k', 0);
  return [fromPlaces(c.y.shape, ([row, column]) => (column! - row! === k ? 1 : 0))];
}

/** Of floats the last bit hangs on the order in which they are summed: that is left to who runs the graph. */
const ofWhole =
  (rule: FoldRule): FoldRule =>
  (c) =>
    isFloat(c.dtype(0)) ? undefined : rule(c);

/** Sums, products or extremes over axes. The types' rules have made sure that axes are constants in range. */
const reduced =
  (f: (a: number, b: number) => number): FoldRule =>
  (c) => {
    const shape = c.shape(0);
    const kept = reducedSides(c);
    const result: (number | undefined)[] = Array(kept.reduce((a, b) => a * b, 1)).fill(undefined);
    let i = 0;
    for (const place of places(shape)) {
      const offset = offsetOf(
        place.map((index, axis) => (kept[axis] === 1 ? 0 : index)),
        kept,
      );
      const value = c.values(0)[i++]!;
      result[offset] = result[offset] === undefined ? value : f(result[offset]!, value);
    }
    return result.includes(undefined) ? undefined : [result as number[]];
  };

/** The input's sides with 1 for those that are summed over. */
function reducedSides(c: FoldContext): number[] {
  const shape = c.shape(0);
  const listed = c.has(1) ? c.values(1) : c.node.attributes.axes;
  const axes = (Array.isArray(listed) ? (listed as number[]) : []).map((axis) =>
    axis < 0 ? axis + shape.length : axis,
  );
  if (axes.length === 0) return intAttribute(c.node, 'noop_with_empty_axes', 0) === 1 ? [...shape] : shape.map(() => 1);
  return shape.map((side, axis) => (axes.includes(axis) ? 1 : side));
}

function cumSum(c: FoldContext): number[][] | undefined {
  if (intAttribute(c.node, 'reverse', 0) === 1 || intAttribute(c.node, 'exclusive', 0) === 1) return undefined;
  const shape = c.shape(0);
  const stated = c.values(1)[0]!;
  const axis = stated < 0 ? stated + shape.length : stated;
  const sums = [...c.values(0)];
  const step = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  let i = 0;
  for (const place of places(shape)) {
    if (place[axis]! > 0) sums[i] = sums[i]! + sums[i - step]!;
    i++;
  }
  return [sums];
}

export const counting: FoldRules = {
  ConstantOfShape: constantOfShape,
  Range: range,
  NonZero: nonZero,
  EyeLike: eyeLike,
  ReduceSum: ofWhole(reduced((a, b) => a + b)),
  ReduceProd: ofWhole(reduced((a, b) => a * b)),
  ReduceMax: reduced(Math.max),
  ReduceMin: reduced(Math.min),
  CumSum: ofWhole(cumSum),
};
