import { describe, expect, test } from '@jest/globals';
import { Graph, tensor } from '../../../../src/onnx/index.js';
import { expectGradient, type Input } from '../central-differences.js';

const missing: Input = { shape: [0], missing: true };
const scales = (...values: number[]): Input => ({ shape: [values.length], values, dtype: 'float32' });
const sizes = (...values: number[]): Input => ({ shape: [values.length], values, dtype: 'int64' });
const float = (value: number) => ({ float: value });

const coordinates = [
  'half_pixel',
  'pytorch_half_pixel',
  'align_corners',
  'asymmetric',
  'half_pixel_symmetric',
  'tf_crop_and_resize',
] as const;

describe.each(coordinates)('%s', (mode) => {
  const region = mode === 'tf_crop_and_resize' ? scales(0, 0, 0.2, 0.1, 1, 1, 0.9, 1.2) : missing;
  const resize = (attributes: object, factors: number[], opset = 19) =>
    expectGradient('Resize', [{ shape: [1, 2, 4, 5] }, region, scales(1, 1, ...factors)], {
      attributes: { coordinate_transformation_mode: mode, ...attributes },
      opset,
    });

  test.each([
    [2, 2],
    [1.5, 0.7],
    [0.5, 3],
  ])('linear and cubic by %f and %f', async (...factors) => {
    await resize({ mode: 'linear' }, factors);
    await resize({ mode: 'cubic' }, factors);
    await resize({ mode: 'cubic', cubic_coeff_a: float(-0.5), exclude_outside: 1 }, factors);
  });

  test.each(['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'])('nearest, %s', async (nearest_mode) => {
    for (const factors of [
      [2, 2],
      [1.5, 0.7],
      [0.6, 3],
    ]) {
      await resize({ mode: 'nearest', nearest_mode }, factors);
    }
  });
});

test('to sizes, of any axes, keeping what is asked for', async () => {
  const x = { shape: [1, 2, 4, 5] };
  await expectGradient('Resize', [x, missing, missing, sizes(1, 2, 7, 3)], { attributes: { mode: 'linear' } });
  const axes = { mode: 'linear', axes: [3, 2] };
  await expectGradient('Resize', [x, missing, missing, sizes(3, 7)], { attributes: axes, opset: 18 });
  for (const keep_aspect_ratio_policy of ['not_larger', 'not_smaller']) {
    const attributes = { ...axes, keep_aspect_ratio_policy };
    await expectGradient('Resize', [x, missing, missing, sizes(8, 7)], { attributes, opset: 18 });
  }
});

test.each(['linear', 'cubic'])('%s with antialias', async (mode) => {
  const inputs = [{ shape: [1, 1, 6, 8] }, missing, scales(1, 1, 0.5, 0.4)];
  await expectGradient('Resize', inputs, { attributes: { mode, antialias: 1 }, opset: 18 });
  const cubic = { mode, antialias: 1, exclude_outside: 1 };
  await expectGradient('Resize', inputs, { attributes: cubic, opset: 18 });
});

test('of volumes, and of one axis', async () => {
  await expectGradient('Resize', [{ shape: [1, 1, 2, 3, 2] }, missing, scales(1, 1, 2, 1.4, 3)], {
    attributes: { mode: 'linear' },
  });
  await expectGradient('Resize', [{ shape: [1, 2, 5] }, missing, scales(1, 1, 1.7)], {
    attributes: { mode: 'linear' },
  });
});

test('scales that are none are refused', () => {
  const graph = new Graph('g');
  const x = graph.input('x', 'float32', [1, 1, 4, 4]);
  const wrong = graph.initializer('scales', tensor('float32', [1, 1, 0, 2], [4]));
  expect(() => graph.node('Resize', [x, '', wrong], { name: 'n' })).toThrow(
    "Resize node 'n': its scales do not fit its input",
  );
});
