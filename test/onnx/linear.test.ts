/** What loading, differentiating and encoding cost grows with the nodes of a model, not with their square: counted, not timed. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  differentiate,
  encodeModel,
  encodeModelInParts,
  Graph,
  loadModel,
  Operators,
  tensor,
  tuneForCpu,
} from '../../src/onnx/index.js';

/** Elements of lists, maps and sets that were gone through. */
let steps = 0;

const walks = ['includes', 'indexOf', 'lastIndexOf', 'find', 'findIndex', 'findLast', 'some', 'every', 'filter', 'map'];
const all = [
  ...walks,
  'flatMap',
  'forEach',
  'reduce',
  'reduceRight',
  'toReversed',
  'toSorted',
  'join',
  'concat',
  'keys',
];
const collections: [object, (string | symbol)[], (collection: never) => number][] = [
  [Array.prototype, [...all, 'entries', 'values', Symbol.iterator], ({ length }: unknown[]) => length],
  ...[Map.prototype, Set.prototype].map((prototype): (typeof collections)[number] => [
    prototype,
    ['forEach', 'values', 'entries', Symbol.iterator],
    ({ size }: Set<unknown>) => size,
  ]),
];
const undo: (() => void)[] = [];

beforeAll(() => {
  for (const [prototype, names, sizeOf] of collections) {
    for (const name of names) {
      const own = Object.getOwnPropertyDescriptor(prototype, name)!;
      const counted = function (this: never, ...given: unknown[]): unknown {
        steps += sizeOf(this);
        return own.value.apply(this, given);
      };
      Object.defineProperty(prototype, name, { ...own, value: counted });
      undo.push(() => Object.defineProperty(prototype, name, own));
    }
  }
});
afterAll(() => {
  for (const one of undo) one();
});

/** Convolutions with weights of their own, normalized, and pools; the input is added to each. */
function chain(rounds: number): Uint8Array {
  const graph = new Graph('chain');
  const o = new Operators(graph);
  const weight = (name: string, shape: number[]) =>
    graph.initializer(name, tensor('float32', Array(shape.reduce((a, b) => a * b, 1)).fill(0.1), shape));
  const input = graph.input('x', 'float32', [1, 4, 8, 8]);
  let x = input;
  for (let i = 0; i < rounds; i++) {
    const statistics = ['scale', 'bias', 'mean', 'variance'].map((name) => weight(`${name}${i}`, [4]));
    x = graph.add('BatchNormalization', [o.conv(x, weight(`kernel${i}`, [4, 4, 1, 1]), {}), ...statistics]);
    x = o.add(graph.add('MaxPool', [o.relu(x)], { kernel_shape: [1, 1] }), input);
  }
  graph.output(o.reduceSum(x, [0, 1, 2, 3], false), 'loss');
  return encodeModel(graph);
}

function counted<T>(step: () => T): [T, number] {
  steps = 0;
  const made = step();
  return [made, steps];
}

describe('a model of twice as many nodes', () => {
  test('takes twice as many steps', () => {
    const found = [500, 1000, 2000, 4000].map((nodes) => {
      const bytes = chain(nodes / 5);
      const [graph, loading] = counted(() => loadModel(bytes));
      expect(graph.nodes).toHaveLength(nodes + 1);
      const wrt = ['x', ...graph.initializers.keys()].filter((name) => name === 'x' || name.startsWith('kernel'));
      const [gradients, differentiating] = counted(() => differentiate(graph, { of: 'loss', wrt }));
      for (const gradient of gradients) graph.output(gradient);
      const [tuned, tuning] = counted(() => tuneForCpu(graph));
      const [, encoding] = counted(() => encodeModelInParts(tuned));
      return { loading, differentiating, tuning, encoding };
    });
    found.slice(1).forEach((steps, i) => {
      for (const phase of ['loading', 'differentiating', 'tuning', 'encoding'] as const) {
        // Rounded up past 2.1: what does not hang on the nodes makes it less than twice, what hangs on their square four times as many.
        expect({ phase, times: Math.ceil(steps[phase] / found[i]![phase] - 0.1) }).toEqual({ phase, times: 2 });
      }
    });
  });

  test('has its weights once: from the file through the gradient into the file', () => {
    const bytes = chain(3);
    const graph = loadModel(bytes);
    const { data } = graph.initializers.get('kernel0')!;
    expect((data as Uint8Array).buffer).toBe(bytes.buffer);
    graph.output(differentiate(graph, { of: 'loss', wrt: ['kernel0'] })[0]);
    expect(encodeModelInParts(tuneForCpu(graph))).toContain(data);
  });
});
