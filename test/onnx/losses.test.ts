import { describe, expect, test } from '@jest/globals';
import { appendLoss, differentiate, encodeModel, Graph, type LossName, type Shape } from '../../src/onnx/index.js';
import { openSession, Tensor } from '../../src/runtime/session.js';
import { integer, uniforms } from '../support/random.js';

interface Given {
  readonly shape: Shape;
  readonly prediction: readonly number[];
  /** Of cross-entropy: labels. */
  readonly target: readonly number[];
}

/** The loss, and its gradient in the prediction, in float64. */
async function computed(name: LossName, { shape, prediction, target }: Given) {
  const graph = new Graph(name);
  const p = graph.input('p', 'float64', shape);
  const { loss, input } = appendLoss(graph, name, p);
  const [gradient] = differentiate(graph, { of: loss, wrt: [p] });
  graph.output(loss, 'loss');
  graph.output(gradient, 'gradient');
  const session = await openSession(encodeModel(graph));
  const compared =
    name === 'cross-entropy'
      ? new Tensor('int64', BigInt64Array.from(target, BigInt), [shape[0]!, ...shape.slice(2)])
      : new Tensor('float64', Float64Array.from(target), shape);
  const made = await session.run({ p: new Tensor('float64', Float64Array.from(prediction), shape), [input]: compared });
  await session.release();
  return { loss: Number(made.loss!.data[0]), gradient: Array.from(made.gradient!.data as Float64Array) };
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length;
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

type Term = (p: number, t: number) => number;
const formulas: Readonly<Record<'mse' | 'l1' | 'bce', { value: Term; gradient: Term }>> = {
  mse: { value: (p, t) => (p - t) ** 2, gradient: (p, t) => 2 * (p - t) },
  l1: { value: (p, t) => Math.abs(p - t), gradient: (p, t) => Math.sign(p - t) },
  bce: {
    value: (p, t) => -t * Math.log(sigmoid(p)) - (1 - t) * Math.log(1 - sigmoid(p)),
    gradient: (p, t) => sigmoid(p) - t,
  },
};

describe.each(['mse', 'l1', 'bce'] as const)('%s', (name) => {
  test('is the mean of its formula, and so is its gradient', async () => {
    const given = { shape: [3, 4], prediction: uniforms([3, 4], -2, 2), target: uniforms([3, 4], 0, 1) };
    const { loss, gradient } = await computed(name, given);
    const { value, gradient: slope } = formulas[name];
    expect(loss).toBeCloseTo(mean(given.prediction.map((p, i) => value(p, given.target[i]!))), 12);
    gradient.forEach((g, i) => {
      expect(g).toBeCloseTo(slope(given.prediction[i]!, given.target[i]!) / 12, 12);
    });
  });
});

describe('bce', () => {
  test('at 0 and far out it is what it is', async () => {
    const { loss, gradient } = await computed('bce', {
      shape: [4],
      prediction: [0, 800, -800, 800],
      target: [1, 1, 0, 0],
    });
    expect(loss).toBeCloseTo((Math.log(2) + 0 + 0 + 800) / 4, 12);
    [-0.5, 0, 0, 1].forEach((slope, i) => {
      expect(gradient[i]).toBeCloseTo(slope / 4, 12);
    });
  });
});

describe('cross-entropy', () => {
  test.each([[[5, 3]], [[2, 4, 3]], [[2, 3, 2, 2]]])('of scores %j: softmax minus one at the label', async (shape) => {
    const [images, classes, ...rest] = shape as [number, number, ...number[]];
    const positions = rest.reduce((a, b) => a * b, 1);
    const prediction = uniforms(shape, -3, 3);
    const target = Array.from({ length: images * positions }, () => integer(0, classes - 1));
    const { loss, gradient } = await computed('cross-entropy', { shape, prediction, target });
    const losses: number[] = [];
    target.forEach((label, i) => {
      const [image, position] = [Math.floor(i / positions), i % positions];
      const at = (c: number) => (image * classes + c) * positions + position;
      const powers = Array.from({ length: classes }, (_, c) => Math.exp(prediction[at(c)]!));
      const sum = powers.reduce((a, b) => a + b);
      losses.push(-Math.log(powers[label]! / sum));
      powers.forEach((power, c) => {
        expect(gradient[at(c)]).toBeCloseTo((power / sum - (c === label ? 1 : 0)) / target.length, 12);
      });
    });
    expect(loss).toBeCloseTo(mean(losses), 12);
  });

  test('scores that no exponential can hold', async () => {
    const { loss, gradient } = await computed('cross-entropy', {
      shape: [1, 3],
      prediction: [2000, 0, -2000],
      target: [1],
    });
    expect(loss).toBe(2000);
    expect(gradient).toEqual([1, -1, 0]);
  });

  test('takes classes', () => {
    const graph = new Graph('g');
    expect(() => appendLoss(graph, 'cross-entropy', graph.input('scores', 'float32', [3]))).toThrow(
      "cross-entropy takes a prediction [N, classes, …]; 'scores' is [3]",
    );
  });
});
