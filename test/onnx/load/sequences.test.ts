import { expect, test } from '@jest/globals';
import { differentiate, encodeModel, loadModel, type Tensor, tensor } from '../../../src/onnx/index.js';
import { fileOf, type NodeLine, outputsOf, outputsOfLoaded } from './file.js';

const place = (value: number): Tensor => tensor('int64', [value], []);
const constants = {
  first: place(0),
  second: place(1),
  last: place(-1),
  two: place(2),
  sides: tensor('int64', [1, 3], [2]),
};
const model = (nodes: NodeLine[], inputs: Record<string, (number | string)[]> = { x: [4, 2] }) =>
  fileOf({
    nodes,
    outputs: 'y',
    constants,
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, shape]) => [name, { dtype: 'float32', shape }])),
  });

test.each<[string, NodeLine[], string[]]>([
  [
    'that is made, changed and joined',
    [
      ['Neg', 'x', 'a'],
      ['SequenceConstruct', 'x a', 's'],
      ['SequenceInsert', 's x second', 't'],
      ['SequenceErase', 't last', 'u'],
      ['ConcatFromSequence', 'u', 'y', { axis: 0, new_axis: 1 }],
    ],
    ['Unsqueeze', 'Unsqueeze', 'Concat'],
  ],
  [
    'that begins empty',
    [
      ['SequenceEmpty', '', 's'],
      ['SequenceInsert', 's x', 't'],
      ['SequenceAt', 't first', 'a'],
      ['Relu', 'a', 'y'],
    ],
    ['Relu'],
  ],
  [
    'of parts, all but the last as large',
    [
      ['SplitToSequence', 'x two', 's', { axis: 0 }],
      ['SequenceAt', 's last', 'a'],
      ['Relu', 'a', 'y'],
    ],
    ['Split', 'Relu'],
  ],
  [
    'of parts with sides',
    [
      ['SplitToSequence', 'x sides', 's'],
      ['ConcatFromSequence', 's', 'y', { axis: 0 }],
    ],
    ['Split', 'Concat'],
  ],
  [
    'of rows',
    [
      ['SplitToSequence', 'x', 's', { keepdims: 0 }],
      ['SequenceAt', 's second', 'a'],
      ['Relu', 'a', 'y'],
    ],
    ['Split', 'Squeeze', 'Squeeze', 'Squeeze', 'Squeeze', 'Relu'],
  ],
])('what is taken out of a sequence is what was put in: one %s', async (_, nodes, left) => {
  const bytes = model(nodes);
  const graph = loadModel(bytes);
  expect(graph.nodes.map(({ opType }) => opType)).toEqual(expect.arrayContaining(left));
  expect(graph.nodes.some(({ opType }) => opType.includes('Sequence'))).toBe(false);
  expect(await outputsOfLoaded(bytes, { x: [4, 2] })).toEqual(await outputsOf(bytes, { x: [4, 2] }));
});

test('its length is a constant, and gradients go through it', () => {
  const graph = loadModel(
    model([
      ['SequenceConstruct', 'x x x', 's'],
      ['SequenceLength', 's', 'n'],
      ['Cast', 'n', 'count', { to: 1 }],
      ['SequenceAt', 's first', 'a'],
      ['Mul', 'a count', 'b'],
      ['ReduceSum', 'b', 'y', { keepdims: 0 }],
    ]),
  );
  graph.output(differentiate(graph, { of: 'y', wrt: ['x'] })[0], 'x_grad');
  expect(graph.shape('x_grad')).toEqual([4, 2]);
  expect(graph.constantValues(graph.producer('b')!.inputs[1]!)).toEqual([3]);
});

test('where it is not known which one is taken, the sequence stays', async () => {
  const nodes: NodeLine[] = [
    ['SequenceConstruct', 'x x', 's'],
    ['Shape', 'z', 'lengths'],
    ['Gather', 'lengths first', 'at'],
    ['SequenceAt', 's at', 'y'],
  ];
  const graph = loadModel(model(nodes, { x: [2, 2], z: ['N'] }));
  expect(graph.nodes.map(({ opType }) => opType)).toEqual(['SequenceConstruct', 'Shape', 'Gather', 'SequenceAt']);
  const { y } = await outputsOf(encodeModel(graph), { x: [2, 2], z: [1] });
  expect(y!.dims).toEqual([2, 2]);
});

test('a place that there is not is refused', () => {
  const nodes: NodeLine[] = [
    ['SequenceConstruct', 'x x', 's'],
    ['SequenceAt', 's two', 'y'],
  ];
  expect(() => loadModel(model(nodes))).toThrow(
    "SequenceAt node 'SequenceAt of y': there is no place 2 in a sequence of 2",
  );
});
