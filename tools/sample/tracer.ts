/** Follows light backwards from the camera, from surface to surface (path tracing). */
import { type Pair, sunLight, surroundings, windowLight } from './light.js';
import type { Hit, Mesh } from './mesh.js';
import type { Random } from './noise.js';
import { add, along, dot, multiply, normalize, scale, squareTo, type Vec3 } from './vector.js';

/** After so many surfaces nothing is left that would be seen. */
const longest = 5;
/** How far from a surface a new ray begins, so that it does not meet that surface. */
const clearance = 1e-3;

/**
 * The light that comes against `direction` to `origin`: one random path. `pair` gives random numbers, for the first surface those that
 * belong to the path, so that the paths of a pixel are spread evenly.
 */
export function lightAlong(mesh: Mesh, origin: Vec3, direction: Vec3, random: Random, pair: () => Pair): Vec3 {
  let light: Vec3 = [0, 0, 0];
  let share: Vec3 = [1, 1, 1];
  let isScattered = false;
  for (let count = 0; count < longest; count++) {
    const hit = mesh.nearest(origin, direction);
    if (hit === undefined) return add(light, multiply(share, surroundings(origin, direction, !isScattered)));
    const { flat, normal } = towards(hit, direction);
    const { coat, translucency = 0, colour } = hit.material;
    const outside = along(hit.point, flat, clearance);
    // After it was scattered, mirrored light would be noise and hardly to be seen.
    if (coat !== undefined && !isScattered && random() < mirrored(coat.mirrors, -dot(direction, normal))) {
      origin = outside;
      direction = mirrorWay(direction, normal, flat, coat.roughness, pair());
      continue;
    }
    share = multiply(share, colour(hit));
    const inside = along(hit.point, flat, -clearance);
    const isThrough = translucency > 0 && random() < translucency;
    const side = isThrough ? scale(normal, -1) : normal;
    const start = isThrough ? inside : outside;
    const facing = (way: Vec3): number => Math.max(0, dot(side, way));
    light = add(light, multiply(share, windowLight(mesh, start, facing, pair())));
    light = add(light, multiply(share, sunLight(mesh, start, facing, pair())));
    if (isScattered) {
      const survives = Math.max(...share);
      if (random() >= survives) return light;
      share = scale(share, 1 / survives);
    }
    origin = start;
    direction = scatteredWay(side, pair());
    isScattered = true;
  }
  return light;
}

/** The normals, smooth and uneven or flat, on the side that the ray comes from. */
function towards({ normal, flat, ...spot }: Hit, direction: Vec3): { normal: Vec3; flat: Vec3 } {
  const outer = dot(flat, direction) < 0 ? flat : scale(flat, -1);
  const smooth = dot(normal, outer) > 0 ? normal : scale(normal, -1);
  const relief = spot.material.relief?.(spot);
  return { flat: outer, normal: relief === undefined ? smooth : normalize(add(smooth, relief)) };
}

/** The share that is mirrored (Schlick's approximation of Fresnel's equations, 1994). */
function mirrored(straight: number, cosine: number): number {
  return straight + (1 - straight) * (1 - Math.max(0, cosine)) ** 5;
}

function mirrorWay(direction: Vec3, normal: Vec3, flat: Vec3, roughness: number, [r, s]: Pair): Vec3 {
  const mirror = along(direction, normal, -2 * dot(direction, normal));
  const ball = scale(ballPoint(r, s), roughness);
  const way = normalize(add(mirror, ball));
  const depth = dot(way, flat);
  return depth > 0 ? way : along(way, flat, -2 * depth);
}

/** Lambert's cosine law: a point of the sphere that touches the surface. */
function scatteredWay(normal: Vec3, [r, s]: Pair): Vec3 {
  const [a, b] = squareTo(normal);
  const radius = Math.sqrt(r);
  const angle = 2 * Math.PI * s;
  const flat = along(scale(a, radius * Math.cos(angle)), b, radius * Math.sin(angle));
  return along(flat, normal, Math.sqrt(1 - r));
}

function ballPoint(r: number, s: number): Vec3 {
  const height = 1 - 2 * r;
  const radius = Math.sqrt(1 - height * height);
  return [radius * Math.cos(2 * Math.PI * s), height, radius * Math.sin(2 * Math.PI * s)];
}
