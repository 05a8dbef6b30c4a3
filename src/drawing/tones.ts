/** How a canvas is shown: from network space to 8-bit R, G, B. */
import { channelMeans } from '../vgg19/preprocessing.js';

export const toneNames = ['raw', 'print', 'photo'] as const;

/**
 * - `raw`: R, G, B are the canvas' own channels 0, 1, 2, from 0 to 1, as the original program showed its frames.
 * - `print`: mean/255 is added to each channel and B, G, R reversed: the original's finished picture, a pastel.
 * - `photo`: back to the photo's own space: the mean is added, B, G, R reversed.
 */
export type Tone = (typeof toneNames)[number];

/** For R, G, B of a picture: the canvas channel it is taken from, a factor and an offset. */
export const toneMappings: Record<Tone, readonly { channel: number; scale: number; offset: number }[]> = {
  raw: [0, 1, 2].map((channel) => ({ channel, scale: 255, offset: 0 })),
  print: [2, 1, 0].map((channel) => ({ channel, scale: 255, offset: channelMeans[channel]! })),
  photo: [2, 1, 0].map((channel) => ({ channel, scale: 1, offset: channelMeans[channel]! })),
};

/**
 * Shows a canvas.
 * @param canvas float32[3, H, W], network space.
 * @returns 8-bit R, G, B, interleaved [H, W, 3]: rounded to the nearest (ties to even), clipped to 0 … 255.
 */
export function applyTone(canvas: Float32Array, tone: Tone): Uint8Array {
  const count = canvas.length / 3;
  // The clamped array rounds and clips as it is written.
  const rgb = new Uint8ClampedArray(canvas.length);
  toneMappings[tone].forEach(({ channel, scale, offset }, i) => {
    const addend = Math.fround(offset);
    for (let position = 0; position < count; position++) {
      // In float32, as appendTone computes.
      rgb[3 * position + i] = Math.fround(Math.fround(scale * canvas[channel * count + position]!) + addend);
    }
  });
  return new Uint8Array(rgb.buffer);
}
