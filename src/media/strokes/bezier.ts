/** Quadratic Bézier curves as six numbers: x and y of start, control and end point. */

/** B(t), in each axis (1 − t)² a + 2 t (1 − t) b + t² c. */
export function pointAt(curve: ArrayLike<number>, t: number): [x: number, y: number] {
  const at = (axis: 0 | 1) =>
    (1 - t) ** 2 * curve[axis]! + 2 * t * (1 - t) * curve[axis + 2]! + t ** 2 * curve[axis + 4]!;
  return [at(0), at(1)];
}

/** A part of a curve as a curve: its control point is the curve's blossom at both ends. */
export function partOf(curve: ArrayLike<number>, from: number, to: number): number[] {
  const blossom = (axis: 0 | 1) =>
    (1 - from) * (1 - to) * curve[axis]! +
    (from * (1 - to) + to * (1 - from)) * curve[axis + 2]! +
    from * to * curve[axis + 4]!;
  return [...pointAt(curve, from), blossom(0), blossom(1), ...pointAt(curve, to)];
}
