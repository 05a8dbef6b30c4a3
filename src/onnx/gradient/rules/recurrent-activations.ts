/** The activations that RNN, GRU and LSTM name. */
import { floatAttribute, type Value } from '../../node.js';
import type { Operators } from '../../operators.js';
import type { RuleContext } from '../context.js';

interface Activation {
  /** Defaults of alpha and beta, as many as it takes of the node's lists. */
  readonly defaults: readonly number[];
  readonly apply: (o: Operators, x: Value, alpha: number, beta: number) => Value;
}

const attributed =
  (opType: string, names: readonly string[] = []) =>
  (o: Operators, x: Value, ...values: number[]): Value =>
    o.graph.add(opType, [x], Object.fromEntries(names.map((name, i) => [name, { float: values[i]! }])));

/** By their names in lower case, as the standard lets them be written in any. */
const known: Readonly<Record<string, Activation>> = {
  relu: { defaults: [], apply: (o, x) => o.relu(x) },
  tanh: { defaults: [], apply: (o, x) => o.tanh(x) },
  sigmoid: { defaults: [], apply: (o, x) => o.sigmoid(x) },
  softsign: { defaults: [], apply: attributed('Softsign') },
  softplus: { defaults: [], apply: attributed('Softplus') },
  affine: { defaults: [1, 0], apply: (o, x, alpha, beta) => o.add(o.mul(x, alpha), beta) },
  scaledtanh: { defaults: [1, 1], apply: (o, x, alpha, beta) => o.mul(o.tanh(o.mul(x, beta)), alpha) },
  hardsigmoid: { defaults: [0.2, 0.5], apply: attributed('HardSigmoid', ['alpha', 'beta']) },
  leakyrelu: { defaults: [0.01], apply: attributed('LeakyRelu', ['alpha']) },
  thresholdedrelu: { defaults: [1], apply: attributed('ThresholdedRelu', ['alpha']) },
  elu: { defaults: [1], apply: attributed('Elu', ['alpha']) },
};

/** The activations of each direction of a node, in its order, with its clip. */
export function activationsOf(c: RuleContext, directions: number): ((x: Value) => Value)[][] {
  const perDirection = { RNN: ['Tanh'], GRU: ['Sigmoid', 'Tanh'], LSTM: ['Sigmoid', 'Tanh', 'Tanh'] }[c.node.opType]!;
  const names = namesOf(c) ?? Array<string[]>(directions).fill(perDirection).flat();
  if (names.length !== directions * perDirection.length) c.fail('its activations do not fit its directions');
  const lists = ['activation_alpha', 'activation_beta'].map((name) => [...floatsOf(c, name)]);
  const threshold = floatAttribute(c.node, 'clip', 0);
  const made = names.map((name) => {
    const activation = known[name.toLowerCase()] ?? c.fail(`the activation '${name}' is not known`);
    const [alpha = 0, beta = 0] = activation.defaults.map((otherwise, i) => lists[i]!.shift() ?? otherwise);
    return (x: Value) => {
      const clipped = threshold > 0 ? c.o.clip(x, -threshold, threshold) : x;
      return activation.apply(c.o, clipped, alpha, beta);
    };
  });
  return Array.from({ length: directions }, (_, d) =>
    made.slice(d * perDirection.length, (d + 1) * perDirection.length),
  );
}

function namesOf({ node }: RuleContext): string[] | undefined {
  const attribute = node.attributes.activations;
  if (typeof attribute !== 'object' || !('proto' in attribute)) return undefined;
  return attribute.proto.strings?.map((name) => new TextDecoder().decode(name));
}

function floatsOf({ node }: RuleContext, name: string): readonly number[] {
  const attribute = node.attributes[name];
  return typeof attribute === 'object' && 'floats' in attribute ? attribute.floats : [];
}
