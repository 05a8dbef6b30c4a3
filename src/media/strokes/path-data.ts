/** Path data of SVG: short, because relative and rounded, and without drift, because what is rounded are the places and not the steps. */

export type Point = readonly [x: number, y: number];

/** A quadratic Bézier curve: start, control and end point. */
export type Curve = readonly [Point, Point, Point];

/** The place on a curve at a share of its parameter, and beyond its ends as well. */
export function placeOn([a, b, c]: Curve, t: number): Point {
  const at = (axis: 0 | 1) => (1 - t) ** 2 * a[axis] + 2 * t * (1 - t) * b[axis] + t ** 2 * c[axis];
  return [at(0), at(1)];
}

/** A number as SVG is content with it: at most so many decimals, and no zero before the point. */
export const shortNumber = (value: number, decimals: number): string =>
  // What is divided by a power of ten has no more decimals than that, and 0 no sign.
  text(Math.round(value * 10 ** decimals) / 10 ** decimals);

const text = (value: number): string => String(value + 0).replace(/^(-?)0\./, '$1.');

/** Numbers after a command; a minus keeps them apart already. */
const joined = (numbers: readonly string[]): string =>
  numbers.reduce((all, number) => all + (number.startsWith('-') ? '' : ' ') + number);

/** Writes one path, from its beginning on. */
export class PathData {
  /** Where it is, in units of the last decimal. */
  #x = 0;
  #y = 0;
  #data = '';

  /** @param decimals of its numbers. */
  constructor(private readonly decimals: number) {}

  moveTo(to: Point): this {
    const [x, y] = this.#go(to);
    this.#data += `M${joined([x, y])}`;
    return this;
  }

  curveTo(control: Point, to: Point): this {
    const by = this.#step(control);
    this.#data += `q${joined([...by, ...this.#go(to)])}`;
    return this;
  }

  /** Half a circle, or less of a larger one, on the right of the way: clockwise on a screen. */
  arcTo(radius: number, to: Point): this {
    const rounded = shortNumber(radius, this.decimals);
    this.#data += `a${joined([rounded, rounded, '0', '0', '1', ...this.#go(to)])}`;
    return this;
  }

  close(): this {
    this.#data += 'z';
    return this;
  }

  toString(): string {
    return this.#data;
  }

  /** From where it is to a place. */
  #step([x, y]: Point): [string, string] {
    const unit = 10 ** this.decimals;
    return [text((Math.round(x * unit) - this.#x) / unit), text((Math.round(y * unit) - this.#y) / unit)];
  }

  #go(to: Point): [string, string] {
    const step = this.#step(to);
    const unit = 10 ** this.decimals;
    [this.#x, this.#y] = [Math.round(to[0] * unit), Math.round(to[1] * unit)];
    return step;
  }
}
