/** L-BFGS as nodes of a graph, without a line search. */
import type { Graph } from '../graph.js';
import { mapNamed, type Named } from '../named.js';
import type { Value } from '../node.js';
import { Operators } from '../operators.js';
import { sizeOf } from '../tensor.js';
import { nameFor, type Optimizer } from './optimizer.js';

/** Pairs of a step and the change of the gradient in it that the curvature is known by. */
const history = 10;

/** A pair counts where the cosine between step and change is greater: what float32 rounds is about as large. */
const leastCosine = 1e-5;

/** Of the pairs, without the newest, which is made of the last step when its gradient is there: 1 is the newest. */
const kept = Array.from({ length: history - 1 }, (_, i) => i + 1);

/**
 * Limited-memory BFGS (Nocedal & Wright 2006, algorithms 7.4 and 7.5): x ← x − lr · H·g, H the inverse of the curvature that the last ten
 * steps have shown. A learning rate of 1 is the whole step. Steps end where parameters may be, and so do those that are remembered. Before
 * there is a pair a step is the gradient's, scaled so that parameters change by the learning rate on average. (PyTorch's first step makes the
 * sum of all changes the learning rate, which at a million pixels is less than what float32 rounds.) Pairs in which the curvature is not
 * positive are passed over.
 */
export const lbfgs: Optimizer = {
  isElementwise: false,
  slots(parameters) {
    const slots: Record<string, readonly number[]> = { rho: [kept.length], gamma: [] };
    for (const base of ['last_step', 'last_gradient', ...kept.flatMap((age) => [stepOf(age), changeOf(age)])])
      for (const [name, shape] of Object.entries(parameters)) slots[nameFor(base, name, parameters)] = shape;
    return slots;
  },
  scalars: (_step, learningRate) => ({ learning_rate: learningRate }),
  passedOn(parameters) {
    const passed: Record<string, string> = {};
    for (const name of Object.keys(parameters)) {
      const called = (base: string) => nameFor(base, name, parameters);
      for (const age of kept) {
        passed[called(stepOf(age))] = called(age === 1 ? 'last_step' : stepOf(age - 1));
        if (age > 1) passed[called(changeOf(age))] = called(changeOf(age - 1));
      }
    }
    return passed;
  },
  append({ graph, parameters, gradients, slots, scalars, constrain }) {
    const v = vectors(graph);
    const { o } = v;
    const slot = (base: string) => mapNamed(parameters, (_, name) => slots[nameFor(base, name, parameters)]!);
    const newest = { step: slot('last_step'), change: v.subtract(gradients, slot('last_gradient')) };
    const [product, square] = [v.dot(newest.step, newest.change), v.dot(newest.change, newest.change)];
    const lengths = o.sqrt(o.mul(v.dot(newest.step, newest.step), square));
    const counts = o.greater(product, o.mul(lengths, leastCosine));
    const rho = o.where(counts, o.div(1, product), 0);
    const gamma = o.where(counts, o.div(product, square), slots.gamma!);
    const pairs = [
      { ...newest, rho },
      ...kept.map((age) => ({
        step: slot(stepOf(age)),
        change: slot(changeOf(age)),
        rho: elementOf(o, slots.rho!, age - 1),
      })),
    ];

    let direction = gradients;
    const alphas = pairs.map(({ step, change, rho }) => {
      const alpha = o.mul(rho, v.dot(step, direction));
      direction = v.subtract(direction, v.scale(change, alpha));
      return alpha;
    });
    direction = v.scale(direction, o.where(o.greater(gamma, 0), gamma, o.div(1, v.meanSize(gradients))));
    for (const [i, { step, change, rho }] of [...pairs.entries()].toReversed()) {
      const beta = o.mul(rho, v.dot(change, direction));
      direction = v.subtract(direction, v.scale(step, o.sub(beta, alphas[i]!)));
    }

    const next = constrain(v.subtract(parameters, v.scale(direction, scalars.learning_rate!)));
    const remembered: Record<string, Value> = {
      rho: o.concat([o.reshape(rho, [1]), o.slice(slots.rho!, { starts: [0], ends: [kept.length - 1], axes: [0] })], 0),
      gamma,
    };
    const remember = (base: string, values: Named<Value>): void => {
      for (const [name, value] of Object.entries(values)) remembered[nameFor(base, name, parameters)] = value;
    };
    remember('last_step', v.subtract(next, parameters));
    remember('last_gradient', gradients);
    remember(changeOf(1), newest.change);
    return { parameters: next, slots: remembered };
  },
};

const stepOf = (age: number): string => `step_${age}`;
const changeOf = (age: number): string => `change_${age}`;

const elementOf = (o: Operators, list: Value, i: number): Value =>
  o.reshape(o.slice(list, { starts: [i], ends: [i + 1], axes: [0] }), []);

/** All parameters together as one vector. */
function vectors(graph: Graph) {
  const o = new Operators(graph);
  /** Axis by axis, which in float32 is more exact than a single sum of a million. */
  const sum = (value: Value): Value =>
    [...graph.shape(value).keys()].toReversed().reduce((partial, axis) => o.reduceSum(partial, [axis], false), value);
  const total = (values: readonly Value[]) => values.map(sum).reduce((a, b) => o.add(a, b));
  return {
    o,
    subtract: (a: Named<Value>, b: Named<Value>): Named<Value> => mapNamed(a, (value, name) => o.sub(value, b[name]!)),
    scale: (a: Named<Value>, factor: Value): Named<Value> => mapNamed(a, (value) => o.mul(value, factor)),
    dot: (a: Named<Value>, b: Named<Value>): Value =>
      total(Object.entries(a).map(([name, value]) => o.mul(value, b[name]!))),
    /** The mean of its elements' distances from 0. */
    meanSize(a: Named<Value>): Value {
      const values = Object.values(a);
      const count = values.reduce((all, value) => all + sizeOf(graph.shape(value)), 0);
      return o.div(total(values.map((value) => o.max(value, o.neg(value)))), count);
    },
  };
}
