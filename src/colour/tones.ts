/** How a canvas is shown: from its own space to 8-bit R, G, B. */
import { type ChannelMap, type ColourSpace, caffe, channelMeans, mapping, rgb } from './spaces.js';

/** Those that show a canvas by its space, whatever that is; the others are of three channels. */
export const photoTones = ['photo', 'firm', 'bold'] as const;

export const toneNames = ['raw', 'print', ...photoTones] as const;

/**
 * - `raw`: R, G, B are the canvas' own channels 0, 1, 2, from 0 to 1, as the original program showed its frames.
 * - `print`: mean/255 is added to each channel and B, G, R reversed: the original's finished picture, a pastel.
 * - `photo`: back to the photo's own space: for network space the mean is added, B, G, R reversed.
 * - `firm` and `bold`: the same at 1.25 and 2 times the distance from white, so that what is drawn lightly is seen.
 */
export type Tone = (typeof toneNames)[number];

/** How R, G and B of a picture are made of the channels of a canvas. */
export const toneMapping = (tone: Tone, space: ColourSpace): readonly ChannelMap[] => tones[tone](space);

const tones: Record<Tone, (space: ColourSpace) => readonly ChannelMap[]> = {
  raw: () => [0, 1, 2].map((channel) => ({ channel, scale: 255, offset: 0 })),
  print: () => [2, 1, 0].map((channel) => ({ channel, scale: 255, offset: channelMeans[channel]! })),
  photo: (space) => mapping(space, rgb),
  firm: (space) => furtherFromWhite(1.25, space),
  bold: (space) => furtherFromWhite(2, space),
};

const furtherFromWhite = (times: number, space: ColourSpace): readonly ChannelMap[] =>
  mapping(space, rgb).map(({ channel, scale, offset }) => ({
    channel,
    scale: times * scale,
    offset: times * offset + (1 - times) * 255,
  }));

/**
 * Shows a canvas.
 * @param canvas float32[3, H, W].
 * @param space its colours. Default: network space.
 * @returns 8-bit R, G, B, interleaved [H, W, 3]: rounded to the nearest (ties to even), clipped to 0 … 255.
 */
export function applyTone(canvas: Float32Array, tone: Tone, space: ColourSpace = caffe): Uint8Array {
  const count = canvas.length / space.length;
  // The clamped array rounds and clips as it is written.
  const shown = new Uint8ClampedArray(3 * count);
  toneMapping(tone, space).forEach(({ channel, scale, offset }, i) => {
    const addend = Math.fround(offset);
    for (let position = 0; position < count; position++) {
      // In float32, as appendTone computes.
      shown[3 * position + i] = Math.fround(Math.fround(scale * canvas[channel * count + position]!) + addend);
    }
  });
  return new Uint8Array(shown.buffer);
}
