/** Reverse-mode automatic differentiation of ONNX graphs. */
import { shownName } from '../../one-line.js';
import type { Graph } from '../graph.js';
import { labelled, type Node, type Value } from '../node.js';
import { Operators } from '../operators.js';
import type { Target } from '../provider-kernels.js';
import { mayBeSame, shownSides } from '../shapes/context.js';
import { product, type Sides } from '../sides.js';
import { isFloat, type Shape } from '../tensor.js';
import {
  GradientContext,
  type GradientRule,
  type InputGradient,
  type RuleByFormula,
  RuleContext,
  type Stretch,
} from './context.js';
import { rules } from './rules/index.js';
import { isQuantization, isStop } from './stops.js';
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
  /**
   * Goes through QuantizeLinear and the DequantizeLinear after it as if nothing were rounded, where it does not saturate, as training for
   * quantization does. Default: a quantization ends the gradient, like all rounding.
   */
  readonly straightThrough?: boolean | undefined;
}

/**
 * Appends nodes to a graph, in standard operators, that compute d `of` / d w for every w in `wrt`, of w's shape and type.
 * Only what leads from `wrt` to `of` is differentiated. A value that `of` does not depend on has a gradient of zeros.
 * @returns the names of the gradients, in the order of `wrt`. They are not outputs of the graph yet.
 * @throws Error where `of` is not a single float, a name is unknown, or a rule is missing: it names the node and its operator.
 */
export function differentiate<const Wrt extends readonly Value[]>(
  graph: Graph,
  { of, wrt, target, straightThrough = false }: DifferentiateOptions<Wrt>,
): { [I in keyof Wrt]: Value } {
  const type = graph.valueType(of);
  if (!isFloat(type.dtype) || product(type.shape) !== 1) {
    throw new Error(
      `only a single float can be differentiated; '${shownName(of)}' is ${type.dtype}[${type.shape.join(', ')}]`,
    );
  }
  for (const value of wrt) {
    const dtype = graph.dtype(value);
    if (!isFloat(dtype))
      throw new Error(`there is no gradient with respect to '${shownName(value)}', which is ${dtype}`);
  }

  const o = new Operators(graph);
  const wanted = new Set(wrt);
  leadOn(wanted, graph.nodes, graph, straightThrough);
  const parts = new Map<Value, (Value | Stretch)[]>([[of, [graph.constant(type.dtype, [1], type.shape as Shape)]]]);
  const addPart = (value: Value, part: Value | Stretch) => {
    const there = parts.get(value);
    if (there) there.push(part);
    else parts.set(value, [part]);
  };
  const gradientOf = (value: Value): Value | undefined => {
    const terms = parts.get(value);
    if (!terms) return undefined;
    // A value with several consumers has the sum of what comes back from each. Kept, so that it is summed only once.
    const sum = sumTerms(o, terms, graph.valueType(value));
    parts.set(value, [sum]);
    return sum;
  };
  const hasGradient = (value: Value): boolean => parts.has(value);
  const ofFormulas = new Set<Node | Value>();
  // Read on from where it was read to: all from the first for each formula would take the square of their number.
  const constants = graph.initializers.keys();
  let constantsRead = 0;
  const newConstants = (): Value[] =>
    Array.from({ length: graph.initializers.size - constantsRead }, () => {
      constantsRead++;
      return constants.next().value!;
    });

  /** Goes through a node's formula instead of the node: its outputs get the gradients of the node's. */
  const throughFormula = (node: Node, { formula }: RuleByFormula) => {
    const start = graph.nodes.length;
    newConstants();
    const made = [labelled(node, () => formula(new RuleContext(graph, node, target)))].flat();
    const end = graph.nodes.length;
    const added = graph.nodes.slice(start);
    for (const one of [...added, ...newConstants()]) ofFormulas.add(one);
    leadOn(wanted, added, graph, straightThrough);
    node.outputs.forEach((output, i) => {
      const gradient = gradientOf(output);
      if (gradient === undefined) return;
      const value = made[i] ?? fail(`there is no gradient rule for output ${i} of ${labelOf(node)}`);
      const [own, its] = [graph.sides(value), graph.sides(output)];
      const fits = own.length === its.length && own.every((side, axis) => mayBeSame(side, its[axis]!));
      if (!fits) fail(`the inputs of ${labelOf(node)} do not fit: it is ${shownSides(own)}, not ${shownSides(its)}`);
      addPart(value, gradient);
    });
    goBack(start, end);
  };

  // By index, because rules append nodes and may replace the node at hand by one with more outputs.
  const goBack = (start: number, end: number) => {
    for (let index = end - 1; index >= start; index--) {
      const node = graph.nodes[index]!;
      const inputs = [...node.inputs.keys()].filter((i) => wanted.has(node.inputs[i]!));
      if (inputs.length === 0 || isStop(node, straightThrough) || !node.outputs.some(hasGradient)) continue;
      const rule = ruleOf(node);
      if ('formula' in rule) {
        throughFormula(node, rule);
        continue;
      }
      const usesAll = 'ofAllOutputs' in rule;
      if (!usesAll && node.outputs.slice(1).some(hasGradient)) {
        throw new Error(`there is no gradient rule for the outputs of ${labelOf(node)} past its first`);
      }
      const gradients = (usesAll ? node.outputs : node.outputs.slice(0, 1)).map(gradientOf);
      const context = new GradientContext(graph, node, gradients, target);
      for (const i of inputs) {
        const input = node.inputs[i]!;
        const given = labelled(node, () => gradientOfInput(rule, node, i)(context));
        if (given === undefined) continue;
        addPart(input, typeof given === 'string' ? matchShape(o, given, graph.sides(input)) : given);
      }
    }
  };

  goBack(0, graph.nodes.length);
  const found = wrt.map((value) => gradientOf(value) ?? o.zeros(graph.valueType(value)));
  graph.removeUnused(ofFormulas, found);
  return found as { [I in keyof Wrt]: Value };
}

