/** A sheet of white paper with pictures, frames and lines of text on it. */
import type { Picture, Size } from '../image/picture.js';
import { lettered, writableInPart } from '../media/strokes/lettering.js';

export interface Box extends Size {
  readonly left: number;
  readonly top: number;
}

/** A line of text, whose digits are `height` pixels high; what goes past `width` is left out. */
export interface Line extends Box {
  readonly text: string;
  /** Default: left. */
  readonly align?: 'left' | 'right' | undefined;
}

export interface Placed extends Box {
  readonly picture: Picture;
  /** Whether each of its pixels says something by itself, and stays a square where it is made larger. */
  readonly isMap?: boolean;
}

export interface Paper extends Size {
  /** Each is made as large as goes into its box, see {@link fitted}, and framed. */
  readonly pictures: readonly Placed[];
  /** Outlines in red on white, each with a word in its corner. */
  readonly marks: readonly (Box & { readonly text: string })[];
  readonly lines: readonly Line[];
}

const colours = { text: '#16213a', frame: '#bebebe', mark: '#d3201f' };

/** The place of a picture, which keeps its shape, in the middle of a box. */
export function fitted({ width, height }: Size, box: Box): Box {
  const scale = Math.min(box.width / width, box.height / height);
  const [across, down] = [width, height].map((side) => Math.max(1, Math.round(scale * side))) as [number, number];
  return {
    left: box.left + Math.floor((box.width - across) / 2),
    top: box.top + Math.floor((box.height - down) / 2),
    width: across,
    height: down,
  };
}

/** What is on it, as a picture. */
export async function printed({ width, height, pictures, marks, lines }: Paper): Promise<Picture> {
  const { default: sharp } = await import('sharp');
  const placed = [];
  const places = pictures.map((box) => fitted(box.picture, box));
  for (const [i, { picture, isMap }] of pictures.entries()) {
    const { left, top, width, height } = places[i]!;
    const input = await sharp(picture.rgb, { raw: rawOf(picture) })
      .resize(width, height, { fit: 'fill', kernel: isMap && width > picture.width ? 'nearest' : 'lanczos3' })
      .raw()
      .toBuffer();
    placed.push({ input, raw: rawOf({ width, height }), left, top });
  }
  const drawn = [
    ...places.map((box) => outline(box, colours.frame, 1)),
    ...marks.flatMap((box) => [outline(box, '#ffffff', 5), outline(box, colours.mark, 2)]),
    ...marks.flatMap(({ text, left, top, width }) => {
      const label: Line = { text, left: left + 6, top: top + 6, width, height: 12 };
      return [written(label, '#ffffff', 4), written(label, colours.mark)];
    }),
    ...lines.map((line) => written(line, colours.text)),
  ];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" fill="none">${drawn.join('')}</svg>`;
  const rgb = await sharp({ create: { width, height, channels: 3, background: '#ffffff' }, limitInputPixels: false })
    .composite([...placed, { input: Buffer.from(svg), left: 0, top: 0 }])
    .removeAlpha()
    .raw()
    .toBuffer();
  return { width, height, rgb };
}

const rawOf = ({ width, height }: Size) => ({ width, height, channels: 3 as const });

/** Just outside a box. */
const outline = ({ left, top, width, height }: Box, colour: string, thick: number): string =>
  `<rect x="${left - thick / 2}" y="${top - thick / 2}" width="${width + thick}" height="${height + thick}" stroke="${colour}" stroke-width="${thick}"/>`;

/** Letters as lines of a pen: where there are no fonts, and everywhere else, they are the same. @param more pixels that it is wider. */
function written({ text, left, top, width, height, align = 'left' }: Line, colour: string, more = 0): string {
  const points = lettered(writableInPart(text), { left: 0, top, height, most: width });
  const xs = points.filter((_, i) => i % 2 === 0);
  const from = align === 'left' ? left : left + width - Math.max(0, ...xs);
  const curves = Array.from({ length: points.length / 6 }, (_, i) => {
    const [x0, y0, x1, y1, x2, y2] = points.slice(6 * i, 6 * i + 6).map((value) => value.toFixed(2));
    return `M${x0} ${y0}Q${x1} ${y1} ${x2} ${y2}`;
  });
  return `<path transform="translate(${from.toFixed(2)})" d="${curves.join('')}" stroke="${colour}" stroke-width="${(0.13 * height + more).toFixed(2)}" stroke-linecap="round" stroke-linejoin="round"/>`;
}
