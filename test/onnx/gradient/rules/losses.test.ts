import { describe, expect, test } from '@jest/globals';
import { differentiate, encodeModel, Graph, Operators } from '../../../../src/onnx/index.js';
import { openSession, Tensor } from '../../../../src/runtime/session.js';
import { uniforms } from '../../../support/random.js';
import { expectGradient } from '../central-differences.js';

const targets = (values: number[], shape: number[]) => ({ shape, values, dtype: 'int64' }) as const;
const weight = { shape: [4], values: uniforms([4], 0.5, 2) };

describe.each(['NegativeLogLikelihoodLoss', 'SoftmaxCrossEntropyLoss'])('%s', (opType) => {
  test.each(['none', 'sum', 'mean'])('reduction %s', async (reduction) => {
    const inputs = [{ shape: [3, 4] }, targets([3, 0, 2], [3])];
    for (const opset of [13]) {
      await expectGradient(opType, inputs, { attributes: { reduction }, opset, dtype: 'float64' });
      await expectGradient(opType, [...inputs, weight], { attributes: { reduction }, opset, dtype: 'float64' });
    }
  });

  test('over pictures, some of whose pixels are ignored', async () => {
    const inputs = [{ shape: [2, 4, 3] }, targets([3, 0, -1, 2, -1, 1], [2, 3]), weight];
    await expectGradient(opType, inputs, { attributes: { ignore_index: -1 }, opset: 13, dtype: 'float64' });
  });
});

test('SoftmaxCrossEntropyLoss with the logarithms that it gives', async () => {
  const inputs = [{ shape: [3, 4] }, targets([3, 0, 2], [3])];
  await expectGradient('SoftmaxCrossEntropyLoss', inputs, { opset: 13, outputs: 2, dtype: 'float64' });
  await expectGradient('SoftmaxCrossEntropyLoss', inputs, { opset: 13, second: true, dtype: 'float64' });
});

describe('Dropout', () => {
  test('in use changes nothing', async () => {
    await expectGradient('Dropout', [{ shape: [3, 4] }], { dtype: 'float64' });
  });

  test.each([true, false])('in training by the mask that it drew, known to train: %s', async (isConstant) => {
    const graph = new Graph('g');
    const o = new Operators(graph);
    const x = graph.input('x', 'float32', [100]);
    const ratio = graph.constant('float32', [0.25], []);
    const training = isConstant ? graph.constant('bool', [1], []) : graph.input('training', 'bool', []);
    const [y] = graph.node('Dropout', [x, ratio, training]);
    graph.output(y!, 'y');
    graph.output(differentiate(graph, { of: o.reduceSum(y!, [0], false), wrt: [x] })[0], 'dx');
    const session = await openSession(encodeModel(graph));
    const feeds = { x: new Tensor('float32', new Float32Array(100).fill(1), [100]) };
    const switched = isConstant ? {} : { training: new Tensor('bool', [true], []) };
    const found = await session.run({ ...feeds, ...switched });
    // y is x · dx.
    expect(found.dx!.data).toEqual(found.y!.data);
    expect(new Set(found.y!.data as Float32Array)).toEqual(new Set([0, Math.fround(4 / 3)]));
  });
});
