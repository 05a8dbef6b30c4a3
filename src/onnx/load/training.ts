/**
 * Operators of ai.onnx.preview.training, which no runtime has, in standard ones: optimizers' steps, and gradients.
 * Source of the formulas: the documents of that domain, https://github.com/onnx/onnx/blob/main/docs/Operators.md.
 */
import { differentiate } from '../gradient/differentiate.js';
import { type Attribute, floatAttribute, type Node, nodeLabel, stringAttribute, type Value } from '../node.js';
import { type DType, dtypeNumber, sizeOf } from '../tensor.js';
import type { Reader } from './reader.js';
import type { Scope } from './scope.js';

export const trainingDomain = 'ai.onnx.preview.training';

/** Appends what a node of that domain is. @returns whether there is such an operator. */
export function lowerTraining(reader: Reader, node: Node, scope: Scope): boolean {
  const step = steps[node.opType];
  if (step) {
    appendSteps(reader, node, step);
    return true;
  }
  if (node.opType !== 'Gradient') return false;
  appendGradient(reader, node, scope);
  return true;
}

/** Arithmetic in one element type, with numbers. */
interface Arithmetic {
  add(a: Operand, b: Operand): Value;
  sub(a: Operand, b: Operand): Value;
  mul(a: Operand, b: Operand): Value;
  div(a: Operand, b: Operand): Value;
  pow(a: Operand, b: Operand): Value;
  sqrt(a: Value): Value;
  /** One thing from the second step on, and another before. */
  later(then: Operand, first: Operand): Value;
  /** The count of steps before this one. */
  readonly t: Value;
}

type Operand = Value | number;

interface StepContext {
  readonly o: Arithmetic;
  /** The learning rate. */
  readonly r: Value;
  readonly x: Value;
  /** The gradient, with that of the norm. */
  readonly g: Value;
  /** What is kept between steps. */
  readonly state: readonly Value[];
  /** A float attribute. */
  float(name: string, otherwise: number): number;
  readonly mode: string;
}

/** The next value of a parameter, and what is kept for the step after. */
type Step = (c: StepContext) => readonly Value[];

const steps: Readonly<Record<string, Step>> = {
  Adagrad: ({ o, r, x, g, state: [h], float }) => {
    const rate = o.div(r, o.add(o.mul(o.t, float('decay_factor', 0)), 1));
    const squares = o.add(h!, o.mul(g, g));
    return [o.sub(x, o.div(o.mul(rate, g), o.add(o.sqrt(squares), float('epsilon', 1e-6)))), squares];
  },
  Adam: ({ o, r, x, g, state: [v, h], float }) => {
    const [alpha, beta] = [float('alpha', 0.9), float('beta', 0.999)];
    const mean = o.add(o.mul(v!, alpha), o.mul(g, 1 - alpha));
    const squares = o.add(o.mul(h!, beta), o.mul(o.mul(g, g), 1 - beta));
    // Before the first step the correction is 0 / 0: chosen before the rate is multiplied, that is in no gradient of it.
    const correction = o.div(o.sqrt(o.sub(1, o.pow(beta, o.t))), o.sub(1, o.pow(alpha, o.t)));
    const rate = o.mul(r, o.later(correction, 1));
    const next = o.sub(x, o.div(o.mul(rate, mean), o.add(o.sqrt(squares), float('epsilon', 1e-6))));
    return [o.mul(next, 1 - float('norm_coefficient_post', 0)), mean, squares];
  },
  Momentum: ({ o, r, x, g, state: [v], float, mode }) => {
    const alpha = float('alpha', 0);
    const velocity = o.add(o.mul(v!, alpha), o.mul(g, o.later(float('beta', 1), 1)));
    const way = mode === 'nesterov' ? o.add(g, o.mul(velocity, alpha)) : velocity;
    return [o.sub(x, o.mul(r, way)), velocity];
  },
};

/** A rate, a count of steps, then parameters, their gradients, and lists of what is kept of each. */
function appendSteps(reader: Reader, node: Node, step: Step): void {
  const [r = '', t = '', ...lists] = node.inputs;
  const kept = node.opType === 'Adam' ? 2 : 1;
  const count = lists.length / (kept + 2);
  if (!Number.isInteger(count) || count === 0) fail(node, `${node.inputs.length} inputs are not those of any step`);
  const float = (name: string, otherwise: number) => floatAttribute(node, name, otherwise);
  for (let i = 0; i < count; i++) {
    const [x, g, ...state] = Array.from({ length: kept + 2 }, (_, list) => lists[list * count + i]!);
    const o = arithmeticOf(reader, t, reader.type(x!).dtype);
    const whole = o.add(o.mul(x!, float('norm_coefficient', 0)), g!);
    const mode = stringAttribute(node, 'mode', 'standard');
    step({ o, r, x: x!, g: whole, state, float, mode }).forEach((value, list) => {
      reader.bind(value, node.outputs[list * count + i] ?? '');
    });
  }
}

function arithmeticOf(reader: Reader, count: Value, dtype: DType): Arithmetic {
  const value = (operand: Operand) => (typeof operand === 'string' ? operand : reader.constant([operand], [], dtype));
  const binary = (opType: string) => (a: Operand, b: Operand) => reader.add(opType, [value(a), value(b)]);
  return {
    add: binary('Add'),
    sub: binary('Sub'),
    mul: binary('Mul'),
    div: binary('Div'),
    pow: binary('Pow'),
    sqrt: (a) => reader.add('Sqrt', [a]),
    later: (then, first) => {
      const isLater = reader.add('Greater', [count, reader.constant([0], [], 'int64')]);
      return reader.add('Where', [isLater, value(then), value(first)]);
    },
    t: reader.add('Cast', [count], { to: dtypeNumber(dtype) }),
  };
}

/** The derivative of a value of the graph with respect to others, at the values that the graph has. */
function appendGradient(reader: Reader, node: Node, scope: Scope): void {
  const [xs, zs] = [strings(node.attributes.xs), strings(node.attributes.zs)];
  const resolved = (name: string) => reader.resolve(name, scope) ?? fail(node, `there is no value '${name}'`);
  const wrt = xs.map(resolved);
  const given = [...wrt, ...zs.map(resolved)];
  if (given.some((value, i) => value !== node.inputs[i]))
    fail(node, 'derivatives at other values than the graph has are not supported');
  const y = resolved(stringAttribute(node, 'y', ''));
  const { graph } = reader;
  for (const value of [...wrt, y]) reader.bring(value);
  const of = sizeOf(graph.shape(y)) === 1 ? y : reader.add('ReduceSum', [y], { keepdims: 0 });
  differentiate(graph, { of, wrt }).forEach((gradient, i) => {
    reader.bind(gradient, node.outputs[i] ?? '');
  });
}

/** A list of strings. */
const strings = (attribute: Attribute | undefined): string[] =>
  typeof attribute === 'object' && 'proto' in attribute
    ? (attribute.proto.strings ?? []).map((bytes) => new TextDecoder().decode(bytes))
    : [];

function fail(node: Node, reason: string): never {
  throw new Error(`${nodeLabel(node)}: ${reason}`);
}
