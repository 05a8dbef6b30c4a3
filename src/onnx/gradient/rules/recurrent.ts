/** Gradients of recurrent networks: unrolled, step by step, into products and activations. */
import { intAttribute, type Value } from '../../node.js';
import { known, type Side } from '../../sides.js';
import type { GradientRules, RuleContext } from '../context.js';
import { activationsOf } from './recurrent-activations.js';

export const recurrent: GradientRules = {
  RNN: { formula: (c) => unroll(c, 1, rnnCell) },
  GRU: { formula: (c) => unroll(c, 3, gruCell) },
  LSTM: { formula: (c) => unroll(c, 4, lstmCell) },
};

/** One direction of a network, its parameters without the axis of directions, its state [batch, hidden]. */
interface Direction {
  readonly hidden: number;
  /** [hidden, gates · hidden]. */
  readonly recurrence: Value;
  /** What is added to the products with the input and with the state: [gates · hidden]. */
  readonly biases: readonly [Value, Value] | undefined;
  /** Peepholes of an LSTM: [3 · hidden]. */
  readonly peepholes: Value | undefined;
  /** By their place in the node's list; each clips what it is given, where the node says so. */
  readonly activations: readonly ((x: Value) => Value)[];
}

/** The hidden state, and that of an LSTM's cell. */
type State = readonly Value[];

/** The next state. @param projected the input's product with its weights, [batch, gates · hidden]. */
type Cell = (c: RuleContext, direction: Direction, projected: Value, state: State) => State;

const columns = ({ o }: RuleContext, x: Value, from: number, to: number): Value => {
  const axis = o.graph.sides(x).length - 1;
  return o.slice(x, { starts: [from], ends: [to], axes: [axis] });
};

/** The part of a gate. */
const gate = (c: RuleContext, { hidden }: Direction, x: Value, at: number): Value =>
  columns(c, x, at * hidden, (at + 1) * hidden);

const withBias = ({ o }: RuleContext, x: Value, bias: Value | undefined): Value => (bias ? o.add(x, bias) : x);

const rnnCell: Cell = (c, direction, projected, [h]) => {
  const sum = c.o.add(projected, c.o.matMul(h!, direction.recurrence));
  return [direction.activations[0]!(bothBiases(c, direction, sum))];
};

function bothBiases(c: RuleContext, { biases }: Direction, sum: Value): Value {
  return biases ? c.o.add(sum, c.o.add(...biases)) : sum;
}

/** Gates z, r, h. */
const gruCell: Cell = (c, direction, projected, [h]) => {
  const { o } = c;
  const { hidden, recurrence, biases, activations } = direction;
  const [f, g] = activations as [(x: Value) => Value, (x: Value) => Value];
  const fromInput = withBias(c, projected, biases?.[0]);
  const part = (at: number) => {
    const product = o.matMul(h!, columns(c, recurrence, at * hidden, (at + 1) * hidden));
    return withBias(c, product, biases && gate(c, direction, biases[1], at));
  };
  const z = f(o.add(gate(c, direction, fromInput, 0), part(0)));
  const r = f(o.add(gate(c, direction, fromInput, 1), part(1)));
  const isAfter = intAttribute(c.node, 'linear_before_reset', 0) !== 0;
  const reset = isAfter
    ? o.mul(r, part(2))
    : withBias(
        c,
        o.matMul(o.mul(r, h!), columns(c, recurrence, 2 * hidden, 3 * hidden)),
        biases && gate(c, direction, biases[1], 2),
      );
  const candidate = g(o.add(gate(c, direction, fromInput, 2), reset));
  return [o.add(o.mul(o.sub(1, z), candidate), o.mul(z, h!))];
};

/** Gates i, o, f, c. */
const lstmCell: Cell = (c, direction, projected, [h, cell]) => {
  const { o } = c;
  const [f, g, last] = direction.activations as [(x: Value) => Value, (x: Value) => Value, (x: Value) => Value];
  const sums = bothBiases(c, direction, o.add(projected, o.matMul(h!, direction.recurrence)));
  const peep = (x: Value, at: number, state: Value) =>
    direction.peepholes ? o.add(x, o.mul(gate(c, direction, direction.peepholes, at), state)) : x;
  const forget = f(peep(gate(c, direction, sums, 2), 2, cell!));
  const isCoupled = intAttribute(c.node, 'input_forget', 0) !== 0;
  const input = isCoupled ? o.sub(1, forget) : f(peep(gate(c, direction, sums, 0), 0, cell!));
  const next = o.add(o.mul(forget, cell!), o.mul(input, g(gate(c, direction, sums, 3))));
  const output = f(peep(gate(c, direction, sums, 1), 1, next));
  return [o.mul(output, last(next)), next];
};

