/** Points, directions and colours: three numbers, and what is done with them. */

/** A point or direction (x to the right, y up, z towards the camera, in centimetres), or red, green and blue in linear light. */
export type Vec3 = readonly [number, number, number];

export function add(a: Vec3, b: Vec3): Vec3 {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

export function subtract(a: Vec3, b: Vec3): Vec3 {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

export function scale(a: Vec3, factor: number): Vec3 {
  return [a[0] * factor, a[1] * factor, a[2] * factor];
}

/** `a` + `b` · `factor`. */
export function along(a: Vec3, b: Vec3, factor: number): Vec3 {
  return [a[0] + b[0] * factor, a[1] + b[1] * factor, a[2] + b[2] * factor];
}

/** Value by value: a surface of colour `a` under light of colour `b`. */
export function multiply(a: Vec3, b: Vec3): Vec3 {
  return [a[0] * b[0], a[1] * b[1], a[2] * b[2]];
}

export function mix(a: Vec3, b: Vec3, t: number): Vec3 {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
}

export function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: Vec3, b: Vec3): Vec3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function length(a: Vec3): number {
  return Math.sqrt(dot(a, a));
}

export function normalize(a: Vec3): Vec3 {
  return scale(a, 1 / length(a));
}

/** Two directions that are square to the unit vector `axis` and to each other. */
export function squareTo(axis: Vec3): [Vec3, Vec3] {
  const first = normalize(cross(Math.abs(axis[1]) < 0.9 ? [0, 1, 0] : [1, 0, 0], axis));
  return [first, cross(axis, first)];
}

/** A smooth step from 0 at `from` to 1 at `to`. */
export function smoothstep(from: number, to: number, x: number): number {
  const t = Math.min(1, Math.max(0, (x - from) / (to - from)));
  return t * t * (3 - 2 * t);
}

/** The curve through points at even distances of its parameter, from 0 to 1 (Catmull and Rom, 1974). */
export function curve(points: readonly Vec3[]): (t: number) => Vec3 {
  const last = points.length - 1;
  const point = (index: number): Vec3 => points[Math.min(last, Math.max(0, index))]!;
  return (t) => {
    const at = Math.min(last, Math.max(0, t * last));
    const start = Math.min(last - 1, Math.floor(at));
    const f = at - start;
    const [before, from, to, after] = [point(start - 1), point(start), point(start + 1), point(start + 2)];
    const blend = (i: 0 | 1 | 2): number => {
      const slope = 0.5 * (to[i] - before[i]);
      const bend = before[i] - 2.5 * from[i] + 2 * to[i] - 0.5 * after[i];
      const twist = 1.5 * (from[i] - to[i]) + 0.5 * (after[i] - before[i]);
      return from[i] + f * (slope + f * (bend + f * twist));
    };
    return [blend(0), blend(1), blend(2)];
  };
}
