/** Losses as nodes of a graph: what a prediction is compared with becomes an input. */
import { shownName } from '../one-line.js';
import type { Graph } from './graph.js';
import type { Value } from './node.js';
import { Operators } from './operators.js';
import { known, product } from './sides.js';
import { type DType, isFloat } from './tensor.js';

export const lossNames = ['mse', 'l1', 'bce', 'cross-entropy'] as const;
export type LossName = (typeof lossNames)[number];

export interface AppendedLoss {
  /** The loss, of the prediction's type, []: a mean, as PyTorch's losses are by default. */
  readonly loss: Value;
  /** The input that was added: `target`, or `labels` of cross-entropy. */
  readonly input: Value;
}

/**
 * Appends a loss of a prediction, and the input that it is compared with:
 * - `mse`: the mean of (prediction − target)²; `l1`: of |prediction − target|. `target` has the prediction's type and shape.
 * - `bce`: the binary cross-entropy of σ(prediction), the mean of softplus(p) − p · target. `target` as above, 0 to 1.
 * - `cross-entropy`: of softmax(prediction) along its second axis, the mean of −log softmax(p)[label]. The prediction is
 *   [N, classes, …], `labels` are whole numbers [N, …] from 0 to classes − 1.
 * @param labels the type of `labels`. Default: int64.
 * @throws Error where the prediction is no float, or has no classes.
 */
export function appendLoss(
  graph: Graph,
  name: LossName,
  prediction: Value,
  { labels = 'int64' }: { readonly labels?: Extract<DType, 'int32' | 'int64'> } = {},
): AppendedLoss {
  const { dtype, shape } = graph.valueType(prediction);
  if (!isFloat(dtype)) throw new Error(`there is no loss of '${shownName(prediction)}', which is ${dtype}`);
  const o = new Operators(graph);
  if (name === 'cross-entropy') {
    if (shape.length < 2) {
      throw new Error(
        `cross-entropy takes a prediction [N, classes, …]; '${shownName(prediction)}' is [${shape.join(', ')}]`,
      );
    }
    const input = graph.input(graph.unusedName('labels'), labels, [shape[0]!, ...shape.slice(2)]);
    return { loss: mean(o, crossEntropy(o, prediction, input)), input };
  }
  const input = graph.input(graph.unusedName('target'), dtype, shape);
  return { loss: mean(o, elementwise[name](o, prediction, input)), input };
}

const elementwise: Readonly<Record<Exclude<LossName, 'cross-entropy'>, (o: Operators, p: Value, t: Value) => Value>> = {
  mse(o, p, t) {
    const difference = o.sub(p, t);
    return o.mul(difference, difference);
  },
  l1: (o, p, t) => o.abs(o.sub(p, t)),
  // softplus(p) = log(e⁰ + eᵖ), whose greater term is taken out of both, so that neither is too large for a float.
  bce(o, p, t) {
    const greater = o.graph.detach(o.relu(p));
    const softplus = o.add(greater, o.log(o.add(o.exp(o.neg(greater)), o.exp(o.sub(p, greater)))));
    return o.sub(softplus, o.mul(p, t));
  },
};

/** log Σ eᵖ − p[label]. Of all p the greatest is subtracted first, which changes nothing but what a float can hold. */
function crossEntropy(o: Operators, prediction: Value, labels: Value): Value {
  const { graph } = o;
  const [images, , ...rest] = graph.sides(prediction);
  const classes = known(graph.sides(prediction)[1]!);
  const greatest = graph.detach(o.reduceMax(prediction, [1], true));
  const shifted = o.sub(prediction, greatest);
  const numbers = graph.constant(graph.dtype(labels), [...Array(classes).keys()], [1, classes, ...rest.map(() => 1)]);
  const isLabel = o.equal(o.reshape(labels, [images!, 1, ...rest]), numbers);
  const ofLabel = o.reduceSum(o.where(isLabel, shifted, 0), [1], false);
  return o.sub(o.log(o.reduceSum(o.exp(shifted), [1], false)), ofLabel);
}

function mean(o: Operators, x: Value): Value {
  const shape = o.graph.sides(x);
  return o.div(o.reduceSum(x, [...shape.keys()], false), product(shape));
}
