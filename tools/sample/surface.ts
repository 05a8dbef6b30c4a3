/** Surfaces as grids of points, which every thing in the picture is made of. */
import type { Material } from './material.js';
import { add, along, cross, curve, normalize, scale, squareTo, subtract, type Vec3 } from './vector.js';

/** A point for every pair of numbers from 0 to 1. It may be asked for a little beyond these. */
export type Shape = (u: number, v: number) => Vec3;

export interface Surface {
  readonly shape: Shape;
  /** Into how many pieces `u` and `v` are divided. */
  readonly columns: number;
  readonly rows: number;
  readonly material: Material;
}

/** Moves, turns or bends surfaces. */
export function moved(surfaces: readonly Surface[], move: (point: Vec3) => Vec3): Surface[] {
  return surfaces.map((surface) => ({ ...surface, shape: (u, v) => move(surface.shape(u, v)) }));
}

/** Turned to the left by `degrees` around the upright axis, and put at `place`. */
export function placed(surfaces: readonly Surface[], place: Vec3, degrees = 0): Surface[] {
  const cos = Math.cos((degrees * Math.PI) / 180);
  const sin = Math.sin((degrees * Math.PI) / 180);
  return moved(surfaces, ([x, y, z]) => add(place, [x * cos + z * sin, y, z * cos - x * sin]));
}

/** With what was up pointing to `axis`. */
export function tilted(surfaces: readonly Surface[], axis: Vec3): Surface[] {
  const up = normalize(axis);
  const [right, front] = squareTo(up);
  return moved(surfaces, ([x, y, z]) => along(along(scale(up, y), right, x), front, z));
}

/** Lifted or lowered so that its lowest point is at a height of `height`. */
export function rested(surfaces: readonly Surface[], height: number): Surface[] {
  let lowest = Number.POSITIVE_INFINITY;
  for (const { shape, columns, rows } of surfaces) {
    for (let i = 0; i <= columns; i++) {
      for (let j = 0; j <= rows; j++) lowest = Math.min(lowest, shape(i / columns, j / rows)[1]);
    }
  }
  return placed(surfaces, [0, height - lowest, 0]);
}

/** What a potter turns: `profile` is [radius, height] from the lower end to the other, `u` goes around the upright axis. */
export function turned(profile: readonly (readonly [number, number])[], material: Material, columns = 96): Surface {
  const line = curve(profile.map(([radius, height]) => [radius, height, 0]));
  const shape: Shape = (u, v) => {
    const [radius, height] = line(v);
    return [radius * Math.cos(2 * Math.PI * u), height, -radius * Math.sin(2 * Math.PI * u)];
  };
  return { shape, columns, rows: 5 * (profile.length - 1), material };
}

/** A round rod along a line that is nowhere parallel to `aside`; `radius` [across, along `aside`] at each place of it. */
export function rod(
  points: readonly Vec3[],
  radius: (v: number) => readonly [number, number],
  material: Material,
  { columns = 10, rows = 16, aside = [0.31, 0.17, 0.93] as Vec3 } = {},
): Surface {
  const line = curve(points);
  const shape: Shape = (u, v) => {
    const at = Math.min(1, Math.max(0, v));
    const forward = normalize(subtract(line(at + 0.01), line(at - 0.01)));
    const across = normalize(cross(forward, aside));
    const [wide, thick] = radius(at);
    const ring = along(
      scale(across, wide * Math.cos(2 * Math.PI * u)),
      cross(across, forward),
      thick * Math.sin(2 * Math.PI * u),
    );
    return add(line(v), ring);
  };
  return { shape, columns, rows, material };
}

/** The six faces of a block that stands on the origin; `u`, `v` go from 0 to 1 over each. */
export function block([width, height, depth]: Vec3, material: Material): Surface[] {
  const corner: Vec3 = [-width / 2, 0, -depth / 2];
  const edges: Vec3[] = [
    [width, 0, 0],
    [0, height, 0],
    [0, 0, depth],
  ];
  return edges.flatMap((normal, i) => {
    const [a, b] = [edges[(i + 1) % 3]!, edges[(i + 2) % 3]!];
    return [corner, add(corner, normal)].map((start) => ({
      shape: (u: number, v: number) => along(along(start, a, u), b, v),
      columns: 1,
      rows: 1,
      material,
    }));
  });
}