/** Y and the last states, of all directions. The inputs are X, W, R, B, the lengths, the states and the peepholes. */
function unroll(c: RuleContext, gates: number, cell: Cell): Value[] {
  const { o, node } = c;
  const isBatchFirst = intAttribute(node, 'layout', 0) === 1;
  const x = isBatchFirst ? o.transpose(c.a, [1, 0, 2]) : c.a;
  const [length, batch] = c.graph.sides(x) as [Side, Side];
  const steps = known(length);
  const [directions, , hidden] = c.shape(2) as [number, number, number];
  const names = activationsOf(c, directions);
  // Each step takes some fifty nodes, and its gradient as many.
  c.limit(2000 * steps * directions);
  const states = cell === lstmCell ? [5, 6] : [5];
  const kind = typeof node.attributes.direction === 'string' ? node.attributes.direction : 'forward';
  const made = Array.from({ length: directions }, (_, d) => {
    const own = (input: number) => {
      const value = c.optional(input);
      if (value === undefined) return undefined;
      const shape = c.graph.sides(value).slice(1);
      return o.reshape(o.slice(value, { starts: [d], ends: [d + 1], axes: [0] }), shape);
    };
    const initial = states.map((input) => initialState(c, input, d, [batch, hidden], isBatchFirst));
    const bias = own(3);
    const direction: Direction = {
      hidden,
      recurrence: o.transpose(own(2)!, [1, 0]),
      biases:
        bias === undefined
          ? undefined
          : [columns(c, bias, 0, gates * hidden), columns(c, bias, gates * hidden, 2 * gates * hidden)],
      peepholes: own(7),
      activations: names[d]!,
    };
    const projected = o.matMul(x, o.transpose(own(1)!, [1, 0]));
    return walk(c, { projected, steps, isReverse: kind === 'reverse' || d === 1, direction, cell, initial });
  });
  const joined = (values: Value[], axis: number) =>
    o.concat(
      values.map((value) => {
        const shape = [...c.graph.sides(value)];
        shape.splice(axis, 0, 1);
        return o.reshape(value, shape);
      }),
      axis,
    );
  const y = joined(
    made.map(({ outputs }) => outputs),
    1,
  );
  return [
    isBatchFirst ? o.transpose(y, [2, 0, 1, 3]) : y,
    ...states.map((_, i) =>
      joined(
        made.map(({ state }) => state[i]!),
        isBatchFirst ? 1 : 0,
      ),
    ),
  ];
}

function initialState(
  c: RuleContext,
  input: number,
  direction: number,
  shape: readonly [Side, Side],
  isBatchFirst: boolean,
): Value {
  const given = c.optional(input);
  if (given === undefined) return c.o.zeros({ dtype: c.dtype(0), shape });
  const axes = [isBatchFirst ? 1 : 0];
  return c.o.reshape(c.o.slice(given, { starts: [direction], ends: [direction + 1], axes }), shape);
}

interface Walk {
  /** [steps, batch, gates · hidden]. */
  readonly projected: Value;
  readonly steps: number;
  readonly isReverse: boolean;
  readonly direction: Direction;
  readonly cell: Cell;
  readonly initial: State;
}

/** The states [steps, batch, hidden] of one direction, and its last one. A sequence that has ended keeps its state, and gives zeros. */
function walk(c: RuleContext, { projected, steps, isReverse, direction, cell, initial }: Walk) {
  const { o, graph } = c;
  const [, batch, width] = graph.sides(projected) as [Side, Side, Side];
  const lengths = c.optional(4);
  const outputs: Value[] = [];
  let state = initial;
  for (let i = 0; i < steps; i++) {
    const at = isReverse ? steps - 1 - i : i;
    const now = o.reshape(o.slice(projected, { starts: [at], ends: [at + 1], axes: [0] }), [batch, width]);
    const next = cell(c, direction, now, state);
    const isOn = lengths && o.reshape(o.greater(lengths, at), [batch, 1]);
    state = isOn ? next.map((value, k) => o.where(isOn, value, state[k]!)) : next;
    const output = isOn ? o.where(isOn, next[0]!, 0) : next[0]!;
    outputs[at] = o.reshape(output, [1, batch, direction.hidden]);
  }
  return { outputs: o.concat(outputs, 0), state };
}
