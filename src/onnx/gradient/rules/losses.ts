/** Gradients of classification losses, and of dropout. */
import { intAttribute, stringAttribute, type Value } from '../../node.js';
import { known, type Side, type Sides } from '../../sides.js';
import { type GradientContext, type GradientRules, type RuleContext, stop } from '../context.js';

export const losses: GradientRules = {
  NegativeLogLikelihoodLoss: { formula: (c) => likelihoodLoss(c, c.a) },

  SoftmaxCrossEntropyLoss: {
    formula: (c) => {
      const logarithms = c.graph.add('LogSoftmax', [c.a], { axis: 1 });
      return [likelihoodLoss(c, logarithms), logarithms];
    },
  },

  Dropout: [dropped, stop, null],
};

/**
 * -Σ w · x over the classes [N, C, …] that the targets [N, …] name, or what of it each element has. Picked by a mask, not by GatherElements:
 * its gradient would be a scatter, which few providers have.
 */
function likelihoodLoss(c: RuleContext, x: Value): Value {
  const { o, graph, node } = c;
  const [images, , ...sides] = c.sides(0) as [Side, Side, ...Side[]];
  const classes = known(c.sides(0)[1]!);
  const targets = o.reshape(c.b, [images, 1, ...sides]);
  c.limit(classes);
  const numbers = graph.constant(c.dtype(1), [...Array(classes).keys()], [classes, ...sides.map(() => 1)]);
  const ignored = node.attributes.ignore_index === undefined ? undefined : intAttribute(node, 'ignore_index', 0);
  const named = o.equal(targets, numbers);
  const picked = ignored === undefined ? named : o.and(named, o.not(o.equal(targets, ignored)));
  const pick = (value: Value) => o.reduceSum(o.where(picked, value, 0), [1], false);
  const weight = c.optional(2) ? o.reshape(c.optional(2)!, [classes, ...sides.map(() => 1)]) : ones(c, classes, sides);
  const weights = pick(weight);
  const losses = o.neg(pick(o.mul(x, weight)));
  const reduction = stringAttribute(node, 'reduction', 'mean');
  if (reduction === 'none') return losses;
  const all = [0, ...sides.map((_, i) => i + 1)];
  const sum = o.reduceSum(losses, all, false);
  return reduction === 'sum' ? sum : o.div(sum, o.reduceSum(weights, all, false));
}

const ones = (c: RuleContext, classes: number, sides: Sides): Value =>
  c.o.expand(c.graph.constant(c.dtype(0), [1], []), [classes, ...sides.map(() => 1)]);

/** Where it trains, the mask that the node itself drew says what was kept, so that its seed does not matter here. */
function dropped(c: GradientContext): Value {
  const { o, graph, dy } = c;
  const training = c.optional(2);
  const known = training === undefined ? 0 : graph.constantValues(training)?.[0];
  if (known === 0) return dy;
  const mask = c.node.outputs[1] || graph.extendOutputs(c.node);
  const ratio = c.optional(1);
  const rest = ratio === undefined ? 0.5 : o.sub(1, o.cast(ratio, graph.dtype(dy)));
  const kept = o.where(mask, o.div(dy, rest), 0);
  return known === undefined ? o.where(training!, kept, dy) : kept;
}
