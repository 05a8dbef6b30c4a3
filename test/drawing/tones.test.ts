import { describe, expect, test } from '@jest/globals';
import { appendTone, applyTone, toneNames } from '../../src/drawing/tones.js';
import { encodeModel, Graph } from '../../src/onnx/index.js';
import { openSession, Tensor } from '../../src/runtime/session.js';
import { channelMeans, toNetworkSpace } from '../../src/vgg19/preprocessing.js';
import { uniforms } from '../support/random.js';

describe('applyTone', () => {
  test('photo is the way back from network space', () => {
    const rgb = Uint8Array.from({ length: 3 * 256 }, (_, i) => (i * 37) % 256);
    expect(applyTone(toNetworkSpace(rgb), 'photo')).toEqual(rgb);
  });

  test('raw shows channels 0, 1, 2 as R, G, B, from 0 to 1', () => {
    expect(Array.from(applyTone(Float32Array.of(0, 0.5, 1), 'raw'))).toEqual([0, 128, 255]);
  });

  test('print adds the mean and reverses the channels', () => {
    // mean/255 = 0.4076, 0.4580, 0.4850 of B, G, R.
    expect(Array.from(applyTone(Float32Array.of(0, 0, 0), 'print'))).toEqual([124, 117, 104]);
    expect(Array.from(applyTone(Float32Array.of(0.25, 0.5, 1), 'print'))).toEqual([255, 244, 168]);
  });

  test('what lies outside is clipped', () => {
    expect(Array.from(applyTone(Float32Array.of(-1, 2, 151), 'raw'))).toEqual([0, 255, 255]);
  });
});

test.each(toneNames)('appendTone gives the bytes of applyTone: %s', async (tone) => {
  const [height, width] = [251, 7];
  const shape = [1, 3, height, width];
  const graph = new Graph('tone');
  graph.output(appendTone(graph, graph.input('canvas', 'float32', shape), tone), 'frame');
  const session = await openSession(encodeModel(graph));
  const scale = tone === 'photo' ? 255 : 1;
  // Values inside the range and outside, and those in the middle between two grey levels.
  const canvas = Float32Array.from(uniforms(shape, -0.6 * scale, 1.1 * scale));
  for (let level = 0; level < 255; level++) {
    [0, 1, 2].forEach((channel) => {
      const mean = tone === 'raw' ? 0 : channelMeans[channel]!;
      canvas[channel * height * width + level] = ((level + 0.5 - mean) * scale) / 255;
    });
  }
  const { frame } = await session.run({ canvas: new Tensor('float32', canvas, shape) });
  expect(frame!.dims).toEqual([height, width, 3]);
  expect(frame!.data).toEqual(applyTone(canvas, tone));
});
