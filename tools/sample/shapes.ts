/** Shapes as signed distances (negative inside, in pixels of the picture), and the curves and steps that go with them. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export function clamp(value: number, low = 0, high = 1): number {
  return Math.min(high, Math.max(low, value));
}

/** 0 up to `from`, 1 from `to` on, smooth between. `from` may be the greater one. */
export function smoothstep(from: number, to: number, value: number): number {
  const t = clamp((value - from) / (to - from));
  return t * t * (3 - 2 * t);
}

/** How much of a sample is covered, by its signed distance to the shape; `softness` is the width of the edge. */
export function covered(distance: number, softness = 0.5): number {
  return clamp(0.5 - distance / softness);
}

export function ellipse(x: number, y: number, center: Point, radiusX: number, radiusY: number): number {
  const length = Math.hypot((x - center.x) / radiusX, (y - center.y) / radiusY);
  return (length - 1) * Math.min(radiusX, radiusY);
}

/** A rectangle by its sides. */
export function rectangle(x: number, y: number, left: number, top: number, right: number, bottom: number): number {
  return Math.max(left - x, x - right, top - y, y - bottom);
}

/** A polygon, its corners in either order. After Inigo Quilez, "2D distance functions". */
export function polygon(x: number, y: number, corners: readonly Point[]): number {
  let nearest = Number.POSITIVE_INFINITY;
  let inside = false;
  let previous = corners.at(-1)!;
  for (const corner of corners) {
    nearest = Math.min(nearest, segment(x, y, previous, corner).distance);
    const crosses = corner.y > y !== previous.y > y;
    if (crosses && x < corner.x + ((previous.x - corner.x) * (y - corner.y)) / (previous.y - corner.y))
      inside = !inside;
    previous = corner;
  }
  return inside ? -nearest : nearest;
}

/** The distance to a line from `a` to `b`, and where along it (0–1) the nearest point lies. */
export function segment(x: number, y: number, a: Point, b: Point): { distance: number; along: number } {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const along = clamp(((x - a.x) * dx + (y - a.y) * dy) / (dx * dx + dy * dy || 1));
  return { distance: Math.hypot(x - a.x - along * dx, y - a.y - along * dy), along };
}

/** The point at `t` of the quadratic Bézier curve that leaves `a` towards `control` and ends in `b`. */
export function bezier(a: Point, control: Point, b: Point, t: number): Point {
  const p = (1 - t) * (1 - t);
  const q = 2 * t * (1 - t);
  const r = t * t;
  return { x: p * a.x + q * control.x + r * b.x, y: p * a.y + q * control.y + r * b.y };
}

/** A smooth line through points of ascending x (Catmull-Rom), as a function of x; level beyond its ends. */
export function profile(points: readonly (readonly [x: number, y: number])[]): (x: number) => number {
  return (x) => {
    const next = points.findIndex(([px]) => px > x);
    if (next === 0) return points[0]![1];
    if (next < 0) return points.at(-1)![1];
    const [x1, y1] = points[next - 1]!;
    const [x2, y2] = points[next]!;
    const [x0, y0] = points[next - 2] ?? [2 * x1 - x2, y1];
    const [x3, y3] = points[next + 1] ?? [2 * x2 - x1, y2];
    const span = x2 - x1;
    const slope1 = ((y2 - y0) / (x2 - x0)) * span;
    const slope2 = ((y3 - y1) / (x3 - x1)) * span;
    const t = (x - x1) / span;
    const bend = (1 - t) * (slope1 * (1 - t) * t) - t * (slope2 * (1 - t) * t);
    return y1 + (y2 - y1) * t * t * (3 - 2 * t) + bend;
  };
}
