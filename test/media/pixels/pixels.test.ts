import { expect, test } from '@jest/globals';
import { caffe } from '../../../src/colour/spaces.js';
import { applyTone } from '../../../src/colour/tones.js';
import { madeInGraph } from '../../../src/media/medium.js';
import { pixels } from '../../../src/media/pixels/pixels.js';
import type { Bound } from '../../../src/media/pixels/spec.js';
import { encodeModel, Graph } from '../../../src/onnx/index.js';
import { openSession, Tensor } from '../../../src/runtime/session.js';

const size = { height: 2, width: 3 };

test.each([
  ['white', 255],
  ['black', 0],
] as const)('%s paper is that in the photo', (start, level) => {
  const { pixels: canvas } = pixels({ start, lower: 'black', upper: 'white' }).start(size);
  expect(applyTone(canvas!, 'photo')).toEqual(new Uint8Array(18).fill(level));
});

test('the canvas is its parameter', () => {
  const medium = pixels({ start: 'white', lower: 'black', upper: 'white' });
  expect(medium.slots(size)).toEqual({ pixels: [1, 3, 2, 3] });
  expect(madeInGraph(medium).append(new Graph('none'), { pixels: 'pixels' }, size)).toBe('pixels');
});

test.each<[Bound, Bound, number[], number[]]>([
  [0, 1, [0, 0, 0], [1, 1, 1]],
  ['black', 'white', [-103.939, -116.779, -123.68], [255 - 103.939, 255 - 116.779, 255 - 123.68]],
])(
  "values are kept from %p to %p: numbers, or the ends of the photo's range",
  async (lower, upper, least, greatest) => {
    const graph = new Graph('constrained');
    const given = graph.input('given', 'float32', [1, 3, 1, 2]);
    const medium = pixels({ start: 'white', lower, upper });
    graph.output(medium.constrain(graph, { pixels: given }).pixels!, 'kept');
    const session = await openSession(encodeModel(graph));
    const values = caffe.flatMap(() => [-1e4, 1e4]);
    const { kept } = await session.run({ given: new Tensor('float32', values, [1, 3, 1, 2]) });
    await session.release();
    expect(kept!.data).toEqual(Float32Array.from([0, 1, 2].flatMap((c) => [least[c]!, greatest[c]!])));
  },
);
