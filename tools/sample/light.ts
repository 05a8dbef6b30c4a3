/** The light: a window in the wall on the left, sky and sun behind it, and what the room sends back. */
import type { Mesh } from './mesh.js';
import { fractal, valueNoise } from './noise.js';
import { along, dot, mix, normalize, scale, smoothstep, squareTo, subtract, type Vec3 } from './vector.js';

/** Two random numbers, uniformly from [0, 1). */
export type Pair = readonly [number, number];

/** Panes of glass in a wall, with bars between them. */
const opening = { x: -95, bottom: 12, top: 132, back: -38, front: 88, panes: [4, 4], bar: 4.5 } as const;

const sunDirection = normalize([-0.8, 0.56, 0.36]);
const [sunAcross, sunUp] = squareTo(sunDirection);
/** The tangent of the sun's radius: four times what it is, for there is haze. */
const sunRadius = 0.019;
/** What the sun gives a surface that faces it. */
const sunlight: Vec3 = [13, 11.6, 9.4];
const leaves = fractal(valueNoise(5), 3);

/** What comes from the window to a point: a share of it, taken at random. `facing` says how well a surface there takes light from a direction. */
export function windowLight(mesh: Mesh, point: Vec3, facing: (direction: Vec3) => number, [r, s]: Pair): Vec3 {
  const target: Vec3 = [
    opening.x,
    glassAt(r, opening.bottom, opening.top, opening.panes[1]),
    glassAt(s, opening.back, opening.front, opening.panes[0]),
  ];
  const way = subtract(target, point);
  const distance = dot(way, way) ** 0.5;
  const direction = scale(way, 1 / distance);
  const taken = facing(direction);
  if (taken === 0 || mesh.isBlocked(point, way, 1)) return black;
  // The window is seen from aside by the cosine, which is −x of the direction.
  return scale(sky(direction), (taken * glassArea * -direction[0]) / (Math.PI * distance ** 2));
}

/** What comes from the sun to a point. */
export function sunLight(mesh: Mesh, point: Vec3, facing: (direction: Vec3) => number, [r, s]: Pair): Vec3 {
  const radius = sunRadius * Math.sqrt(r);
  const angle = 2 * Math.PI * s;
  const aside = along(sunDirection, sunAcross, radius * Math.cos(angle));
  const direction = normalize(along(aside, sunUp, radius * Math.sin(angle)));
  const taken = facing(direction);
  if (taken === 0) return black;
  const through = along(point, direction, (opening.x - point[0]) / direction[0]);
  if (!isGlass(through) || mesh.isBlocked(point, direction, Number.POSITIVE_INFINITY)) return black;
  return scale(sunlight, (taken * betweenLeaves(through)) / Math.PI);
}

/** What a ray brings that leaves the scene. `withWindow`: not where the window's light has been counted already. */
export function surroundings(origin: Vec3, direction: Vec3, withWindow: boolean): Vec3 {
  if (direction[0] < 0 && origin[0] > opening.x) {
    const through = along(origin, direction, (opening.x - origin[0]) / direction[0]);
    if (isGlass(through)) {
      if (!withWindow) return black;
      // In reflections the sun is a glow, wide enough to be met by chance.
      const glow = smoothstep(0.9975, 0.9995, dot(direction, sunDirection));
      return along(sky(direction), sunlight, 12 * glow);
    }
  }
  return mix(floorGlow, ceilingGlow, 0.5 + 0.5 * direction[1]);
}

const black: Vec3 = [0, 0, 0];
const floorGlow: Vec3 = [0.3, 0.25, 0.2];
const ceilingGlow: Vec3 = [0.56, 0.54, 0.52];

/** Blue above, hazy at the horizon, green gardens below it. */
function sky([, y]: Vec3): Vec3 {
  if (y < 0) return [1.6, 1.8, 1.2];
  return mix([6.4, 6.6, 6.6], [3.9, 5, 6.6], Math.min(1, 1.4 * y));
}

/** A place on the glass between two sides of the opening, for a number from 0 to 1. */
function glassAt(t: number, from: number, to: number, panes: number): number {
  const pane = Math.floor(t * panes);
  const width = (to - from) / panes;
  return from + width * pane + opening.bar / 2 + (t * panes - pane) * (width - opening.bar);
}

const glassArea =
  (opening.top - opening.bottom - opening.panes[1] * opening.bar) *
  (opening.front - opening.back - opening.panes[0] * opening.bar);

function isGlass([, y, z]: Vec3): boolean {
  const across = ((z - opening.back) / (opening.front - opening.back)) * opening.panes[0];
  const up = ((y - opening.bottom) / (opening.top - opening.bottom)) * opening.panes[1];
  if (across < 0 || up < 0 || across > opening.panes[0] || up > opening.panes[1]) return false;
  const fromBar = Math.min(
    Math.abs(across - Math.round(across)) * ((opening.front - opening.back) / opening.panes[0]),
    Math.abs(up - Math.round(up)) * ((opening.top - opening.bottom) / opening.panes[1]),
  );
  return fromBar > opening.bar / 2;
}

/** A tree outside takes some of the sun away, softly, for it is far off. */
function betweenLeaves([, y, z]: Vec3): number {
  return smoothstep(-0.5, 0.1, leaves(y / 16, z / 16, 0.4));
}
