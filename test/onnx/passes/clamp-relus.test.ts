import { expect, test } from '@jest/globals';
import { differentiate, encodeModel, Graph, Operators } from '../../../src/onnx/index.js';
import { clampRelus } from '../../../src/onnx/passes/clamp-relus.js';
import { openSession, Tensor } from '../../../src/runtime/session.js';

function rectified(dtype: 'float32' | 'float64'): Graph {
  const graph = new Graph('rectified');
  const o = new Operators(graph);
  const x = graph.input('x', dtype, [4]);
  const loss = o.reduceSum(o.mul(o.relu(x), o.relu(x)), [0], false);
  const [gradient] = differentiate(graph, { of: loss, wrt: ['x'] });
  graph.output(gradient, 'gradient');
  return graph;
}

const count = ({ nodes }: Graph, operator: string): number => nodes.filter(({ opType }) => opType === operator).length;

test.each([
  ['float32', 'HardSigmoid'],
  ['float64', 'Cast'],
] as const)('the same gradient without a Sign, in %s', async (dtype, instead) => {
  const graphs = [rectified(dtype), clampRelus(rectified(dtype))];
  expect(graphs.map((graph) => [count(graph, 'Sign'), count(graph, instead)])).toEqual([
    [2, 0],
    [0, 2],
  ]);
  for (const graph of graphs) {
    const session = await openSession(encodeModel(graph));
    const { gradient } = await session.run({ x: new Tensor(dtype, [-2, 0, 1e-30, 3], [4]) });
    expect(Array.from(gradient!.data as Float32Array, (value) => Math.fround(value) + 0)).toEqual([
      0,
      0,
      Math.fround(2e-30),
      6,
    ]);
    await session.release();
  }
});

test('what it makes up has names that nothing else has, before or after', () => {
  const graph = rectified('float64');
  graph.node('Greater', ['gradient', graph.constant('float64', [0], [])], {
    name: 'Greater',
    outputs: ['Greater_output'],
  });
  graph.output('Greater_output');
  expect(clampRelus(graph).nodes).toHaveLength(graph.nodes.length + 2);
});

test('a graph without one stays as it is', () => {
  const graph = new Graph('plain');
  graph.output(graph.input('x', 'float32', [1]), 'y');
  expect(clampRelus(graph)).toBe(graph);
});
