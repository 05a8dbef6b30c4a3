import { expect, test } from '@jest/globals';
import { decode } from 'sixel';
import { iterm2, kitty, placeFor, sixel } from '../../../src/commands/preview/graphics.js';
import { readPhoto } from '../../../src/image/photo.js';
import { openTerminal } from '../../support/terminal.js';

const [width, height] = [60, 40];
const rgb = Uint8Array.from({ length: 3 * width * height }, (_, i) => (i % 3 === 0 ? 255 : (i / 29) % 256));
const picture = { width, height, rgb };
const room = { columns: 30, rows: 20 };

const visible = (text: string): string => text.replaceAll('\x1b', '␛').replaceAll('\x07', '␇');

test.each([
  ['kitty', kitty, 10],
  ['iterm2', iterm2, 10],
  ['sixel', sixel, 3],
] as const)('%s: it takes its rows, wherever the terminal leaves the cursor', async (_, render, taken) => {
  const { rows, text } = await render(picture, room);
  expect(rows).toBe(taken);
  for (const above of [0, 12]) {
    const terminal = openTerminal(40, 16);
    await terminal.write(`${'above\n'.repeat(above)}${text}below`);
    expect(terminal.lines().filter((line) => line !== '')).toEqual([
      ...Array(Math.min(15 - taken, above)).fill('above'),
      'below',
    ]);
  }
});

test('kitty: a PNG in pieces, which replaces the one before', async () => {
  const noise = Uint8Array.from({ length: 3 * 100 * 80 }, (_, i) => (i * i * 7919) >> 3);
  const { text } = await kitty({ width: 100, height: 80, rgb: noise }, room);
  const pieces = [...visible(text).matchAll(/␛_G([^;]*);([^␛]*)␛\\/g)];
  expect(pieces.length).toBeGreaterThan(2);
  expect(pieces[0]![1]).toBe(`a=T,f=100,i=${process.pid},p=1,c=30,r=12,C=1,q=2,m=1`);
  expect(pieces.slice(1).map(([, keys]) => keys)).toEqual([...Array(pieces.length - 2).fill('q=2,m=1'), 'q=2,m=0']);
  for (const [, , piece] of pieces) expect(piece!.length).toBeLessThanOrEqual(4096);
  const png = Buffer.from(pieces.map(([, , piece]) => piece).join(''), 'base64');
  expect((await readPhoto(png)).rgb).toEqual(noise);
});

test('iTerm2: a PNG', async () => {
  const { text } = await iterm2(picture, room);
  const [, size, data] = /␛\]1337;File=inline=1;size=(\d+);height=10;preserveAspectRatio=1:([^␇]*)␇/.exec(
    visible(text),
  )!;
  const png = Buffer.from(data!, 'base64');
  expect(png.length).toBe(Number(size));
  expect((await readPhoto(png)).rgb).toEqual(rgb);
});

test('sixels are the picture, as high as its rows at the most', async () => {
  const { text, rows } = await sixel(picture, { columns: 30, rows: 2 });
  expect(rows).toBe(2);
  const [, data] = /␛P([^␛]*)␛\\/.exec(visible(text))!;
  const drawn = decode(data!.slice(data!.indexOf('q') + 1));
  expect([drawn.width, drawn.height]).toEqual([42, 28]);
  const reds = [...new Uint8Array(drawn.data32.buffer)].filter((_, i) => i % 4 === 0);
  expect(Math.min(...reds)).toBeGreaterThan(245);
});

test.each([
  [
    { width: 100, height: 100 },
    { columns: 30, rows: 15 },
  ],
  [
    { width: 100, height: 1000 },
    { columns: 4, rows: 20 },
  ],
  [
    { width: 1000, height: 1 },
    { columns: 30, rows: 1 },
  ],
])('%j fills %j', (size, place) => {
  expect(placeFor(size, room)).toEqual(place);
});