/** Adds to `leading` what depends on its values by some nodes, in their order, in a way that has a derivative. */
function leadOn(leading: Set<Value>, nodes: readonly Node[], graph: Graph, straightThrough: boolean): void {
  for (const node of nodes) {
    if (isStop(node, straightThrough) || !node.inputs.some((input) => leading.has(input))) continue;
    for (const output of node.outputs) {
      // Booleans and integers (a comparison, a shape) are constant but for jumps.
      const type = graph.knownType(output);
      if (output === '' || graph.isDetached(output)) continue;
      if (!type || isFloat(type.dtype) || isQuantization(node)) leading.add(output);
    }
  }
}

function fail(message: string): never {
  throw new Error(message);
}

const labelOf = ({ opType, name }: Node): string => `${shownName(opType)} (node '${shownName(name)}')`;

const ruleOf = (node: Node): GradientRule =>
  (node.domain === '' && rules[node.opType]) || fail(`there is no gradient rule for the operator ${labelOf(node)}`);

function gradientOfInput(rule: Exclude<GradientRule, RuleByFormula>, node: Node, input: number): InputGradient {
  if (typeof rule === 'function') return (context) => rule(context, input);
  return (
    ('ofAllOutputs' in rule ? rule.ofAllOutputs : rule)[input] ??
    fail(`there is no gradient rule for input ${input} ('${shownName(node.inputs[input]!)}') of ${labelOf(node)}`)
  );
}

/** Gives a gradient the shape of its value: sums over what was broadcast, repeats over what was reduced. */
function matchShape(o: Operators, gradient: Value, shape: Sides): Value {
  const found = o.graph.sides(gradient);
  const added = Math.max(0, found.length - shape.length);
  const aligned = [...Array<number>(added).fill(1), ...shape];
  const stretched = [...found.keys()].filter(
    (axis) => found[axis] !== 1 && aligned[axis + aligned.length - found.length] === 1,
  );
  // Over the first axes, as a layer's bias is, ONNX Runtime adds row by row; axis by axis float32 loses a tenth as much.
  const steps = stretched.includes(found.length - 1) ? [stretched] : stretched.toReversed().map((axis) => [axis]);
  const summed = steps.reduce((sum, axes) => o.reduceSum(sum, axes, true), gradient);
  const kept = o.graph.sides(summed).slice(added);
  return o.expand(o.reshape(summed, kept), shape);
}
