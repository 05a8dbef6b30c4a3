/** A picture to which strokes are added one by one, with what they change alone drawn anew. */
import type { Picture } from '../../image/picture.js';
import { partOf } from './bezier.js';
import { reachOf } from './curve.js';
import { painted } from './painted.js';
import { lay, type Marks, type Sheet } from './raster.js';
import { farOf } from './render.js';
import { finalSoftness } from './rounds.js';
import type { Place, Step } from './sequence.js';
import type { Strokes } from './strokes.js';
import { Trace } from './trace.js';

/**
 * The tip of what draws is a soft dot: its radius is a share of the longest side, 1.5 mm on A4, of pixels and of the stroke's width at the least;
 * how much it covers; and as ink is wet, how much light it has of the stroke's colour.
 */
const tip = { ofSide: 1 / 200, pixels: 2, ofWidth: 0.6, opacity: 0.85, wet: 0.6 };

export class GrowingCanvas {
  /** As it is now: its array is written over. */
  readonly picture: Picture;
  readonly #strokes: Strokes;
  readonly #marks: Marks;
  readonly #sheet: Sheet;
  readonly #shown: Uint8ClampedArray;
  /** What the strokes that are there let through of each channel, [3, height, width]. */
  readonly #through: Float32Array;
  readonly #trace = new Trace();
  readonly #reach = reachOf(finalSoftness);
  /** Pixels that show what is to be wiped. */
  #passing: number[] = [];

  /** Blank paper for these strokes. */
  constructor(strokes: Strokes) {
    const { width, height } = strokes.size;
    this.#strokes = strokes;
    const { marks, sheet } = painted(strokes);
    this.#marks = marks;
    this.#sheet = sheet;
    this.#through = new Float32Array(3 * width * height).fill(1);
    this.#shown = new Uint8ClampedArray(3 * width * height);
    this.picture = { width, height, rgb: new Uint8Array(this.#shown.buffer) };
    for (let pixel = 0; pixel < width * height; pixel++) this.#show(pixel);
  }

  /** Adds a stroke for good. */
  add(stroke: number): void {
    this.#trace.follow(this.#marks.points, stroke, this.#marks.width[stroke]! / 2 + this.#reach, this.#sheet);
    lay(this.#trace, this.#marks, stroke, this.#sheet, this.#through);
    for (let i = 0; i < this.#trace.count; i++) this.#show(this.#trace.pixel[i]!);
  }

  /** Shows a share of a stroke's curve, 0 to 1 of its parameter from the end at which it is begun, with the tip there; until it is wiped. */
  grow({ stroke, isTurned }: Step, share: number): void {
    const [marks, trace, sheet, through] = [this.#marks, this.#trace, this.#sheet, this.#through];
    const part: readonly [number, number] = isTurned ? [1 - share, 1] : [0, share];
    const points = Float64Array.from(partOf(marks.points.subarray(6 * stroke, 6 * stroke + 6), ...part));
    trace.follow(points, 0, marks.width[stroke]! / 2 + this.#reach, sheet);
    const pixels = trace.pixel.subarray(0, trace.count);
    const area = sheet.width * sheet.height;
    const before = [0, 1, 2].map((channel) => Float32Array.from(pixels, (pixel) => through[channel * area + pixel]!));
    lay(trace, marks, stroke, sheet, through, part);
    for (const pixel of pixels) {
      this.#show(pixel);
      this.#passing.push(pixel);
    }
    before.forEach((values, channel) => {
      values.forEach((value, i) => {
        through[channel * area + pixels[i]!] = value;
      });
    });
    const at = isTurned ? 0 : 4;
    this.hover([points[at]!, points[at + 1]!], stroke);
  }

  /** Shows the tip, in the colour of a stroke, at a place; until it is wiped. */
  hover([x, y]: Place, stroke: number): void {
    const { width, height } = this.#sheet;
    const mark = this.#marks.width[stroke]!;
    const radius = Math.max(tip.pixels, tip.ofSide * Math.max(width, height), tip.ofWidth * mark);
    const brightest = 255 * (this.#strokes.kind === 'ink' ? tip.wet : 1);
    const colour = this.#strokes.colour.subarray(3 * stroke, 3 * stroke + 3);
    const [left, right] = [Math.max(0, Math.floor(x - radius)), Math.min(width, Math.ceil(x + radius))];
    const [top, bottom] = [Math.max(0, Math.floor(y - radius)), Math.min(height, Math.ceil(y + radius))];
    for (let row = top; row < bottom; row++) {
      for (let column = left; column < right; column++) {
        const distance = Math.hypot(column + 0.5 - x, row + 0.5 - y) / radius;
        if (distance >= 1) continue;
        const share = tip.opacity * (1 - distance ** 2);
        const pixel = row * width + column;
        colour.forEach((level, channel) => {
          this.#shown[3 * pixel + channel]! += share * (brightest * level - this.#shown[3 * pixel + channel]!);
        });
        this.#passing.push(pixel);
      }
    }
  }

  /** Takes the tip away, and what is not there for good. */
  wipe(): void {
    for (const pixel of this.#passing) this.#show(pixel);
    this.#passing = [];
  }

  #show(pixel: number): void {
    const { paper, kind } = this.#strokes;
    const area = this.#sheet.width * this.#sheet.height;
    const far = farOf(kind);
    for (let channel = 0; channel < 3; channel++) {
      const level = far + (paper[channel]! - far) * this.#through[channel * area + pixel]!;
      this.#shown[3 * pixel + channel] = Math.fround(level);
    }
  }
}
