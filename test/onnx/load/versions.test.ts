import { describe, expect, test } from '@jest/globals';
import { loadModel, type Shape, type Tensor, tensor } from '../../../src/onnx/index.js';
import { fileOf, type NodeLine, outputsOf, outputsOfLoaded } from './file.js';

const floats = (...values: number[]) => tensor('float32', values, [values.length]);

interface Older {
  opset: number;
  nodes: readonly NodeLine[];
  inputs: Readonly<Record<string, Shape>>;
  constants?: Readonly<Record<string, Tensor>>;
}

describe('an older form computes what it did', () => {
  const x = { x: [2, 3, 4] };
  const statistics = {
    scale: floats(1, 2, 3),
    b: floats(0, 1, 2),
    mean: floats(0.1, 0.2, 0.3),
    variance: floats(1, 2, 4),
  };

  test.each<[string, Older]>([
    ['Slice', { opset: 9, nodes: [['Slice', 'x', 'y', { starts: [1, -3], ends: [9, -1], axes: [1, 2] }]], inputs: x }],
    ['TopK', { opset: 9, nodes: [['TopK', 'x', 'y places', { k: 2, axis: 2 }]], inputs: x }],
    ['Clip', { opset: 10, nodes: [['Clip', 'x', 'y', { max: { float: 0.5 } }]], inputs: x }],
    ['Pad', { opset: 10, nodes: [['Pad', 'x', 'y', { pads: [0, 1, 0, 0, 0, 2], value: { float: 7 } }]], inputs: x }],
    ['Upsample 7', { opset: 7, nodes: [['Upsample', 'x', 'y', { scales: { floats: [1, 2, 1.5] } }]], inputs: x }],
    [
      'Upsample 9',
      {
        opset: 9,
        nodes: [['Upsample', 'x scales', 'y', { mode: 'linear' }]],
        inputs: { x: [1, 1, 3, 4] },
        constants: { scales: floats(1, 1, 2, 1.5) },
      },
    ],
    [
      'Resize 10',
      {
        opset: 10,
        nodes: [['Resize', 'x scales', 'y']],
        inputs: { x: [1, 1, 3, 4] },
        constants: { scales: floats(1, 1, 0.6, 1.7) },
      },
    ],
    ['Dropout', { opset: 11, nodes: [['Dropout', 'x', 'y', { ratio: { float: 0.3 } }]], inputs: x }],
    ['Squeeze', { opset: 12, nodes: [['Squeeze', 'x', 'y', { axes: [1] }]], inputs: { x: [2, 1, 3] } }],
    ['Unsqueeze', { opset: 12, nodes: [['Unsqueeze', 'x', 'y', { axes: [0, 2] }]], inputs: x }],
    ['ReduceSum', { opset: 12, nodes: [['ReduceSum', 'x', 'y', { axes: [-1], keepdims: 0 }]], inputs: x }],
    [
      'Split',
      {
        opset: 12,
        nodes: [
          ['Split', 'x', 'a b', { axis: 2, split: [1, 3] }],
          ['Concat', 'b a', 'y', { axis: 2 }],
        ],
        inputs: x,
      },
    ],
    ['Softmax over several axes', { opset: 12, nodes: [['Softmax', 'x', 'y']], inputs: x }],
    ['LogSoftmax over the last axis', { opset: 12, nodes: [['LogSoftmax', 'x', 'y', { axis: 2 }]], inputs: x }],
    ['Hardmax', { opset: 11, nodes: [['Hardmax', 'x', 'y', { axis: -2 }]], inputs: x }],
    [
      'BatchNormalization',
      {
        opset: 7,
        nodes: [['BatchNormalization', 'x scale b mean variance', 'y', { spatial: 1, epsilon: { float: 0.1 } }]],
        inputs: x,
        constants: statistics,
      },
    ],
    [
      'Scatter',
      {
        opset: 9,
        nodes: [['Scatter', 'x places u', 'y', { axis: 1 }]],
        inputs: { x: [2, 3], u: [1, 2] },
        constants: { places: tensor('int64', [1, 2], [1, 2]) },
      },
    ],
    [
      'RoiAlign stays as it was where the model does',
      {
        opset: 10,
        nodes: [['RoiAlign', 'x rois places', 'y', { output_height: 2, output_width: 2 }]],
        inputs: { x: [1, 1, 6, 6] },
        constants: { rois: tensor('float32', [0, 0, 4, 4], [1, 4]), places: tensor('int64', [0], [1]) },
      },
    ],
  ])('%s', async (_, { inputs, ...lines }) => {
    const bytes = fileOf({ ...lines, inputs, outputs: 'y' });
    expect(loadModel(bytes).opset).toBe(15);
    const [found, wanted] = [await outputsOfLoaded(bytes, inputs), await outputsOf(bytes, inputs)];
    expect(found).toEqual(wanted);
  });

  // ONNX Runtime begins with operator set 7.
  test.each<[string, Older, readonly number[]]>([
    [
      'Add along an axis',
      {
        opset: 6,
        nodes: [['Add', 'x c', 'y', { broadcast: 1, axis: 0 }]],
        inputs: { x: [2, 2] },
        constants: { c: floats(10, 20) },
      },
      [11, 12, 23, 24],
    ],
    [
      'Add along the last axes',
      {
        opset: 6,
        nodes: [['Add', 'x c', 'y', { broadcast: 1 }]],
        inputs: { x: [2, 2] },
        constants: { c: floats(10, 20) },
      },
      [11, 22, 13, 24],
    ],
    ['Reshape', { opset: 1, nodes: [['Reshape', 'x', 'y', { shape: [4] }]], inputs: { x: [2, 2] } }, [1, 2, 3, 4]],
    [
      'Cast',
      {
        opset: 1,
        nodes: [
          ['Cast', 'x', 'n', { to: 'INT32' }],
          ['Cast', 'n', 'y', { to: 'FLOAT' }],
        ],
        inputs: { x: [2, 2] },
      },
      [1, 2, 3, 4],
    ],
    ['Concat', { opset: 1, nodes: [['Concat', 'x x', 'y']], inputs: { x: [2, 2] } }, [1, 2, 1, 2, 3, 4, 3, 4]],
    [
      'Dropout',
      { opset: 6, nodes: [['Dropout', 'x', 'y', { is_test: 1, ratio: { float: 0.5 } }]], inputs: { x: [2, 2] } },
      [1, 2, 3, 4],
    ],
    [
      'PRelu',
      {
        opset: 6,
        nodes: [
          ['Neg', 'x', 'n'],
          ['PRelu', 'n c', 'y'],
        ],
        inputs: { x: [1, 2, 2] },
        constants: { c: floats(2, 3) },
      },
      [-2, -4, -9, -12],
    ],
    [
      'Upsample',
      {
        opset: 1,
        nodes: [['Upsample', 'x', 'y', { width_scale: { float: 2 }, height_scale: { float: 1 } }]],
        inputs: { x: [1, 1, 2, 2] },
      },
      [1, 1, 2, 2, 3, 3, 4, 4],
    ],
    [
      'Pad',
      { opset: 1, nodes: [['Pad', 'x', 'y', { paddings: [0, 1, 0, 0] }]], inputs: { x: [2, 2] } },
      [0, 1, 2, 0, 3, 4],
    ],
    [
      'Relu that overwrites',
      { opset: 1, nodes: [['Relu', 'x', 'y', { consumed_inputs: [0] }]], inputs: { x: [2, 2] } },
      [1, 2, 3, 4],
    ],
  ])('%s of before 7', async (_, { inputs, ...lines }, wanted) => {
    const bytes = fileOf({ ...lines, inputs, outputs: 'y' });
    expect((await outputsOfLoaded(bytes, inputs, { x: [1, 2, 3, 4] })).y!.data).toEqual(wanted);
  });

  test('a function of an older operator set in a newer model', async () => {
    const lines = {
      opset: 18,
      nodes: [['peak', 'x', 'y', {}, 'own']] as NodeLine[],
      inputs: { x: [2, 3] },
      outputs: 'y',
      domains: { own: 1 },
    };
    const bytes = fileOf(lines, (model) => {
      model.functions = [
        {
          name: 'peak',
          domain: 'own',
          input: ['a'],
          output: ['b'],
          opsetImport: [{ domain: '', version: 17 }],
          node: [
            {
              opType: 'ReduceMax',
              input: ['a'],
              output: ['b'],
              attribute: [{ name: 'axes', type: 7, ints: [1] }],
            },
          ],
        },
      ];
    });
    const { y } = await outputsOfLoaded(bytes, { x: [2, 3] }, { x: [1, 5, 2, 7, 4, 3] });
    expect(y).toEqual({ dims: [2, 1], data: [5, 7] });
  });
});

test('what an older form has and no newer one is refused, with operator and node named', () => {
  const lines = { nodes: [['BatchNormalization', 'x x x x x', 'y', { spatial: 0 }]] as NodeLine[], inputs: { x: [3] } };
  expect(() => loadModel(fileOf({ ...lines, outputs: 'y', opset: 8 }))).toThrow(
    "BatchNormalization node 'BatchNormalization of y': statistics of each position",
  );
});
