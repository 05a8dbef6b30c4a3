/** Pictures as pictures, in the three ways that terminals take them. */
import { encodePng } from '../../image/encode-png.js';
import type { Picture, Size } from '../../image/picture.js';
import { fitLongestSide } from '../../image/resize.js';
import type { Block, Room } from './block.js';

/** Longest side in pixels that is sent; the terminal makes it as large as its place. */
const sent = 512;

/** A character in pixels, at the least: what is as large as its pixels then covers no more rows than it was given. */
const least = { width: 7, height: 14 };

/** The most of the room that has its shape, where a character is twice as high as it is wide. */
export function placeFor({ width, height }: Size, { columns, rows }: Room): Room {
  const scale = Math.min(columns / width, (2 * rows) / height);
  return {
    columns: Math.max(1, Math.round(width * scale)),
    rows: Math.max(1, Math.round((height * scale) / 2)),
  };
}

/**
 * https://sw.kovidgoyal.net/kitty/graphics-protocol: a PNG in pieces of 4096 characters. One of the same number takes the place of the one
 * before, so that a terminal keeps no more than one.
 */
export async function kitty(picture: Picture, room: Room): Promise<Block> {
  const { columns, rows } = placeFor(picture, room);
  const data = (await encodePng(await fitLongestSide(picture, sent))).toString('base64');
  const pieces = data.match(/.{1,4096}/g)!;
  const sequences = pieces.map((piece, i) => {
    const more = `m=${i + 1 < pieces.length ? 1 : 0}`;
    const keys = i === 0 ? `a=T,f=100,i=${process.pid},p=1,c=${columns},r=${rows},C=1,q=2,${more}` : `q=2,${more}`;
    return `\x1b_G${keys};${piece}\x1b\\`;
  });
  return inPlace(rows, sequences.join(''));
}

/** https://iterm2.com/documentation-images.html: a PNG. */
export async function iterm2(picture: Picture, room: Room): Promise<Block> {
  const { rows } = placeFor(picture, room);
  const png = await encodePng(await fitLongestSide(picture, sent));
  const keys = `inline=1;size=${png.length};height=${rows};preserveAspectRatio=1`;
  return inPlace(rows, `\x1b]1337;File=${keys}:${png.toString('base64')}\x07`);
}

/** Sixels: pixels of the screen, in 64 colours. */
export async function sixel(picture: Picture, room: Room): Promise<Block> {
  const { width, height } = picture;
  const scale = Math.min(1, (room.columns * least.width) / width, (room.rows * least.height) / height);
  const small = await fitLongestSide(picture, Math.max(1, Math.floor(Math.max(width, height) * scale)));
  const { default: encoder } = await import('sixel');
  const rows = Math.ceil(small.height / least.height);
  return inPlace(rows, encoder.image2sixel(withAlpha(small), small.width, small.height, 64));
}

/** Room is made by ends of lines, which leave a picture that is there until the new one is over it. Where the cursor is after a picture, in which terminals differ, does not matter. */
const inPlace = (rows: number, sequence: string): Block => ({
  rows,
  text: `${'\n'.repeat(rows)}\x1b[${rows}A\x1b7${sequence}\x1b8\x1b[${rows}B`,
});

function withAlpha({ width, height, rgb }: Picture): Uint8Array {
  const rgba = new Uint8Array(4 * width * height).fill(255);
  for (let i = 0; i < width * height; i++) rgba.set(rgb.subarray(3 * i, 3 * i + 3), 4 * i);
  return rgba;
}
