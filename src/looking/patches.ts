/** The parts of a photo that excite a channel most. */
import type { Picture, Size } from '../image/picture.js';
import { type Activation, channelOf, type Position } from './figures.js';

/** What of a picture a position of a layer depends on: a square round the middle of its own place. */
export interface Field {
  /** Pixels from one position to the next. */
  readonly step: Size;
  /** Of the square, in pixels. */
  readonly side: number;
}

/** A square of the photo; it may go past the photo's edges, where there is nothing to be seen. */
export interface Patch {
  readonly left: number;
  readonly top: number;
  readonly side: number;
  /** The position that it is the field of, and the channel's activation there. */
  readonly at: Position;
  readonly value: number;
}

/**
 * The fields of the positions where a channel is excited most, the strongest first, as far as they do not overlap. None where it is not
 * excited (0 or less).
 * @param most how many.
 */
export function strongestPatches(activation: Activation, channel: number, field: Field, most: number): Patch[] {
  const values = channelOf(activation, channel);
  const [, , width] = activation.shape;
  const { side, step } = field;
  const order = Array.from(values.keys())
    .filter((i) => values[i]! > 0)
    .sort((a, b) => values[b]! - values[a]!);
  const found: Patch[] = [];
  for (const i of order) {
    if (found.length === most) break;
    const at = { x: i % width, y: Math.floor(i / width) };
    const left = Math.round((at.x + 0.5) * step.width - side / 2);
    const top = Math.round((at.y + 0.5) * step.height - side / 2);
    const overlaps = (other: Patch) => Math.abs(other.left - left) < side && Math.abs(other.top - top) < side;
    if (!found.some(overlaps)) found.push({ left, top, side, at, value: values[i]! });
  }
  return found;
}

/** What is to be seen in a patch; white past the edges. */
export function cutOut({ width, height, rgb }: Picture, { left, top, side }: Patch): Picture {
  const cut = new Uint8Array(3 * side * side).fill(255);
  const [from, to] = [Math.max(0, left), Math.min(width, left + side)];
  for (let y = Math.max(0, top); y < Math.min(height, top + side); y++) {
    cut.set(rgb.subarray(3 * (y * width + from), 3 * (y * width + to)), 3 * ((y - top) * side + from - left));
  }
  return { width: side, height: side, rgb: cut };
}
