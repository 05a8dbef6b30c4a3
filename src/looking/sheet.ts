/** What a network sees, as a sheet to look at: of a layer, or of one of its channels. */
import { basename } from 'node:path';
import type { Picture, Size } from '../image/picture.js';
import type { ExcitedChannel, Look } from './look.js';
import { channelMap, gramMap } from './maps.js';
import { type Box, fitted, type Line, type Paper, printed } from './paper.js';
import { cutOut, type Patch } from './patches.js';

/** Lengths in pixels. */
const page = { width: 1680, margin: 60, gap: 24 };
const inner = page.width - 2 * page.margin;
const letters = { title: 30, text: 15, caption: 12 };
/** What the title takes, a caption below its picture, and a line above the channels. */
const room = { title: 110, caption: 44, line: 36 };

/** Width by height of a box for a picture: its own, but that no sheet of a strip gets too long, or too low for words. */
const aspectOf = ({ width, height }: Size): number => Math.min(3, Math.max(1 / 3, width / height));

/** How many channels a sheet of a layer shows, where nobody says. */
export const shownChannels = 24;

/** How many it may show: more would be too long for some formats of pictures. */
export const mostChannels = 128;

export interface SheetOptions {
  /** What the photo is called. */
  readonly title: string;
  /** How many channels are shown, the strongest: 1 to {@link mostChannels}. Default: {@link shownChannels}. */
  readonly channels?: number | undefined;
}

/** The photo, the Gram matrix and the strongest channels; of a look at one channel, what excites that. */
export const lookSheet = async (look: Look, options: SheetOptions): Promise<Picture> =>
  printed(look.excited ? channelPaper(look, look.excited, options) : layerPaper(look, options));

function layerPaper(look: Look, { title, channels: count = shownChannels }: SheetOptions): Paper {
  const { photo, channels, gram, activation } = look;
  const aspect = aspectOf(photo);
  // Photo and matrix, side by side, are as high as each other.
  const side = Math.round((inner - page.gap) / (aspect + 1));
  const [left, right] = sideBySide(page.margin + room.title, side, inner - page.gap - side, side);
  const shown = channels.slice(0, Math.min(count, mostChannels));
  const begin = left.top + side + room.caption + room.line;
  const columns = aspect >= 1 ? 6 : 8;
  const cell = (inner - (columns - 1) * page.gap) / columns;
  const boxes = grid(
    shown.length,
    columns,
    { left: page.margin, top: begin, width: inner },
    { width: cell, height: Math.round(cell / aspect) },
  );
  const which = shown.length < channels.length ? `the ${shown.length} strongest channels` : 'its channels';
  return {
    width: page.width,
    height: bottomOf(boxes),
    pictures: [
      { ...left, picture: photo },
      { ...right, picture: gramMap(gram, channels), isMap: true },
      ...boxes.map((box, i) => ({ ...box, picture: channelMap(activation, shown[i]!), isMap: true })),
    ],
    marks: [],
    lines: [
      ...heading(look, look.layer),
      below(left, photoCaption(look, title)),
      below(right, 'gram matrix, by strength of channels'),
      {
        ...{ left: page.margin, top: begin - room.line + 4, width: inner, height: letters.text },
        text: `${which}, each from white, 0, to its greatest: number, mean, share of zeros`,
      },
      ...boxes.flatMap((box, i) => {
        const { channel, mean, zeros } = shown[i]!;
        return [below(box, `${channel}`), below(box, `${figure(mean)}, ${percent(zeros)}`, 'right')];
      }),
    ],
  };
}

