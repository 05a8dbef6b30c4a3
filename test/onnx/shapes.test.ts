import { describe, expect, test } from '@jest/globals';
import {
  type Attributes,
  type DType,
  encodeModel,
  Graph,
  inferredOperators,
  type Shape,
  tensor,
} from '../../src/onnx/index.js';
import { dtypeNumber, sizeOf } from '../../src/onnx/tensor.js';
import { openSession, Tensor } from '../../src/runtime/session.js';

interface Case {
  inputs: readonly (Shape | { ints: readonly number[] } | { dtype: DType; shape: Shape })[];
  attributes?: Attributes;
}

/** Operators that have no gradient rule; the others' shapes are checked along with their gradients. */
const cases: Record<string, Case[]> = {
  Equal: [{ inputs: [[2, 1], [3]] }],
  Greater: [{ inputs: [[2, 1], [3]] }],
  GreaterOrEqual: [{ inputs: [[], [3]] }],
  Less: [
    {
      inputs: [
        [4, 1, 2],
        [3, 1],
      ],
    },
  ],
  LessOrEqual: [{ inputs: [[1], [1, 1]] }],
  Min: [{ inputs: [[2, 1], [3], []] }],
  Max: [{ inputs: [[2, 1], [3], [1, 3]] }],
  Sign: [{ inputs: [[2, 3]] }],
  Round: [{ inputs: [[2, 3]] }],
  Floor: [{ inputs: [[2, 3]] }],
  Ceil: [{ inputs: [[2, 3]] }],
  Hardmax: [{ inputs: [[2, 3]] }],
  And: [
    {
      inputs: [
        { dtype: 'bool', shape: [2, 1] },
        { dtype: 'bool', shape: [3] },
      ],
    },
  ],
  Or: [
    {
      inputs: [
        { dtype: 'bool', shape: [2] },
        { dtype: 'bool', shape: [] },
      ],
    },
  ],
  Not: [{ inputs: [{ dtype: 'bool', shape: [2] }] }],
  Shape: [{ inputs: [[4, 5, 6]] }],
  ConvTranspose: [
    {
      inputs: [
        [1, 3, 4, 5],
        [3, 2, 3, 2],
      ],
    },
    {
      inputs: [
        [1, 4, 4, 5],
        [4, 2, 3, 3],
      ],
      attributes: { group: 2, strides: [2, 3], pads: [1, 0, 0, 2], output_padding: [1, 2] },
    },
    {
      inputs: [
        [2, 1, 6],
        [1, 1, 3],
      ],
      attributes: { dilations: [2], strides: [2] },
    },
  ],
  HardSigmoid: [{ inputs: [[2, 3]], attributes: { alpha: { float: 2 } } }],
  Gather: [
    { inputs: [[4, 3], { ints: [2, 0, 2] }] },
    { inputs: [[2, 4, 3], { ints: [1, 1] }], attributes: { axis: 1 } },
  ],
  Split: [{ inputs: [[2, 6]], attributes: { axis: -1 } }],
  Size: [{ inputs: [[2, 6]] }],
  ReduceL1: [{ inputs: [[2, 3, 4]], attributes: { axes: [2] } }],
  ReduceMin: [{ inputs: [[2, 3, 4]], attributes: { axes: [0] } }],
  ReduceMax: [{ inputs: [[2, 3, 4]], attributes: { axes: [0] } }],
  MaxUnpool: [
    {
      inputs: [[1, 1, 2, 2], { ints: [0, 1, 2, 3] }, { ints: [1, 1, 5, 5] }],
      attributes: { kernel_shape: [2, 2], strides: [2, 2] },
    },
  ],
};

describe('inferred types are those that ONNX Runtime computes', () => {
  const flat = Object.entries(cases).flatMap(([opType, list]) => list.map((each) => [opType, each] as const));

  test.each(flat)('%s %j', async (opType, { inputs, attributes = {} }) => {
    const graph = new Graph('g');
    const feeds: Record<string, Tensor> = {};
    const names = inputs.map((input, i) => {
      if ('ints' in input) {
        // MaxUnpool's indices have the shape of its input.
        const shape = opType === 'MaxUnpool' && i === 1 ? [1, 1, 2, 2] : [input.ints.length];
        return graph.initializer(`x${i}`, tensor('int64', input.ints, shape));
      }
      const { dtype, shape } = 'dtype' in input ? input : { dtype: 'float32' as const, shape: input };
      feeds[`x${i}`] =
        dtype === 'bool'
          ? new Tensor('bool', new Uint8Array(sizeOf(shape)), shape)
          : new Tensor('float32', new Float32Array(sizeOf(shape)), shape);
      return graph.input(`x${i}`, dtype, shape);
    });
    const y = graph.add(opType, names, attributes);
    graph.output(y);
    const session = await openSession(encodeModel(graph));
    const result = (await session.run(feeds))[y]!;
    expect({ dtype: result.type, shape: result.dims }).toEqual(graph.type(y));
  });
});

