/** Strokes as drawings have them, without drawing. */

import type { Strokes } from '../../src/media/strokes/strokes.js';
import { strokes } from '../../src/media/strokes/strokes-medium.js';

const size = { width: 256, height: 192 };

/** Rings and a horizon. */
const photo = Float32Array.from({ length: 3 * size.width * size.height }, (_, i) => {
  const [x, y] = [i % size.width, Math.floor(i / size.width) % size.height];
  return y > 130 ? 60 : 128 + 100 * Math.sin(Math.hypot(x - 100, y - 70) / 9);
});

/** What a round puts where edges are. */
export function drawnStrokes(count: number): Strokes {
  const spec = {
    kind: 'strokes',
    count,
    rounds: 1,
    width: [1, 1],
    lengths: [10, 40],
    colours: 'ink',
    tone: 0,
  } as const;
  const medium = strokes(spec, [255, 255, 255]);
  const begun = medium.renew({ size, photo: () => photo, progress: 0, before: -1 })!.of(medium.start(size));
  const drawn = medium.strokesOf(begun, size);
  return { ...drawn, opacity: drawn.opacity.map(() => 0.95) };
}
