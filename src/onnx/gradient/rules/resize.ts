/** Gradient of Resize: a product with a matrix of weights along each axis that changes, whatever the mode. */
import type { Value } from '../../node.js';
import { type ResizedAxis, resizedAxes, resizeWeights } from '../../resizing.js';
import { sizeOf } from '../../tensor.js';
import type { GradientRules, RuleContext } from '../context.js';

export const resize: GradientRules = {
  Resize: [(c) => resizedAxes(c).reduce((dy, axis) => resizeBack(c, dy, axis), c.dy), null, null, null],
};

/** dy of one axis that was resized, brought to the input's side. */
function resizeBack(c: RuleContext, dy: Value, resized: ResizedAxis): Value {
  const { o, graph } = c;
  const { axis, input, output } = resized;
  c.limit(input * output);
  const weights = resizeWeights(c, resized);
  if (input === output && weights.every((row, i) => row[i] === 1)) return dy;
  const shape = graph.shape(dy);
  const [before, after] = [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis + 1))];
  const back = [...shape.slice(0, axis), input, ...shape.slice(axis + 1)];
  const times = output / input;
  // Each element repeated equally often: the sum of its repetitions.
  if (Number.isInteger(times) && weights.every((row, i) => row[Math.floor(i / times)] === 1)) {
    return o.reshape(o.reduceSum(o.reshape(dy, [before, input, times, after]), [2], false), back);
  }
  const matrix = graph.constant(graph.dtype(dy), weights.flat(), [output, input]);
  if (after === 1) return o.reshape(o.matMul(o.reshape(dy, [before, output]), matrix), back);
  return o.reshape(o.matMul(o.transpose(matrix, [1, 0]), o.reshape(dy, [before, output, after])), back);
}
