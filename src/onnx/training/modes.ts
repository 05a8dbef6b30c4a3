/**
 * The two forms of a network: as it is trained, BatchNormalization by the statistics of its batch and Dropout at random, and as it is used,
 * by the running statistics and with nothing dropped. Models are exported in either; what is in the training form is trained in it.
 */
import { type RuleByFormula, RuleContext } from '../gradient/context.js';
import { rules } from '../gradient/rules/index.js';
import { Graph } from '../graph.js';
import { floatAttribute, intAttribute, type Node, type Value } from '../node.js';
import { isOpen, product, quotient, type Side } from '../sides.js';

/** Whether a node is in the training form. */
function isTraining(graph: Graph, node: Node): boolean {
  const { domain, opType, inputs } = node;
  if (domain !== '') return false;
  if (opType === 'BatchNormalization') return intAttribute(node, 'training_mode', 0) !== 0;
  return opType === 'Dropout' && Boolean(inputs[2]) && graph.constantValues(inputs[2]!)?.[0] === 1;
}

/** Where a BatchNormalization has its running statistics among its inputs. */
export const statistics: Readonly<Record<string, readonly number[]>> = { BatchNormalization: [3, 4] };

/** The constants of a model that are running statistics which its training changes. */
export function runningStatistics(graph: Graph): Value[] {
  const found = graph.nodes
    .filter((node) => node.opType === 'BatchNormalization' && isTraining(graph, node))
    .flatMap(({ inputs }) => statistics.BatchNormalization!.map((i) => inputs[i]!));
  return [...new Set(found)].filter((name) => graph.initializers.get(name)?.dtype === 'float32');
}

/** A copy of a model as it is used. */
export function inferenceForm(source: Graph): Graph {
  const graph = Graph.withInputsOf(source);
  for (const node of source.nodes) {
    if (!isTraining(source, node)) graph.copy(source, node);
    else if (node.opType === 'Dropout') graph.copy(source, node, { inputs: node.inputs.slice(0, 2) });
    else {
      const { training_mode, ...attributes } = node.attributes;
      graph.copy(source, { ...node, attributes, outputs: node.outputs.slice(0, 1) });
    }
  }
  graph.outputs.push(...source.outputs);
  return graph;
}

export interface TrainingForm {
  readonly graph: Graph;
  /** What running statistics are after the batch, by their names. */
  readonly next: ReadonlyMap<Value, Value>;
}

/**
 * A copy of a model as it is trained: BatchNormalization written out, because ONNX Runtime has no kernel of its training form, and a seed in
 * each Dropout, so that the same is dropped in every training. As in PyTorch, and not as in the standard, the running variance is
 * of variances with one less than the count in their denominator.
 */
export function trainingForm(source: Graph): TrainingForm {
  const graph = Graph.withInputsOf(source, true);
  const next = new Map<Value, Value>();
  for (const [i, node] of source.nodes.entries()) {
    if (!isTraining(source, node)) graph.copy(source, node);
    else if (node.opType === 'Dropout') {
      graph.copy(source, { ...node, attributes: { seed: i, ...node.attributes } });
    } else appendNormalization(graph, node, next);
  }
  graph.outputs.push(...source.outputs);
  return { graph, next };
}

function appendNormalization(graph: Graph, node: Node, next: Map<Value, Value>): void {
  const [x, scale, bias, ...running] = node.inputs as [Value, Value, Value, Value, Value];
  // A layer that is used twice goes on from what it has seen first.
  const [mean, variance] = running.map((name) => next.get(name) ?? name) as [Value, Value];
  const c = new RuleContext(graph, { ...node, inputs: [x, scale, bias, mean, variance] });
  const [y, nextMean, biased] = (rules.BatchNormalization as RuleByFormula).formula(c) as [Value, Value, Value];
  const count = quotient(product(graph.sides(x)), product(graph.sides(variance)));
  const kept = c.o.mul(variance, floatAttribute(node, 'momentum', 0.9));
  const nextVariance = c.o.add(kept, unbiased(c, c.o.sub(biased, kept), count));
  [y, nextMean, nextVariance].forEach((value, i) => {
    if (node.outputs[i]) graph.node('Identity', [value], { outputs: [node.outputs[i]!] });
  });
  next.set(running[0]!, nextMean).set(running[1]!, nextVariance);
}

/** A variance of `count` numbers, times count / (count - 1). */
function unbiased({ o, graph }: RuleContext, variance: Value, count: Side): Value {
  if (!isOpen(count)) return o.mul(variance, count / Math.max(1, count - 1));
  const number = graph.openValues.scalar(count, graph.dtype(variance));
  return o.div(o.mul(variance, number), o.max(o.sub(number, 1), 1));
}
