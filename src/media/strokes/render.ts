/** Pictures of strokes, at any size: strokes have no pixels. */
import { rgb } from '../../colour/spaces.js';
import { applyTone } from '../../colour/tones.js';
import type { Picture, Size } from '../../image/picture.js';
import { marksOf } from './parameters.js';
import { transmit } from './raster.js';
import { finalSoftness } from './rounds.js';
import type { Strokes } from './strokes.js';

/**
 * Draws strokes as the finished drawing shows them.
 * @param to pixels, of the drawing's aspect. Default: the drawing's own size.
 */
export function renderStrokes({ size, paper, kind, ...drawn }: Strokes, to: Size = size): Picture {
  const { width, height } = to;
  const scale = Math.max(width, height) / Math.max(size.width, size.height);
  const scaled = {
    ...drawn,
    points: drawn.points.map((value) => value * scale),
    width: drawn.width.map((value) => value * scale),
  };
  const canvas = new Float32Array(3 * width * height);
  transmit(marksOf(scaled, kind, 3), { width, height, channels: 3, softness: finalSoftness }, canvas);
  const far = kind === 'ink' ? 0 : 255;
  paper.forEach((level, channel) => {
    const end = (channel + 1) * width * height;
    for (let i = channel * width * height; i < end; i++) canvas[i] = far + (level - far) * canvas[i]!;
  });
  return { width, height, rgb: applyTone(canvas, 'photo', rgb) };
}
