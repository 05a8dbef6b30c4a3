/** How a drawing lies in its video: alone, beside its photo, or on paper of a phone's shape. */
import type { Rgb } from '../colour/spaces.js';
import { fittedSize } from '../image/fitted-size.js';
import { paste, plain } from '../image/paste.js';
import type { Picture, Size } from '../image/picture.js';
import { fitLongestSide } from '../image/resize.js';

/** Shapes that are asked for, as width and height at the most: what phones show, and take. */
export const shapes = {
  portrait: { width: 1080, height: 1920 },
  square: { width: 1080, height: 1080 },
} as const satisfies Readonly<Record<string, Size>>;
export type Shape = keyof typeof shapes;

export interface FramingChoice {
  /** Whether the photo is seen, too. */
  readonly beside?: boolean | undefined;
  /** Default: that of what is shown. */
  readonly shape?: Shape | undefined;
}

export interface Place extends Size {
  readonly left: number;
  readonly top: number;
}

/** Where things lie, in pixels of the video. */
export interface Framing extends Size {
  readonly drawing: Place;
  readonly photo?: Place | undefined;
}

/** What lies between photo and drawing, and round them on a page, in parts of the drawing's longer side. */
const gutterOf = ({ width, height }: Size): number => even(Math.max(width, height) / 40);

/** The next even number. */
const even = (side: number): number => 2 * Math.round(side / 2);

/**
 * A drawing of that size as it was chosen; undefined where it is shown as it is. Nothing is enlarged. With a shape photo and drawing lie above
 * each other where they are larger so.
 */
export function framingOf(size: Size, { beside = false, shape }: FramingChoice): Framing | undefined {
  if (!beside && !shape) return undefined;
  const ways = beside ? (shape ? [inRow(size), inColumn(size)] : [inRow(size)]) : [alone(size)];
  if (!shape) return ways[0]!;
  const fitted = ways.map((way) => placed(way, shapes[shape]));
  return fitted.toSorted((a, b) => share(b) - share(a))[0]!;
}

/** What part of the video the drawing is. */
const share = ({ width, height, drawing }: Framing): number => (drawing.width * drawing.height) / (width * height);

const alone = ({ width, height }: Size): Framing => ({ width, height, drawing: { left: 0, top: 0, width, height } });

function inRow({ width, height }: Size): Framing {
  const gutter = gutterOf({ width, height });
  const drawing = { left: width + gutter, top: 0, width, height };
  return { width: 2 * width + gutter, height, drawing, photo: { ...drawing, left: 0 } };
}

function inColumn({ width, height }: Size): Framing {
  const gutter = gutterOf({ width, height });
  const drawing = { left: 0, top: height + gutter, width, height };
  return { width, height: 2 * height + gutter, drawing, photo: { ...drawing, top: 0 } };
}

/** It in the middle of the smallest page of that shape; made smaller where that is larger than may be. */
function placed({ drawing, photo, ...shown }: Framing, most: Size): Framing {
  const margin = gutterOf(drawing);
  const [width, height] = [shown.width + 2 * margin, shown.height + 2 * margin];
  const scale = Math.min(1, most.width / width, most.height / height);
  const page = {
    width: Math.max(2, even(scale * Math.max(width, (height * most.width) / most.height))),
    height: Math.max(2, even(scale * Math.max(height, (width * most.height) / most.width))),
  };
  const [left, top] = [(page.width - scale * width) / 2, (page.height - scale * height) / 2];
  const size = fittedSize(drawing, Math.round(scale * Math.max(drawing.width, drawing.height)));
  const within = (at: number, side: number, whole: number) => Math.max(0, Math.min(Math.round(at), whole - side));
  const moved = (place: Place): Place => ({
    ...size,
    left: within(left + scale * (margin + place.left), size.width, page.width),
    top: within(top + scale * (margin + place.top), size.height, page.height),
  });
  return { ...page, drawing: moved(drawing), photo: photo && moved(photo) };
}

/** Makes frames of a video of those of a drawing. */
export interface Mount extends Size {
  /** @param rgb of the drawing. @returns that of the video, in an array that is used again for the next one. */
  mounted(rgb: Uint8Array): Promise<Uint8Array>;
}

/**
 * @param size of the drawing. @param paper what lies round it.
 * @param photo of the drawing's size, where the framing has one.
 */
export async function mountOf(framing: Framing, size: Size, paper: Rgb, photo?: Picture): Promise<Mount> {
  const { width, height, drawing } = framing;
  const page = plain(width, height, paper);
  const lay = async (picture: Picture, place: Place): Promise<void> =>
    paste(page, await fitLongestSide(picture, Math.max(place.width, place.height)), place);
  if (photo && framing.photo) await lay(photo, framing.photo);
  return {
    width,
    height,
    async mounted(rgb) {
      await lay({ ...size, rgb }, drawing);
      return page.rgb;
    },
  };
}
