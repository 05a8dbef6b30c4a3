import { expect, test } from '@jest/globals';
import { channelMeans } from '../../src/colour/spaces.js';
import { applyTone } from '../../src/colour/tones.js';
import { findLayer } from '../../src/networks/vgg19/layers.js';
import { loadWeights } from '../../src/networks/vgg19/weights/load.js';
import { biasCorrection, encodeModel, type Graph } from '../../src/onnx/index.js';
import { evalModel, iterationModel, optimizerModel, trainingModel } from '../../src/outputs/models.js';
import { openSession, Tensor } from '../../src/runtime/session.js';
import { uniforms } from '../support/random.js';

const site = { layer: findLayer('block2_conv1'), height: 20, width: 31 };
const adam = { beta1: 0.8, beta2: 0.99, epsilon: 1e-6 };
const canvas = { lower: 'black', upper: 40 } as const;
const shape = [1, 3, site.height, site.width];

test('the iteration model computes what training and optimizer model compute one after the other, and the frame', async () => {
  const { data } = await loadWeights('seeded', site.layer);
  const externalData = [{ path: 'vgg19.weights', data: new Uint8Array(data.buffer) }];
  const run = async (graph: Graph, feeds: Record<string, Tensor>) => {
    const session = await openSession(encodeModel(graph), { externalData });
    const { inputNames } = session;
    const given = Object.fromEntries(Object.entries(feeds).filter(([name]) => inputNames.includes(name)));
    const results = await session.run(given);
    await session.release();
    return results as Record<string, Tensor>;
  };
  const values = (low: number, high: number) =>
    new Tensor('float32', Float32Array.from(uniforms(shape, low, high)), shape);
  const state = { pixels: values(-100, 100), exp_avg: values(-2, 2), exp_avg_sq: values(0, 9) };
  const { activation } = await run(evalModel(site), { pixels: values(-100, 100) });
  const { size, scale } = biasCorrection(8, 3, adam);
  const trained = await run(trainingModel(site), { ...state, target: activation! });
  const stepped = await run(optimizerModel(site, adam), {
    ...state,
    pixels_grad: trained.pixels_grad!,
    step: new Tensor('int64', [7n], []),
    learning_rate: new Tensor('float32', [3], []),
    lower: new Tensor(
      'float32',
      channelMeans.map((mean) => -mean),
      [1, 3, 1, 1],
    ),
    upper: new Tensor('float32', [40, 40, 40], [1, 3, 1, 1]),
  });
  const iterated = await run(iterationModel(site, { adam, canvas, tone: 'print' }), {
    ...state,
    target: activation!,
    step_size: new Tensor('float32', [size], []),
    second_moment_scale: new Tensor('float32', [scale], []),
  });

  expect(iterated.loss!.data).toEqual(trained.loss!.data);
  for (const name of ['pixels_out', 'exp_avg_out', 'exp_avg_sq_out']) {
    const [actual, expected] = [iterated[name]!.data, stepped[name]!.data] as Float32Array[];
    // The correction of the bias is computed in float64 here and in float32 there.
    expect(actual!.every((value, i) => Math.abs(value - expected![i]!) <= 1e-5)).toBe(true);
  }
  expect(iterated.frame!.dims).toEqual([site.height, site.width, 3]);
  expect(iterated.frame!.data).toEqual(applyTone(iterated.pixels_out!.data as Float32Array, 'print'));
});

test('an iteration takes nothing but its state, the target and two numbers', () => {
  const graph = iterationModel(site);
  expect(graph.inputs).toEqual(['pixels', 'target', 'exp_avg', 'exp_avg_sq', 'step_size', 'second_moment_scale']);
  expect(graph.outputs).toEqual(['loss', 'pixels_out', 'exp_avg_out', 'exp_avg_sq_out', 'frame']);
  expect(graph.type('frame')).toEqual({ dtype: 'uint8', shape: [20, 31, 3] });
});
