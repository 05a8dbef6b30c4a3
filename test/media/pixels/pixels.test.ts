import { describe, expect, test } from '@jest/globals';
import { caffe, colourIn, toSpace } from '../../../src/colour/spaces.js';
import { applyTone } from '../../../src/colour/tones.js';
import { madeInGraph } from '../../../src/media/medium.js';
import { pixels } from '../../../src/media/pixels/pixels.js';
import { type Bound, spaceOf } from '../../../src/media/pixels/spec.js';
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

describe.each(['rgb', 'grey'] as const)('a canvas of %s', (colours) => {
  const range = { lower: 'black', upper: 'white', colours } as const;
  const space = spaceOf(colours);

  test('may begin as the photo', () => {
    const photo = Uint8Array.from({ length: 18 }, (_, i) => 13 * i);
    const medium = pixels({ ...range, start: 'photo', paper: 'black' });
    expect(medium.startsFromPhoto).toBe(true);
    expect(medium.start(size, photo).pixels).toEqual(toSpace(photo, space));
  });

  test('may begin as noise round its paper: the same every time, even, and each value by itself', () => {
    const medium = pixels({ ...range, start: 'noise', paper: '#306090' });
    expect(medium.startsFromPhoto).toBe(false);
    const large = { height: 60, width: 70 };
    const { pixels: canvas } = medium.start(large);
    expect(medium.start(large).pixels).toEqual(canvas);
    const paper = colourIn(space, [0x30, 0x60, 0x90]);
    const noise = canvas!.map((value, i) => value - paper[Math.floor(i / 4200)]!);
    const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.max(...noise.map(Math.abs))).toBeLessThanOrEqual(20.001);
    // Of 4,200 values or more that are even from -20 to 20 the mean is within 0.18 of 0, and that of the squares within 1.8 of 400 / 3.
    expect(Math.abs(mean(noise))).toBeLessThan(4 * 0.18);
    expect(Math.abs(mean(noise.map((value) => value ** 2)) - 400 / 3)).toBeLessThan(4 * 1.9);
    expect(Math.abs(mean(noise.subarray(1).map((value, i) => value * noise[i]!)))).toBeLessThan(4 * 2.1);
  });
});

test('the first values of noise are those that they were', () => {
  const { pixels: canvas } = pixels({ start: 'noise', paper: 'black', colours: 'grey', lower: 0, upper: 255 }).start(
    size,
  );
  expect([...canvas!]).toEqual([8.875, 7.20703125, -13.06640625, -11.0625, -6.328125, 15.4375]);
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
