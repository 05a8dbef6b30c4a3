/** Reverse-mode automatic differentiation of ONNX graphs. */
import { shownName } from '../../one-line.js';
import type { Graph } from '../graph.js';
import type { Node, Value } from '../node.js';
import { Operators } from '../operators.js';
import type { Target } from '../provider-kernels.js';
import { isFloat, type Shape, sizeOf } from '../tensor.js';
import { GradientContext, type InputGradient, type Stretch } from './context.js';
import { rules } from './rules/index.js';
import { sumTerms } from './stretches.js';

export interface DifferentiateOptions<Wrt extends readonly Value[] = readonly Value[]> {
  /** The value to differentiate: a float tensor with a single element. */
  readonly of: Value;
  /** The values to differentiate with respect to: inputs, initializers or values in between, of a float type. */
  readonly wrt: Wrt;
  /**
   * The execution provider of ONNX Runtime that the gradient is written for: where there are several forms, the fastest one
   * that the provider computes itself. Default: the fastest on the CPU, which has every operator.
   */
  readonly target?: Target | undefined;
}

/**
 * Appends nodes to a graph, in standard operators, that compute d `of` / d w for every w in `wrt`, of w's shape and type.
 * Only what leads from `wrt` to `of` is differentiated. A value that `of` does not depend on has a gradient of zeros.
 * @returns the names of the gradients, in the order of `wrt`. They are not outputs of the graph yet.
 * @throws Error where `of` is not a single float, a name is unknown, or a rule is missing: it names the node and its operator.
 */
export function differentiate<const Wrt extends readonly Value[]>(
  graph: Graph,
  { of, wrt, target }: DifferentiateOptions<Wrt>,
): { [I in keyof Wrt]: Value } {
  const type = graph.type(of);
  if (!isFloat(type.dtype) || sizeOf(type.shape) !== 1) {
    throw new Error(
      `only a single float can be differentiated; '${shownName(of)}' is ${type.dtype}[${type.shape.join(', ')}]`,
    );
  }
  for (const value of wrt) {
    const { dtype } = graph.type(value);
    if (!isFloat(dtype))
      throw new Error(`there is no gradient with respect to '${shownName(value)}', which is ${dtype}`);
  }

  const o = new Operators(graph);
  const wanted = leadingFrom(graph, wrt);
  const parts = new Map<Value, (Value | Stretch)[]>([[of, [graph.constant(type.dtype, [1], type.shape)]]]);
  const gradientOf = (value: Value): Value | undefined => {
    const terms = parts.get(value);
    if (!terms) return undefined;
    // A value with several consumers has the sum of what comes back from each. Kept, so that it is summed only once.
    const sum = sumTerms(o, terms, graph.type(value));
    parts.set(value, [sum]);
    return sum;
  };
  const hasGradient = (value: Value): boolean => parts.has(value);

  // By index, because rules append nodes and may replace the node at hand by one with more outputs.
  for (let index = graph.nodes.length - 1; index >= 0; index--) {
    const node = graph.nodes[index]!;
    const inputs = [...node.inputs.keys()].filter((i) => wanted.has(node.inputs[i]!));
    if (inputs.length === 0 || !node.outputs.some(hasGradient)) continue;
    const usesAll = node.domain === '' && 'ofAllOutputs' in (rules[node.opType] ?? {});
    if (!usesAll && node.outputs.slice(1).some(hasGradient)) {
      throw new Error(`there is no gradient rule for the outputs of ${labelOf(node)} past its first`);
    }
    const gradients = (usesAll ? node.outputs : node.outputs.slice(0, 1)).map(gradientOf);
    const context = new GradientContext(graph, node, gradients, target);
    for (const i of inputs) {
      const input = node.inputs[i]!;
      const given = ruleFor(node, i)(context);
      if (given === undefined) continue;
      const part = typeof given === 'string' ? matchShape(o, given, graph.shape(input)) : given;
      parts.set(input, [...(parts.get(input) ?? []), part]);
    }
  }
  return wrt.map((value) => gradientOf(value) ?? o.zeros(graph.type(value))) as { [I in keyof Wrt]: Value };
}

/** The values that depend on one of `sources` in a way that has a derivative, `sources` included. */
function leadingFrom(graph: Graph, sources: readonly Value[]): Set<Value> {
  const leading = new Set(sources);
  for (const node of graph.nodes) {
    if (!node.inputs.some((input) => leading.has(input))) continue;
    for (const output of node.outputs) {
      // Booleans and integers (a comparison, a shape) are constant but for jumps.
      const type = graph.knownType(output);
      if (output !== '' && !graph.isDetached(output) && (!type || isFloat(type.dtype))) leading.add(output);
    }
  }
  return leading;
}

const labelOf = ({ opType, name }: Node): string => `${shownName(opType)} (node '${shownName(name)}')`;

function ruleFor(node: Node, input: number): InputGradient {
  const where = labelOf(node);
  const rule = node.domain === '' ? rules[node.opType] : undefined;
  if (!rule) throw new Error(`there is no gradient rule for the operator ${where}`);
  if (typeof rule === 'function') return (context) => rule(context, input);
  const gradient = ('ofAllOutputs' in rule ? rule.ofAllOutputs : rule)[input];
  if (!gradient)
    throw new Error(`there is no gradient rule for input ${input} ('${shownName(node.inputs[input]!)}') of ${where}`);
  return gradient;
}

/** Gives a gradient the shape of its value: sums over what was broadcast, repeats over what was reduced. */
function matchShape(o: Operators, gradient: Value, shape: Shape): Value {
  const found = o.graph.shape(gradient);
  const added = Math.max(0, found.length - shape.length);
  const aligned = [...Array<number>(added).fill(1), ...shape];
  const stretched = [...found.keys()].filter(
    (axis) => found[axis] !== 1 && aligned[axis + aligned.length - found.length] === 1,
  );
  // Over the first axes, as a layer's bias is, ONNX Runtime adds row by row; axis by axis float32 loses a tenth as much.
  const steps = stretched.includes(found.length - 1) ? [stretched] : stretched.toReversed().map((axis) => [axis]);
  const summed = steps.reduce((sum, axes) => o.reduceSum(sum, axes, true), gradient);
  const kept = o.graph.shape(summed).slice(added);
  return o.expand(o.reshape(summed, kept), shape);
}