test('a Shape node of a known shape is a constant that Reshape can use', () => {
  const graph = new Graph('g');
  const shape = graph.add('Shape', [graph.input('x', 'float32', [2, 3])]);
  expect(graph.shape(graph.add('Reshape', [graph.input('y', 'float32', [6]), shape]))).toEqual([2, 3]);
});

test('a Shape node may leave sides out', () => {
  const graph = new Graph('g');
  const x = graph.input('x', 'float32', [2, 3, 4, 5]);
  expect(graph.constantValues(graph.add('Shape', [x], { start: 1, end: 3 }))).toEqual([3, 4]);
  const size = graph.add('Size', [x]);
  expect(graph.constantValues(graph.add('Mul', [graph.constant('int64', [1, 0]), size]))).toEqual([120, 0]);
  expect(graph.shape(graph.add('Shape', [x], { start: 1 }))).toEqual([3]);
});

test('a Split node has as many parts as outputs, and their sides where they are given', () => {
  const graph = new Graph('g');
  const x = graph.input('x', 'float32', [2, 6]);
  graph.node('Split', [x], { attributes: { axis: 1 }, outputs: ['a', 'b', 'c'] });
  expect(['a', 'b', 'c'].map((part) => graph.shape(part))).toEqual([
    [2, 2],
    [2, 2],
    [2, 2],
  ]);
  graph.node('Split', [x, graph.constant('int64', [5, 1])], { attributes: { axis: 1 }, outputs: ['d', 'e'] });
  expect([graph.shape('d'), graph.shape('e')]).toEqual([
    [2, 5],
    [2, 1],
  ]);
  const uneven = () => graph.node('Split', [x], { attributes: { axis: 1 }, outputs: ['f', 'g', 'h', 'i'] });
  expect(uneven).toThrow('6 elements do not split into 4 parts');
});

test('a Constant node has its tensor', () => {
  const graph = new Graph('g');
  const axes = graph.add('Constant', [], { value: { tensor: tensor('int64', [1], [1]) } });
  expect(graph.shape(graph.add('Unsqueeze', [graph.input('x', 'float32', [2, 3]), axes]))).toEqual([2, 1, 3]);
});

