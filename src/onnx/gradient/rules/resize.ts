/** Gradient of Resize: a product with a matrix of weights along each axis that changes, whatever the mode. */
import { type Attributes, stringAttribute, type Value } from '../../node.js';
import { isKnown, type OpenResizedAxis, type ResizedAxis, resizedAxes, resizeWeights } from '../../resizing.js';
import { isOpen, isSame, known, product } from '../../sides.js';
import type { GradientRules, RuleContext } from '../context.js';

export const resize: GradientRules = {
  Resize: [(c) => resizedAxes(c).reduce((dy, axis) => resizeBack(c, dy, axis), c.dy), null, null, null],
};

/** dy of one axis that was resized, brought to the input's side. */
function resizeBack(c: RuleContext, dy: Value, resized: OpenResizedAxis): Value {
  const { o, graph } = c;
  const { axis, input, output } = resized;
  const shape = graph.sides(dy);
  const [before, after] = [product(shape.slice(0, axis)), product(shape.slice(axis + 1))];
  const back = [...shape.slice(0, axis), input, ...shape.slice(axis + 1)];
  const weights = isKnown(resized) ? weightsOf(c, resized) : undefined;
  const times = isKnown(resized) ? repetitions(resized, weights!) : openRepetitions(c, resized);
  if (times === 1) return dy;
  // Each element repeated equally often: the sum of its repetitions.
  if (times !== undefined)
    return o.reshape(o.reduceSum(o.reshape(dy, [before, input, times, after]), [2], false), back);
  const matrix = weights
    ? graph.constant(graph.dtype(dy), weights.flat(), [known(output), known(input)])
    : resizedIdentity(c, resized);
  if (after === 1) return o.reshape(o.matMul(o.reshape(dy, [before, output]), matrix), back);
  return o.reshape(o.matMul(o.transpose(matrix, [1, 0]), o.reshape(dy, [before, output, after])), back);
}

function weightsOf(c: RuleContext, resized: ResizedAxis): number[][] {
  c.limit(resized.input * resized.output);
  return resizeWeights(c, resized);
}

/** How often each element is repeated; undefined where it is more than that. */
function repetitions({ input, output }: ResizedAxis, weights: readonly (readonly number[])[]): number | undefined {
  const times = output / input;
  const areRepeated = Number.isInteger(times) && weights.every((row, i) => row[Math.floor(i / times)] === 1);
  return areRepeated ? times : undefined;
}

/** The same of an open axis: where places do not hang on its side, what holds for one side holds for all. */
function openRepetitions(c: RuleContext, resized: OpenResizedAxis): number | undefined {
  const { input, output, scale } = resized;
  if (isSame(input, output)) return 1;
  const mode = stringAttribute(c.node, 'coordinate_transformation_mode', 'half_pixel');
  const isLocal = ['half_pixel', 'pytorch_half_pixel', 'asymmetric'].includes(mode);
  if (!isLocal || scale === undefined || !Number.isInteger(scale)) return undefined;
  const example = { ...resized, input: 4, output: 4 * scale, scale };
  return repetitions(example, weightsOf(c, example));
}

/** The weights of an open axis, [output, input]: what the node itself makes of ones on a diagonal. */
function resizedIdentity(c: RuleContext, { input, output, scale }: OpenResizedAxis): Value {
  const { o, graph, node } = c;
  const mode = stringAttribute(node, 'coordinate_transformation_mode', 'half_pixel');
  if (mode === 'tf_crop_and_resize') known(isOpen(input) ? input : output);
  const { axes, keep_aspect_ratio_policy, ...attributes }: Attributes = node.attributes;
  const sizes = ['', '', graph.openValues.list([1, 1, output, input])];
  const scales = ['', graph.constant('float32', [1, 1, scale ?? 1, 1])];
  const [resized] = graph.node(
    'Resize',
    [o.reshape(o.identity(input, graph.dtype(c.a)), [1, 1, input, input]), ...(scale === undefined ? sizes : scales)],
    {
      attributes,
      types: [{ dtype: graph.dtype(c.a), shape: [1, 1, output, input] }],
    },
  );
  return o.reshape(resized!, [output, input]);
}
