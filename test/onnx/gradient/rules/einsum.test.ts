import { expect, test } from '@jest/globals';
import { Graph } from '../../../../src/onnx/index.js';
import { expectGradient } from '../central-differences.js';

const double = { dtype: 'float64' } as const;

test.each<[string, number[][]]>([
  [
    'ij,jk->ik',
    [
      [2, 3],
      [3, 4],
    ],
  ],
  [
    'bij, bjk -> bik',
    [
      [2, 2, 3],
      [2, 3, 2],
    ],
  ],
  ['ij->ji', [[2, 3]]],
  ['ij->i', [[2, 3]]],
  ['ij->', [[2, 3]]],
  ['i,i->', [[3], [3]]],
  ['i,j', [[3], [2]]],
  ['ji', [[3, 2]]],
  ['ii->i', [[3, 3]]],
  ['ii', [[3, 3]]],
  ['...ii->...i', [[2, 3, 3]]],
  [
    '...ij,...jk',
    [
      [2, 2, 3],
      [1, 3, 2],
    ],
  ],
  [
    'bqhd,bkhd->bhqk',
    [
      [2, 2, 2, 3],
      [2, 3, 2, 3],
    ],
  ],
  [
    'ab,bc,cd->ad',
    [
      [2, 3],
      [3, 2],
      [2, 2],
    ],
  ],
  ['ij,j->i', [[2, 3], [3]]],
])('%s', async (equation, shapes) => {
  await expectGradient(
    'Einsum',
    shapes.map((shape) => ({ shape })),
    { attributes: { equation }, ...double },
  );
});

test('twice', async () => {
  const attributes = { equation: 'ij,jk->ik' };
  await expectGradient('Einsum', [{ shape: [2, 3] }, { shape: [3, 2] }], { attributes, second: true, ...double });
});

test.each([
  ['ij,jk->ik', "the axes 'j' differ: 3 and 4"],
  ['ijk,jk->ik', "'ijk' does not fit [2, 3]"],
  ['ij->i', 'its equation does not fit its inputs'],
  ['ij,kl->m', 'its equation gives axes that no input has'],
])('%s is refused', (equation, reason) => {
  const graph = new Graph('g');
  const [a, b] = [graph.input('a', 'float32', [2, 3]), graph.input('b', 'float32', [4, 5])];
  expect(() => graph.add('Einsum', [a, b], { equation })).toThrow(reason);
});
