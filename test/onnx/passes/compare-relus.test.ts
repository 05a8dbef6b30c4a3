import { expect, test } from '@jest/globals';
import { differentiate, encodeModel, Graph, Operators } from '../../../src/onnx/index.js';
import { compareRelus } from '../../../src/onnx/passes/compare-relus.js';
import { openSession, Tensor } from '../../../src/runtime/session.js';

function rectified(): Graph {
  const graph = new Graph('rectified');
  const o = new Operators(graph);
  const x = graph.input('x', 'float32', [4]);
  const loss = o.reduceSum(o.mul(o.relu(x), o.relu(x)), [0], false);
  const [gradient] = differentiate(graph, { of: loss, wrt: ['x'] });
  graph.output(gradient, 'gradient');
  return graph;
}

test('the same gradient without a Sign', async () => {
  const graphs = [rectified(), compareRelus(rectified())];
  expect(graphs.map(({ nodes }) => nodes.filter(({ opType }) => opType === 'Sign').length)).toEqual([2, 0]);
  for (const graph of graphs) {
    const session = await openSession(encodeModel(graph));
    const { gradient } = await session.run({ x: new Tensor('float32', [-2, 0, 1, 3], [4]) });
    expect(Array.from(gradient!.data as Float32Array, (value) => value + 0)).toEqual([0, 0, 2, 6]);
    await session.release();
  }
});

test('what it makes up has names that nothing else has, before or after', () => {
  const graph = rectified();
  graph.node('Greater', ['gradient', graph.constant('float32', [0], [])], {
    name: 'Greater',
    outputs: ['Greater_output'],
  });
  graph.output('Greater_output');
  expect(compareRelus(graph).nodes).toHaveLength(graph.nodes.length + 2);
});

test('a graph without one stays as it is', () => {
  const graph = new Graph('plain');
  graph.output(graph.input('x', 'float32', [1]), 'y');
  expect(compareRelus(graph)).toBe(graph);
});
