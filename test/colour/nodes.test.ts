import { expect, test } from '@jest/globals';
import { appendTone } from '../../src/colour/nodes.js';
import { caffe, channelMeans } from '../../src/colour/spaces.js';
import { applyTone, toneNames } from '../../src/colour/tones.js';
import { encodeModel, Graph } from '../../src/onnx/index.js';
import { openSession, Tensor } from '../../src/runtime/session.js';
import { uniforms } from '../support/random.js';

test.each(toneNames)('appendTone gives the bytes of applyTone: %s', async (tone) => {
  const [height, width] = [251, 7];
  const shape = [1, 3, height, width];
  const graph = new Graph('tone');
  graph.output(appendTone(graph, graph.input('canvas', 'float32', shape), caffe, tone), 'frame');
  const session = await openSession(encodeModel(graph));
  const scale = ['photo', 'bold'].includes(tone) ? 255 : 1;
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
