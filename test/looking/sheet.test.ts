import { expect, test } from '@jest/globals';
import { channelFigures } from '../../src/looking/figures.js';
import type { Look } from '../../src/looking/look.js';
import { channelMap, gramMap } from '../../src/looking/maps.js';
import { fitted } from '../../src/looking/paper.js';
import { lookSheet } from '../../src/looking/sheet.js';

const size = { width: 8, height: 6 };
const photo = { ...size, rgb: new Uint8Array(3 * 48).fill(90) };
const activation = {
  values: Float32Array.from({ length: 3 * 12 }, (_, i) => (i < 12 ? -i : i % 5)),
  shape: [3, 3, 4] as const,
};
const channels = channelFigures(activation);
const seen: Look = {
  ...{ photo, activation, channels, layer: 'block1_conv1', weights: 'seeded:1', network: undefined, provider: 'cpu' },
  gram: Float32Array.of(4, 1, 0, 1, 16, 4, 0, 4, 1),
  excited: undefined,
};

test('a map is white at 0, full ink at the greatest value, red below 0; between them are roots', () => {
  const values = Float32Array.of(0, 1, 4, -1, -4, 4);
  const figures = channelFigures({ values, shape: [2, 1, 3] });
  const levels = (channel: number) => {
    const { rgb } = channelMap({ values, shape: [2, 1, 3] }, figures.find((one) => one.channel === channel)!);
    return [0, 1, 2].map((i) => [...rgb.subarray(3 * i, 3 * i + 3)]);
  };
  expect(levels(0)).toEqual([
    [255, 255, 255],
    [136, 140, 152],
    [16, 24, 48],
  ]);
  expect(levels(1)).toEqual([
    [216, 144, 140],
    [176, 32, 24],
    [16, 24, 48],
  ]);
});

test('a Gram matrix has its channels in their order, and full ink where two different ones act together most', () => {
  const { rgb, ...sides } = gramMap(seen.gram, [{ channel: 1 }, { channel: 2 }, { channel: 0 }]);
  expect(sides).toEqual({ width: 3, height: 3 });
  const reds = Array.from({ length: 9 }, (_, i) => rgb[3 * i]);
  const [full, half, none] = [16, 136, 255];
  expect(reds).toEqual([full, full, half, full, half, none, half, none, full]);
});

/** Whether a part of a sheet has something on it. */
const isMarked = ({ width, rgb }: { width: number; rgb: Uint8Array }, left: number, top: number, side = 40) =>
  Array.from({ length: side }, (_, y) =>
    rgb.subarray(3 * ((top + y) * width + left), 3 * ((top + y) * width + left + side)),
  )
    .flatMap((row) => [...row])
    .some((level) => level < 200);

test('the sheet of a layer has its title, the photo, the matrix and channels on white paper, as many as asked for', async () => {
  const sheet = await lookSheet(seen, { title: 'Müller & Söhne.png', channels: 2 });
  expect(sheet.width).toBe(1680);
  expect(isMarked(sheet, 0, 0, 56)).toBe(false);
  expect(isMarked(sheet, 60, 60)).toBe(true);
  expect([...sheet.rgb.subarray(3 * (400 * 1680 + 300), 3 * (400 * 1680 + 301))]).toEqual([90, 90, 90]);
  const all = await lookSheet(seen, { title: 'x' });
  expect(isMarked(all, 600, all.height - 250, 100)).toBe(true);
  expect(isMarked(sheet, 600, sheet.height - 250, 100)).toBe(false);
});

test('that of a channel has what it likes, and the patches, marked in the photo', async () => {
  const liked = { picture: photo, mean: { before: 1, after: 2 } };
  const patches = [{ left: 2, top: 2, side: 2, at: { x: 1, y: 1 }, value: 4 }];
  const sheet = await lookSheet({ ...seen, excited: { ...channels[0]!, liked, patches } }, { title: 'x' });
  const scale = 768 / 8;
  const [x, y] = [60 + 2 * scale, 170 + 3 * scale];
  expect([...sheet.rgb.subarray(3 * (y * 1680 + x - 1), 3 * (y * 1680 + x))]).toEqual([0xd3, 0x20, 0x1f]);
});

test('a picture keeps its shape in its box, in the middle; a strip makes no endless sheet', async () => {
  const box = { left: 10, top: 20, width: 60, height: 30 };
  expect(fitted({ width: 4, height: 2 }, box)).toEqual(box);
  expect(fitted({ width: 1, height: 2 }, box)).toEqual({ ...box, left: 32, width: 15 });
  expect(fitted({ width: 600, height: 2 }, box)).toEqual({ ...box, top: 34, height: 1 });
  const strip = { width: 1, height: 900, rgb: new Uint8Array(2700) };
  expect((await lookSheet({ ...seen, photo: strip }, { title: 'x' })).height).toBeLessThan(3000);
});
