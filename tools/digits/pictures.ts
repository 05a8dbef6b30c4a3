/** Pictures of digits, written anew each time: another way, slant, size, place and pen. The same seed gives the same pictures. */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { glyphs, type Point } from './glyphs.js';

/** Width and height in pixels. */
export const side = 28;

export interface Digits {
  /** Brightness of ink on black, 0 to 1, [count, 1, side, side]. */
  readonly pictures: Float32Array;
  /** Which digit each is. */
  readonly labels: Int32Array;
}

export function drawDigits(count: number, seed: number): Digits {
  const random = xoroshiro128plus(seed);
  const uniform = (low: number, high: number): number => low + (high - low) * uniformFloat64(random);
  const pick = <T>(list: readonly T[]): T => list[Math.min(list.length - 1, Math.floor(uniform(0, list.length)))]!;
  const pictures = new Float32Array(count * side * side);
  const labels = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    labels[i] = Math.floor(uniform(0, 10));
    const place = placing(uniform);
    const strokes = pick(glyphs[labels[i]!]!).map((stroke) => stroke.map(place));
    const [pen, noise] = [uniform(0.9, 1.8), uniform(0, 0.1)];
    for (let pixel = 0; pixel < side * side; pixel++) {
      const centre: Point = [(pixel % side) + 0.5, Math.floor(pixel / side) + 0.5];
      const distance = Math.min(...strokes.map((stroke) => distanceTo(stroke, centre)));
      const ink = Math.min(1, Math.max(0, pen + 0.5 - distance));
      pictures[i * side * side + pixel] = Math.min(1, Math.max(0, ink + uniform(-noise, noise)));
    }
  }
  return { pictures, labels };
}

/** Where a point of a glyph comes to lie, in pixels. */
function placing(uniform: (low: number, high: number) => number): (point: Point) => Point {
  const [angle, slant] = [uniform(-0.25, 0.25), uniform(-0.25, 0.25)];
  const [width, height] = [uniform(0.5, 0.75) * side, uniform(0.6, 0.8) * side];
  const [x0, y0] = [side / 2 + uniform(-2, 2), side / 2 + uniform(-2, 2)];
  return ([px, py]) => {
    const y = (py - 0.5) * height;
    const x = (px - 0.5) * width - slant * y;
    return [x0 + x * Math.cos(angle) - y * Math.sin(angle), y0 + x * Math.sin(angle) + y * Math.cos(angle)];
  };
}

/** Distance of a point to a polyline, in pixels. */
function distanceTo(stroke: readonly Point[], [x, y]: Point): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (let i = 1; i < stroke.length; i++) {
    const [[ax, ay], [bx, by]] = [stroke[i - 1]!, stroke[i]!];
    const [dx, dy] = [bx - ax, by - ay];
    const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
    const [fx, fy] = [x - ax - along * dx, y - ay - along * dy];
    nearest = Math.min(nearest, fx * fx + fy * fy);
  }
  return Math.sqrt(nearest);
}
