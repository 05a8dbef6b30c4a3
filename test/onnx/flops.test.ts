import { expect, it } from '@jest/globals';
import { countFlops } from '../../src/onnx/flops.js';
import { Graph, tensor } from '../../src/onnx/index.js';
import { uniforms } from '../support/random.js';

const graphOf = (build: (graph: Graph) => string): Graph => {
  const graph = new Graph('g');
  graph.output(build(graph), 'y');
  return graph;
};
const weights = (graph: Graph, name: string, shape: number[]): string =>
  graph.initializer(name, tensor('float32', uniforms(shape), shape));

it.each<[string, (graph: Graph) => string, number]>([
  [
    'a convolution: two for each tap of each output',
    (g) => g.add('Conv', [g.input('x', 'float32', [1, 3, 8, 6]), weights(g, 'w', [5, 3, 3, 3])]),
    2 * (5 * 6 * 4) * (3 * 9),
  ],
  [
    'in groups: taps of its own group only',
    (g) => g.add('Conv', [g.input('x', 'float32', [1, 4, 8, 6]), weights(g, 'w', [4, 1, 3, 3])], { group: 4 }),
    2 * (4 * 6 * 4) * 9,
  ],
  [
    'a transposed convolution: two for each tap of each input',
    (g) => g.add('ConvTranspose', [g.input('x', 'float32', [1, 3, 4, 5]), weights(g, 'w', [3, 2, 3, 3])]),
    2 * (3 * 4 * 5) * (2 * 9),
  ],
  [
    'a batch of matrix products',
    (g) => g.add('MatMul', [g.input('x', 'float32', [7, 2, 3]), weights(g, 'w', [7, 3, 4])]),
    2 * 7 * 2 * 4 * 3,
  ],
  [
    'a Gemm whose first matrix is transposed',
    (g) => g.add('Gemm', [g.input('x', 'float32', [3, 2]), weights(g, 'w', [3, 4])], { transA: 1 }),
    2 * 2 * 4 * 3,
  ],
  ['what is done element by element', (g) => g.add('Relu', [g.input('x', 'float32', [9])]), 0],
])('%s', (_, build, flops) => {
  expect(countFlops(graphOf(build))).toBe(flops);
});

it('what depends on constants alone is computed on loading, and does not count', () => {
  const graph = graphOf((g) => g.add('MatMul', [weights(g, 'a', [2, 3]), weights(g, 'b', [3, 4])]));
  expect(countFlops(graph)).toBe(0);
});
