/** Pictures of strokes, at any size: strokes have no pixels. */
import { rgb } from '../../colour/spaces.js';
import { applyTone } from '../../colour/tones.js';
import type { Picture, Size } from '../../image/picture.js';
import { painted } from './painted.js';
import { transmit } from './raster.js';
import { scaledStrokes } from './scaled.js';
import type { Strokes } from './strokes.js';

/**
 * Draws strokes as the finished drawing shows them.
 * @param to pixels, of the drawing's aspect. Default: the drawing's own size.
 */
export function renderStrokes(strokes: Strokes, to: Size = strokes.size): Picture {
  const { width, height } = to;
  const picture = { width, height, rgb: new Uint8Array(3 * width * height) };
  let at = 0;
  for (const band of renderBands(strokes, to)) {
    picture.rgb.set(band.rgb, at);
    at += band.rgb.length;
  }
  return picture;
}

/** Rows that are drawn at once: at 16,384 pixels a row they take 25 MB, and the strokes that go through them some 80 MB. */
const bandRows = 128;

/** The same in bands of rows, from the top, for pictures that would fill the memory. */
export function* renderBands(strokes: Strokes, to: Size): Generator<Picture, void, void> {
  const { width } = to;
  const { size, kind, paper } = strokes;
  const scaled = scaledStrokes(strokes, Math.max(to.width, to.height) / Math.max(size.width, size.height));
  const { marks, sheet } = painted(scaled);
  // In float64, where moving them rounds nothing off.
  const moved = Float64Array.from(marks.points);
  for (let top = 0; top < to.height; top += bandRows) {
    const height = Math.min(bandRows, to.height - top);
    const canvas = new Float32Array(3 * width * height);
    transmit({ ...marks, points: moved }, { ...sheet, width, height }, canvas);
    const far = farOf(kind);
    paper.forEach((level, channel) => {
      const end = (channel + 1) * width * height;
      for (let i = channel * width * height; i < end; i++) canvas[i] = far + (level - far) * canvas[i]!;
    });
    yield { width, height, rgb: applyTone(canvas, 'photo', rgb) };
    for (let y = 1; y < moved.length; y += 2) moved[y]! -= bandRows;
  }
}

/** The level of each channel where nothing of the paper is to be seen. */
export const farOf = (kind: Strokes['kind']): number => (kind === 'ink' ? 0 : 255);
