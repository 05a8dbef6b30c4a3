import { describe, expect, test } from '@jest/globals';
import { channelMeans } from '../../src/colour/spaces.js';
import { findLayer } from '../../src/networks/vgg19/layers.js';
import { loadWeights } from '../../src/networks/vgg19/weights/load.js';
import { encodeModel, type Graph } from '../../src/onnx/index.js';
import { evalModel, optimizerModel, trainingModel } from '../../src/outputs/models.js';
import { openSession, type SessionOptions, Tensor } from '../../src/runtime/session.js';
import { relativeError } from '../support/relative-error.js';
import { describeWithShared, sharedFloats, sharedJson, sharedPath } from '../support/shared.js';

interface Manifest {
  height: number;
  width: number;
  layers: Record<string, { shape: number[]; loss: Record<'white' | 'noise', number> }>;
}

const convolutionsIn = (graph: Graph): number => graph.nodes.filter(({ opType }) => opType === 'Conv').length;
const site = (layer: string) => ({ layer: findLayer(layer), height: 32, width: 48 });

describe('models', () => {
  test('nothing deeper than the layer is computed', () => {
    expect(convolutionsIn(evalModel(site('block2_conv1')))).toBe(3);
    expect(convolutionsIn(evalModel(site('block2_pool')))).toBe(4);
  });

  test('the gradient has one convolution for each of the forward pass, and no transposed ones', () => {
    const graph = trainingModel(site('block5_conv2'));
    expect(convolutionsIn(graph)).toBe(2 * 14);
    expect(graph.nodes.some(({ opType }) => opType === 'ConvTranspose')).toBe(false);
  });

  test('the gradient passes over each activation as often as it has to', () => {
    const counts = new Map<string, number>();
    for (const { opType } of trainingModel(site('block2_conv2')).nodes) {
      counts.set(opType, (counts.get(opType) ?? 0) + 1);
    }
    // Relu: a mask (Sign) and a product each; the loss: a difference, its sum of squares, and scalars that are folded.
    expect(Object.fromEntries(counts)).toMatchObject({ Conv: 8, Relu: 4, Sign: 4, MaxPool: 1, MaxUnpool: 1, Sub: 1 });
    expect(counts.get('Add')).toBeUndefined();
    expect(counts.get('Where')).toBeUndefined();
  });

  test('inputs and outputs are those of the contract', () => {
    const signature = ({ inputs, outputs }: Graph) => ({ inputs, outputs });
    expect(signature(evalModel(site('block1_conv1')))).toEqual({ inputs: ['pixels'], outputs: ['activation'] });
    expect(signature(trainingModel(site('block1_conv1')))).toEqual({
      inputs: ['pixels', 'target'],
      outputs: ['loss', 'pixels_grad'],
    });
    expect(signature(optimizerModel(site('block1_conv1')))).toEqual({
      inputs: ['pixels', 'pixels_grad', 'exp_avg', 'exp_avg_sq', 'step', 'learning_rate', 'lower', 'upper'],
      outputs: ['pixels_out', 'exp_avg_out', 'exp_avg_sq_out', 'step_out'],
    });
  });

  test('the same arguments give the same bytes', () => {
    expect(encodeModel(trainingModel(site('block3_pool')))).toEqual(encodeModel(trainingModel(site('block3_pool'))));
  });

  test('a pixel offset is one addition before the first convolution, and none where it is zero', () => {
    const zeros = { ...site('block2_conv2'), pixelOffset: [0, 0, 0] } as const;
    expect(encodeModel(trainingModel(zeros))).toEqual(encodeModel(trainingModel(site('block2_conv2'))));
    const { nodes } = trainingModel({ ...zeros, pixelOffset: [0.5, 0, -2] });
    expect(nodes.length).toBe(trainingModel(zeros).nodes.length + 1);
    expect(nodes[0]).toMatchObject({ opType: 'Add', inputs: ['pixels', 'constant'] });
  });

  test('with a pixel offset, loss and gradient are those of pixels to which it was added before', async () => {
    const at = site('block2_conv1');
    const { data } = await loadWeights('seeded', at.layer);
    const externalData = [{ path: 'vgg19.weights', data: new Uint8Array(data.buffer) }];
    const offset = [30, -20, 10] as const;
    const area = at.height * at.width;
    const pixels = Float32Array.from({ length: 3 * area }, (_, i) => ((i * 37) % 255) - 120);
    const moved = pixels.map((value, i) => value + offset[Math.floor(i / area)]!);
    const run = async (model: Graph, values: Float32Array) => {
      const session = await openSession(encodeModel(model), { externalData });
      const target = new Tensor('float32', new Float32Array((128 * area) / 4), [1, 128, at.height / 2, at.width / 2]);
      const { loss, pixels_grad } = await session.run({
        pixels: new Tensor('float32', values, [1, 3, at.height, at.width]),
        target,
      });
      await session.release();
      return { loss: (loss!.data as Float32Array)[0]!, gradient: pixels_grad!.data as Float32Array };
    };
    const expected = await run(trainingModel(at), moved);
    const actual = await run(trainingModel({ ...at, pixelOffset: offset }), pixels);
    expect(actual.loss / expected.loss).toBeCloseTo(1, 6);
    expect(relativeError(actual.gradient, expected.gradient)).toBeLessThan(1e-6);
  });

  test('a picture too small for the pools is an error', () => {
    expect(() => trainingModel({ layer: findLayer('block5_conv1'), height: 15, width: 40 })).toThrow(/larger than its/);
  });
});

describe.each(['53x37', '64x48'])('gradients against float64 autograd, %s', (size) => {
  describeWithShared('on the real weights', () => {
    const weightsPath = sharedPath('vgg19/vgg19-blocks1-3.h5');
    const layers = ['block1_conv2', 'block1_pool', 'block2_conv2', 'block3_conv1', 'block3_conv4', 'block3_pool'];
    const settings: SessionOptions[] = [true, false].flatMap((optimize) =>
      [1, 2].map((threads) => ({ optimize, threads })),
    );

    test.each(layers)('%s', async (name) => {
      const manifest = sharedJson<Manifest>(`reference/${size}/manifest.json`);
      const { height, width } = manifest;
      const layer = findLayer(name);
      const { data } = await loadWeights(weightsPath, layer);
      const model = encodeModel(trainingModel({ layer, height, width }));
      const externalData = [
        { path: 'vgg19.weights', data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) },
      ];
      const target = new Tensor(
        'float32',
        sharedFloats(`reference/${size}/${name}.target.f32`),
        manifest.layers[name]!.shape,
      );
      for (const setting of settings) {
        const session = await openSession(model, { ...setting, externalData });
        for (const start of ['white', 'noise'] as const) {
          const pixels = new Tensor(
            'float32',
            start === 'white' ? white(height, width) : sharedFloats(`reference/${size}/noise.f32`),
            [1, 3, height, width],
          );
          const { loss, pixels_grad } = await session.run({ pixels, target });
          const expected = manifest.layers[name]!.loss[start];
          expect(Math.abs((loss!.data as Float32Array)[0]! / expected - 1)).toBeLessThan(1e-5);
          const reference = sharedFloats(`reference/${size}/${name}.${start}.grad.f32`);
          expect(relativeError(pixels_grad!.data as Float32Array, reference)).toBeLessThan(1e-5);
        }
        await session.release();
      }
    });
  });
});

const white = (height: number, width: number): Float32Array =>
  Float32Array.from({ length: 3 * height * width }, (_, i) => 255 - channelMeans[Math.floor(i / (height * width))]!);
