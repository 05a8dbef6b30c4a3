import { describe, expect, test } from '@jest/globals';
import { differentiate, Graph, Operators } from '../../../../src/onnx/index.js';
import { uniforms } from '../../../support/random.js';
import { expectGradient } from '../central-differences.js';

describe.each(['zeros', 'border', 'reflection'])('GridSample with %s around the image', (padding_mode) => {
  // Beyond the image too. Slopes jump in the middles of pixels and half way between them: all at multiples of 1/12 from the edge.
  const grid = (places: number, axes: number) =>
    uniforms([places * axes], -1.8, 1.8).map((place) => {
      const twelfth = (place + 1) * 12;
      const rest = twelfth - Math.floor(twelfth);
      return (Math.floor(twelfth) + 0.45 + 0.1 * rest) / 12 - 1;
    });

  test.each(['bilinear', 'nearest', 'bicubic'])('%s', async (mode) => {
    for (const align_corners of [0, 1]) {
      const inputs = [{ shape: [2, 2, 3, 4] }, { shape: [2, 2, 3, 2], values: grid(12, 2) }];
      const attributes = { mode, padding_mode, align_corners };
      await expectGradient('GridSample', inputs, { attributes, opset: 16, smooth: true, step: 1 / 64 });
    }
  });

  test('of volumes', async () => {
    const inputs = [{ shape: [1, 2, 3, 3, 3] }, { shape: [1, 2, 1, 2, 3], values: grid(4, 3) }];
    const attributes = { mode: 'linear', padding_mode };
    await expectGradient('GridSample', inputs, { attributes, opset: 20, smooth: true, step: 1 / 64 });
  });
});

describe('RoiAlign', () => {
  const regions = { shape: [2, 4], values: [0.4, 0.7, 5.3, 4.2, 2.2, 2.4, 5.3, 6.3] };
  const batch = { shape: [2], values: [1, 0], dtype: 'int64' } as const;

  test.each(['half_pixel', 'output_half_pixel'])('%s', async (coordinate_transformation_mode) => {
    const attributes = {
      coordinate_transformation_mode,
      output_height: 2,
      output_width: 3,
      sampling_ratio: 2,
      spatial_scale: { float: 0.9 },
    };
    const inputs = [{ shape: [2, 1, 5, 6] }, regions, batch];
    await expectGradient('RoiAlign', inputs, { attributes, opset: 16, smooth: true, step: 1 / 256 });
  });

  test('samples that depend on the regions are refused', () => {
    const graph = new Graph('g', 16);
    const x = graph.input('x', 'float32', [1, 1, 4, 4]);
    const rois = graph.input('rois', 'float32', [1, 4]);
    const y = graph.node('RoiAlign', [x, rois, graph.constant('int64', [0])], { name: 'n' })[0]!;
    const of = new Operators(graph).reduceSum(y, [0, 1, 2, 3], false);
    expect(() => differentiate(graph, { of, wrt: [x] })).toThrow(
      "RoiAlign node 'n': its gradient takes a sampling_ratio",
    );
  });
});

test.each([0, 1])('AffineGrid, align_corners %i', async (align_corners) => {
  for (const [sides, rows] of [
    [[2, 3], 2],
    [[2, 3, 2], 3],
  ] as const) {
    const size = { shape: [2 + sides.length], values: [2, 1, ...sides], dtype: 'int64' } as const;
    const inputs = [{ shape: [2, rows, rows + 1] }, size];
    await expectGradient('AffineGrid', inputs, { attributes: { align_corners }, opset: 20, dtype: 'float64' });
  }
});

describe('DeformConv', () => {
  // Offsets of a quarter to three quarters of a pixel: slopes jump at whole ones.
  const offsets = (shape: number[]) => ({ shape, values: uniforms(shape, 0.25, 0.75) });
  const check = { opset: 19, smooth: true, step: 1 / 64 };

  test('with a mask and a bias', async () => {
    const inputs = [
      { shape: [2, 2, 4, 5] },
      { shape: [3, 2, 2, 3] },
      offsets([2, 12, 3, 3]),
      { shape: [3] },
      { shape: [2, 6, 3, 3] },
    ];
    await expectGradient('DeformConv', inputs, { attributes: { kernel_shape: [2, 3] }, ...check });
  });

  test('in groups, with strides, padding and dilations', async () => {
    const inputs = [{ shape: [1, 4, 5, 5] }, { shape: [2, 2, 2, 2] }, offsets([1, 16, 3, 3])];
    const attributes = {
      kernel_shape: [2, 2],
      group: 2,
      offset_group: 2,
      strides: [2, 2],
      pads: [1, 1, 1, 1],
      dilations: [2, 1],
    };
    await expectGradient('DeformConv', inputs, { attributes: { ...attributes, dilations: [2, 2] }, ...check });
    await expectGradient('DeformConv', inputs, { attributes, ...check });
  });
});