function channelPaper(look: Look, excited: ExcitedChannel, { title }: SheetOptions): Paper {
  const { photo, activation } = look;
  const { channel, mean, zeros, max, liked, patches } = excited;
  const half = (inner - page.gap) / 2;
  const heightOf = (size: Size) => Math.round(half / aspectOf(size));
  const [left, right] = sideBySide(page.margin + room.title, heightOf(photo), half, half);
  const place = fitted(photo, left);
  const next = left.top + left.height + room.caption + page.gap;
  const [drawn, found] = sideBySide(next, heightOf(liked.picture), half, half);
  // Three rows with their captions are as high as the picture with its own.
  const cell = Math.floor((drawn.height - 2 * room.caption) / 3);
  const boxes = grid(patches.length, 3, found, { width: Math.min(cell, half / 3 - page.gap), height: cell });
  return {
    width: page.width,
    height: bottomOf([drawn]),
    pictures: [
      { ...left, picture: photo },
      { ...right, picture: channelMap(activation, excited), isMap: true },
      { ...drawn, picture: liked.picture },
      ...boxes.map((box, i) => ({ ...box, picture: cutOut(photo, patches[i]!) })),
    ],
    marks: patches.map((patch, i) => ({ ...within(place, patch, place.width / photo.width), text: `${i + 1}` })),
    lines: [
      ...heading(look, `${look.layer}, channel ${channel}`),
      below(left, `${photoCaption(look, title)}, and what of it excites the channel most`),
      below(right, `mean ${figure(mean)}, ${percent(zeros)} zeros, greatest ${figure(max)}`),
      below(drawn, `drawn from noise to excite it: mean ${figure(liked.mean.after)}`),
      ...boxes.flatMap((box, i) => [below(box, `${i + 1}`), below(box, figure(patches[i]!.value), 'right')]),
    ],
  };
}

/** What of a square of a picture lies in it, where the picture is so many times as large. */
function within(box: Box, { left, top, side }: Patch, scale: number): Box {
  const ends = (from: number, room: number) =>
    [from, from + side].map((at) => Math.round(Math.min(Math.max(0, at * scale), room))) as [number, number];
  const [[x0, x1], [y0, y1]] = [ends(left, box.width), ends(top, box.height)];
  return { left: box.left + x0, top: box.top + y0, width: x1 - x0, height: y1 - y0 };
}

function heading({ weights, network, activation, provider }: Look, title: string): Line[] {
  const [channels, height, width] = activation.shape;
  const sees = network ? `network ${basename(network)}` : `vgg-19, weights ${basename(weights)}`;
  const full = { left: page.margin, width: inner };
  return [
    { ...full, top: page.margin, height: letters.title, text: title },
    {
      ...full,
      top: page.margin + letters.title + 26,
      height: letters.text,
      text: `${sees}: ${channels} channels of ${width} x ${height}, computed on ${provider}`,
    },
  ];
}

const photoCaption = ({ photo }: Look, title: string): string => `${title}, ${photo.width} x ${photo.height} pixels`;

function sideBySide(top: number, height: number, first: number, second: number): [Box, Box] {
  const width = Math.floor(second);
  return [
    { left: page.margin, top, width: Math.floor(first), height },
    { left: page.width - page.margin - width, top, width, height },
  ];
}

/** Boxes in rows, as wide as there is room, each with room for a caption below it. */
function grid(
  count: number,
  columns: number,
  { left, top, width: across }: Pick<Box, 'left' | 'top' | 'width'>,
  { width, height }: Size,
): Box[] {
  const step = (across - width) / (columns - 1);
  return Array.from({ length: count }, (_, i) => ({
    left: Math.round(left + (i % columns) * step),
    top: top + Math.floor(i / columns) * (height + room.caption),
    width: Math.floor(width),
    height,
  }));
}

/** Where a sheet ends. */
const bottomOf = (boxes: readonly Box[]): number =>
  Math.max(...boxes.map(({ top, height }) => top + height)) + room.caption + page.margin - page.gap;

const below = ({ left, top, width, height }: Box, text: string, align?: Line['align']): Line => ({
  ...{ left, width, text, align },
  top: top + height + 12,
  height: letters.caption,
});

/** Numbers as captions have them. */
const figure = (value: number): string =>
  Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
const percent = (share: number): string => `${(100 * share).toFixed(0)}%`;
