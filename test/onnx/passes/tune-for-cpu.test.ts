import { expect, test } from '@jest/globals';
import { differentiate, encodeModel, Graph, Operators, tensor, tuneForCpu } from '../../../src/onnx/index.js';
import { openSession, Tensor } from '../../../src/runtime/session.js';
import { uniforms } from '../../support/random.js';
import { relativeError } from '../../support/relative-error.js';

/** A residual network in small: wide convolutions, one with strides on the way past them, a pool whose windows overlap, and a classifier. */
function residual(): Graph {
  const graph = new Graph('residual');
  const o = new Operators(graph);
  const weight = (name: string, shape: number[]) => {
    const range = Math.sqrt(6 / shape.slice(1).reduce((a, b) => a * b));
    return graph.initializer(name, tensor('float32', uniforms(shape, -range, range), shape));
  };
  const conv = (value: string, name: string, shape: number[], strides: number[]) =>
    o.conv(value, weight(name, shape), {
      kernel_shape: shape.slice(2),
      strides,
      pads: shape[2] === 3 ? [1, 1, 1, 1] : [0, 0, 0, 0],
    });
  const x = graph.input('x', 'float32', [1, 3, 18, 18]);
  const stem = o.relu(conv(x, 'stem', [128, 3, 3, 3], [1, 1]));
  const straight = conv(o.relu(conv(stem, 'first', [128, 128, 3, 3], [2, 2])), 'second', [256, 128, 3, 3], [1, 1]);
  const joined = o.relu(o.add(straight, conv(stem, 'past', [256, 128, 1, 1], [2, 2])));
  const third = o.relu(conv(joined, 'third', [256, 256, 3, 3], [1, 1]));
  const pooled = graph.add('MaxPool', [third], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] });
  const scores = graph.add('Gemm', [o.reshape(pooled, [1, 6400]), weight('classes', [64, 6400])], { transB: 1 });
  graph.output(graph.add('ReduceSumSquare', [scores], { keepdims: 0 }), 'loss');
  graph.output(differentiate(graph, { of: 'loss', wrt: ['x'] })[0]!, 'x_grad');
  return graph;
}

test('the same loss and gradient, in the forms that are fast on the CPU', async () => {
  const graph = residual();
  const tuned = tuneForCpu(graph);
  expect([tuned.inputs, tuned.outputs]).toEqual([graph.inputs, graph.outputs]);
  const count = (opType: string) => tuned.nodes.filter((node) => node.opType === opType).length;
  expect([count('Sign'), count('HardSigmoid') > 0, count('Pad')]).toEqual([0, true, 0]);
  const feeds = { x: new Tensor('float32', uniforms([972]), [1, 3, 18, 18]) };
  const results = [];
  for (const made of [graph, tuned]) {
    const session = await openSession(encodeModel(made));
    results.push(await session.run(feeds));
    await session.release();
  }
  for (const name of graph.outputs) {
    const [plain, fast] = results.map((result) => result[name]!.data as Float32Array);
    // Where Winograd's method is chosen, float32 keeps 1e-6 of each convolution.
    expect(relativeError(fast!, plain!)).toBeLessThan(2e-5);
  }
});
