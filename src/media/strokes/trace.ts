/** The pixels that a stroke reaches, and where along the stroke each is nearest to it. */
import type { Size } from '../../image/picture.js';
import { knotWeights, noLength, onCurve, pieces } from './curve.js';

export type Floats = Float32Array | Float64Array;

/** Work space for one stroke after the other. */
export class Trace {
  /** How many pixels there are. */
  count = 0;
  /** Where each is in the picture, y · width + x. */
  pixel = new Int32Array(0);
  /** Its distance to the stroke's curve. */
  distance = new Float64Array(0);
  /** Where along the curve it is nearest, in pieces: the whole part is the piece. */
  place = new Float64Array(0);
  /** x and y of the ends of the pieces. */
  readonly x = new Float64Array(pieces + 1);
  readonly y = new Float64Array(pieces + 1);
  #nearest = new Float64Array(0);
  #at = new Float64Array(0);

  /**
   * @param points [n, 3, 2].
   * @param stroke which of them.
   * @param reach how far from the curve a pixel's middle may be, in pixels.
   */
  follow(points: Floats, stroke: number, reach: number, { width, height }: Size): void {
    const { x, y } = this;
    for (let knot = 0; knot <= pieces; knot++) {
      const [a, b, c] = [knotWeights[3 * knot]!, knotWeights[3 * knot + 1]!, knotWeights[3 * knot + 2]!];
      const p = 6 * stroke;
      x[knot] = a * points[p]! + b * points[p + 2]! + c * points[p + 4]!;
      y[knot] = a * points[p + 1]! + b * points[p + 3]! + c * points[p + 5]!;
    }
    // Columns and rows of pixels whose middles may be near enough.
    const left = Math.max(0, Math.ceil(least(x) - reach - 0.5));
    const right = Math.min(width, Math.floor(greatest(x) + reach + 0.5));
    const top = Math.max(0, Math.ceil(least(y) - reach - 0.5));
    const bottom = Math.min(height, Math.floor(greatest(y) + reach + 0.5));
    this.count = 0;
    // Not <, so that points that are no numbers reach nothing.
    if (!(right > left && bottom > top)) return;
    const columns = right - left;
    this.#clear(columns * (bottom - top), reach * reach);
    for (let piece = 0; piece < pieces; piece++) this.#measure(piece, reach, left, right, top, bottom);
    const [nearest, at] = [this.#nearest, this.#at];
    const farthest = reach * reach;
    let count = 0;
    for (let row = top; row < bottom; row++) {
      const start = (row - top) * columns;
      for (let i = start; i < start + columns; i++) {
        const squared = nearest[i]!;
        if (squared >= farthest) continue;
        this.pixel[count] = row * width + left + i - start;
        this.distance[count] = Math.sqrt(squared + onCurve);
        this.place[count] = at[i]!;
        count++;
      }
    }
    this.count = count;
  }

  /** Where a piece is nearer than those before it. */
  #measure(piece: number, reach: number, left: number, right: number, top: number, bottom: number): void {
    const [ax, ay] = [this.x[piece]!, this.y[piece]!];
    const [dx, dy] = [this.x[piece + 1]! - ax, this.y[piece + 1]! - ay];
    const squaredLength = dx * dx + dy * dy + noLength;
    const [nearest, at] = [this.#nearest, this.#at];
    const columns = right - left;
    const first = Math.max(top, Math.ceil(Math.min(ay, ay + dy) - reach - 0.5));
    const last = Math.min(bottom, Math.floor(Math.max(ay, ay + dy) + reach + 0.5));
    const [boxLeft, boxRight] = [Math.min(ax, ax + dx) - reach - 0.5, Math.max(ax, ax + dx) + reach - 0.5];
    // Half of what a row cuts out of the strip on both sides of the piece's line.
    const half = (reach * Math.sqrt(squaredLength)) / Math.abs(dy);
    for (let row = first; row < last; row++) {
      const py = row + 0.5 - ay;
      const middle = ax + (py * dx) / dy - 0.5;
      const isStrip = dy !== 0;
      const from = Math.max(left, Math.ceil(isStrip ? Math.max(boxLeft, middle - half) : boxLeft));
      const to = Math.min(right - 1, Math.floor(isStrip ? Math.min(boxRight, middle + half) : boxRight));
      let i = (row - top) * columns + from - left;
      for (let column = from; column <= to; column++, i++) {
        const px = column + 0.5 - ax;
        const u = (px * dx + py * dy) / squaredLength;
        const clipped = u < 0 ? 0 : u > 1 ? 1 : u;
        const [ex, ey] = [px - clipped * dx, py - clipped * dy];
        const squared = ex * ex + ey * ey;
        if (squared >= nearest[i]!) continue;
        nearest[i] = squared;
        // The end of the last piece still belongs to it.
        at[i] = piece + clipped;
      }
    }
  }

  #clear(pixels: number, value: number): void {
    if (this.#nearest.length < pixels) {
      this.#nearest = new Float64Array(2 * pixels);
      this.#at = new Float64Array(2 * pixels);
      this.pixel = new Int32Array(2 * pixels);
      this.distance = new Float64Array(2 * pixels);
      this.place = new Float64Array(2 * pixels);
    }
    this.#nearest.fill(value, 0, pixels);
  }
}

function least(values: Float64Array): number {
  let found = values[0]!;
  for (let i = 1; i < values.length; i++) found = Math.min(found, values[i]!);
  return found;
}

function greatest(values: Float64Array): number {
  let found = values[0]!;
  for (let i = 1; i < values.length; i++) found = Math.max(found, values[i]!);
  return found;
}
