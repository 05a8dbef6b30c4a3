/** Pictures as characters: each the upper half of its place, so that it shows two pixels, one above the other. */
import { lumaWeights, type Rgb } from '../../colour/spaces.js';
import type { Picture } from '../../image/picture.js';
import { fitLongestSide } from '../../image/resize.js';
import type { Block, Room } from './block.js';

/**
 * The picture made as small as it has to be to fit.
 * @param depth bits of a colour: 24, 8 (xterm's palette of 256), or fewer, which are none.
 */
export async function halfBlocks(picture: Picture, room: Room, depth: number): Promise<Block> {
  const { width, height } = picture;
  const scale = Math.min(1, room.columns / width, (2 * room.rows) / height);
  const small = await fitLongestSide(picture, Math.max(1, Math.floor(Math.max(width, height) * scale)));
  const rows = Math.ceil(small.height / 2);
  const row = depth >= 8 ? coloured(small, depth === 24 ? trueColour : ofPalette) : shaded(small);
  const lines = Array.from({ length: rows }, (_, y) => `${row(y)}\x1b[K\n`);
  return { rows, text: lines.join('') };
}

const luma = (colour: Rgb): number => colour.reduce((sum, value, i) => sum + lumaWeights[i]! * value, 0);

/** Of each row its characters, with the colours where they change. */
function coloured(picture: Picture, code: (colour: Rgb) => string): (row: number) => string {
  return (row) => {
    let text = '';
    let [above, below] = ['', ''];
    for (let x = 0; x < picture.width; x++) {
      const upper = `38;${code(pixel(picture, x, 2 * row)!)}`;
      const under = pixel(picture, x, 2 * row + 1);
      const lower = under ? `48;${code(under)}` : '49';
      const changed = [...(upper === above ? [] : [upper]), ...(lower === below ? [] : [lower])];
      text += `${changed.length > 0 ? `\x1b[${changed.join(';')}m` : ''}▀`;
      [above, below] = [upper, lower];
    }
    return `${text}\x1b[0m`;
  };
}

const trueColour = (colour: Rgb): string => `2;${colour.join(';')}`;

/** The nearest of the 6 × 6 × 6 colours and 24 greys of xterm's palette. */
function ofPalette(colour: Rgb): string {
  const steps = colour.map((value) => (value < 48 ? 0 : value < 115 ? 1 : Math.floor((value - 35) / 40)));
  const cube = steps.map((step) => (step === 0 ? 0 : 55 + 40 * step));
  const mean = colour.reduce((sum, value) => sum + value / 3, 0);
  const grey = Math.min(23, Math.max(0, Math.round((mean - 8) / 10)));
  const far = (other: readonly number[]) => colour.reduce((sum, value, i) => sum + (value - other[i]!) ** 2, 0);
  const level = 8 + 10 * grey;
  const [red, green, blue] = steps as [number, number, number];
  return `5;${far([level, level, level]) < far(cube) ? 232 + grey : 16 + 36 * red + 6 * green + blue}`;
}

/** Light of a light text on a dark terminal. */
const shades = ' ░▒▓█';

/** Without colours: of each row the mean light of two pixels, as a character that covers as much. */
function shaded(picture: Picture): (row: number) => string {
  return (row) =>
    Array.from({ length: picture.width }, (_, x) => {
      const upper = pixel(picture, x, 2 * row)!;
      const light = (luma(upper) + luma(pixel(picture, x, 2 * row + 1) ?? upper)) / 2;
      return shades[Math.round((light / 255) * (shades.length - 1))];
    }).join('');
}

function pixel({ width, height, rgb }: Picture, x: number, y: number): Rgb | undefined {
  const at = 3 * (y * width + x);
  return y < height ? [rgb[at]!, rgb[at + 1]!, rgb[at + 2]!] : undefined;
}