describe('inputs that do not fit are refused, with operator and node named', () => {
  const refusal = (opType: string, shapes: Shape[], attributes: Attributes = {}) => {
    const graph = new Graph('g');
    const inputs = shapes.map((shape, i) => graph.input(`x${i}`, 'float32', shape));
    return () => graph.node(opType, inputs, { attributes, name: 'n' });
  };

  test.each<[string, Shape[], Attributes, string]>([
    ['Add', [[2, 3], [4]], {}, 'the shapes [2, 3] and [4] do not broadcast'],
    [
      'MatMul',
      [
        [2, 3],
        [4, 5],
      ],
      {},
      'the matrices [2, 3] and [4, 5] do not fit',
    ],
    [
      'Gemm',
      [
        [2, 3],
        [4, 5],
      ],
      {},
      'the matrices [2, 3] and [4, 5] do not fit',
    ],
    [
      'Conv',
      [
        [1, 3, 8, 8],
        [4, 2, 3, 3],
      ],
      {},
      'does not fit an input [1, 3, 8, 8]',
    ],
    [
      'Conv',
      [
        [1, 3, 2, 2],
        [4, 3, 3, 3],
      ],
      {},
      'its window is larger than its padded input',
    ],
    ['MaxPool', [[1, 3, 8, 8]], {}, 'its kernel does not fit 2 spatial axes'],
    ['MaxPool', [[3]], { kernel_shape: [] }, 'its input has to have images and channels'],
    ['MaxPool', [[1, 3, 8, 8]], { kernel_shape: [0, 2] }, 'its kernel does not fit 2 spatial axes'],
    ...(['strides', 'dilations'] as const).flatMap((name) =>
      [[0, 0], [1], [1, -2], [1, 2 ** 31]].map((values): [string, Shape[], Attributes, string] => [
        'MaxPool',
        [[1, 3, 8, 8]],
        { kernel_shape: [2, 2], [name]: values },
        `its ${name} have to be 2 whole numbers from 1 to 2147483647`,
      ]),
    ),
    ...(['Conv', 'ConvTranspose'] as const).flatMap((opType) =>
      [
        [0, 0, 0, -1],
        [1, 1],
        [0, 0, 0, 2 ** 31],
      ].map((pads): [string, Shape[], Attributes, string] => [
        opType,
        [
          [1, 3, 8, 8],
          [3, 3, 3, 3],
        ],
        { pads },
        'its pads have to be 4 whole numbers from 0 to 2147483647',
      ]),
    ),
    [
      'Conv',
      [
        [1, 3, 8, 8],
        [3, 3, 3, 3],
      ],
      { pads: Array(4).fill(2 ** 31 - 1) },
      "its output can't be",
    ],
    [
      'ConvTranspose',
      [
        [1, 3, 8, 8],
        [3, 3, 1, 1],
      ],
      { pads: [9, 0, 9, 0] },
      "its output can't be",
    ],
    ['Concat', [], {}, 'it has no inputs'],
    ['Transpose', [[2, 3]], { perm: [0, 2] }, "its output can't be"],
    [
      'Concat',
      [
        [2, 3],
        [3, 3],
      ],
      { axis: 1 },
      'do not join on axis 1',
    ],
    ['ReduceMean', [[2, 3]], { axes: [2] }, 'there is no axis 2 in a tensor of 2 dimensions'],
    ['Reshape', [[2, 3], [2]], {}, 'input 1 has to be a constant'],
  ])('%s', (opType, shapes, attributes, reason) => {
    expect(refusal(opType, shapes, attributes)).toThrow(`${opType} node 'n': `);
    expect(refusal(opType, shapes, attributes)).toThrow(reason);
  });

  test.each([
    ['Expand', [[2 ** 40, 2 ** 20, 2, 3]]],
    ['Expand', [[-3, 2, 3]]],
    ['Pad', [[0, 2 ** 52, 0, 0]]],
    ['Pad', [[-3, 0, 0, 0]]],
    ['Reshape', [[-2, -3]]],
    ['MaxUnpool', [[1, 2 ** 50]]],
  ])('%s to what no machine holds, or what is nothing: %j', (opType, [values]) => {
    const graph = new Graph('g');
    const inputs = [graph.input('x', 'float32', [2, 3]), graph.constant('int64', values!)];
    if (opType === 'MaxUnpool') inputs.splice(1, 0, graph.input('indices', 'int64', [2, 3]));
    expect(() => graph.node(opType, inputs, { name: 'n' })).toThrow(`${opType} node 'n': its output can't be`);
  });

  test('a Slice of steps of 0', () => {
    const graph = new Graph('g');
    const ints = (value: number) => graph.constant('int64', [value]);
    const inputs = [graph.input('x', 'float32', [6]), ints(0), ints(6), ints(0), ints(0)];
    expect(() => graph.node('Slice', inputs, { name: 'n' })).toThrow("Slice node 'n': its steps can not be 0");
  });

  test('whatever the node is called, in one line of some length', () => {
    const graph = new Graph('g');
    const name = `a\n\u001b[31m${'x'.repeat(1e6)}`;
    const thrown = () => graph.node('Relu\0', [graph.input('x', 'float32', [1]), name], { name });
    expect(thrown).toThrow(/^Relu\\x00 node 'a\\n\\x1b\[31mx+ … x+': there is no value 'a\\n.{200,300}'$/);
  });

  test('Cast to a type that is not supported', () => {
    expect(refusal('Cast', [[2]], { to: 8 })).toThrow('element type 8');
    expect(refusal('Cast', [[2]], { to: dtypeNumber('int64') })).not.toThrow();
  });
});

test('every operator with shape inference is covered by a test here or by its gradient', async () => {
  const { gradientRules } = await import('../../src/onnx/index.js');
  const { inferenceCases } = await import('./shapes/cases.js');
  // Of the last two no shape is inferred.
  const elsewhere = ['Constant', 'Unique', 'NonMaxSuppression'];
  const inferred = inferenceCases.map(({ opType }) => opType);
  const covered = new Set([...Object.keys(cases), ...inferred, ...Object.keys(gradientRules), ...elsewhere]);
  expect(inferredOperators.filter((opType) => !covered.has(opType))).toEqual([]);
});
