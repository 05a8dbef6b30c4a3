/** Surfaces cut into triangles, and the first of them that a ray meets: a tree of boxes (a bounding volume hierarchy). */
import type { Material, Spot } from './material.js';
import type { Shape, Surface } from './surface.js';
import { add, along, cross, dot, length, normalize, scale, subtract, type Vec3 } from './vector.js';

/** What a ray has met. */
export interface Hit extends Spot {
  readonly distance: number;
  /** Unit vectors: of the smooth surface, and of the flat triangle. Either may point to the ray or away from it. */
  readonly normal: Vec3;
  readonly flat: Vec3;
  readonly material: Material;
}

interface Corner {
  readonly point: Vec3;
  readonly normal: Vec3;
  readonly u: number;
  readonly v: number;
}

interface Triangle {
  readonly corners: readonly [Corner, Corner, Corner];
  readonly material: Material;
  readonly low: Vec3;
  readonly high: Vec3;
}

const leafSize = 4;

export class Mesh {
  private readonly triangles: Triangle[] = [];
  /** A corner and two edges of every triangle, nine numbers each. */
  private readonly edges: Float64Array;
  /** Lower and upper corner of every node's box, six numbers each. The first child of a node follows it. */
  private readonly boxes: number[] = [];
  /** A leaf: its first triangle; another node: its second child. */
  private readonly links: number[] = [];
  /** A leaf: 1 + how many triangles; another node: the axis along which it is divided, less 3. */
  private readonly kinds: number[] = [];
  private readonly stack: number[] = [];
  /** Of the last ray that met something: which triangle, where on it, how far away. */
  private met = -1;
  private metU = 0;
  private metV = 0;
  private metAt = 0;

  constructor(surfaces: readonly Surface[]) {
    this.build(surfaces.flatMap(cut));
    this.edges = Float64Array.from(
      this.triangles.flatMap(({ corners: [a, b, c] }) => [
        ...a.point,
        ...subtract(b.point, a.point),
        ...subtract(c.point, a.point),
      ]),
    );
  }

  /** The first thing that a ray meets. */
  nearest(origin: Vec3, direction: Vec3): Hit | undefined {
    if (!this.trace(origin, direction, Number.POSITIVE_INFINITY, false)) return undefined;
    const { corners, material } = this.triangles[this.met]!;
    const [a, b, c] = corners;
    const [s, t] = [this.metU, this.metV];
    const blend = (x: number, y: number, z: number): number => x + (y - x) * s + (z - x) * t;
    return {
      distance: this.metAt,
      point: along(origin, direction, this.metAt),
      normal: normalize(add(add(scale(a.normal, 1 - s - t), scale(b.normal, s)), scale(c.normal, t))),
      flat: normalize(cross(subtract(b.point, a.point), subtract(c.point, a.point))),
      u: blend(a.u, b.u, c.u),
      v: blend(a.v, b.v, c.v),
      material,
    };
  }

  /** Whether anything is nearer than `limit` (in lengths of `direction`). */
  isBlocked(origin: Vec3, direction: Vec3, limit: number): boolean {
    return this.trace(origin, direction, limit, true);
  }

  private build(triangles: Triangle[]): void {
    const node = this.links.length;
    const [low, high] = boxOf(triangles);
    this.boxes.push(...low, ...high);
    this.links.push(this.triangles.length);
    this.kinds.push(1 + triangles.length);
    if (triangles.length <= leafSize) {
      this.triangles.push(...triangles);
      return;
    }
    const size = subtract(high, low);
    const axis = size[0] > size[1] && size[0] > size[2] ? 0 : size[1] > size[2] ? 1 : 2;
    triangles.sort((a, b) => a.low[axis] + a.high[axis] - b.low[axis] - b.high[axis]);
    const place = cheapestCut(triangles);
    this.build(triangles.slice(0, place));
    this.links[node] = this.links.length;
    this.kinds[node] = axis - 3;
    this.build(triangles.slice(place));
  }

  private trace(origin: Vec3, direction: Vec3, limit: number, any: boolean): boolean {
    const { boxes, links, kinds, stack } = this;
    const ox = origin[0];
    const oy = origin[1];
    const oz = origin[2];
    const rx = 1 / direction[0];
    const ry = 1 / direction[1];
    const rz = 1 / direction[2];
    // Where in a box the side is that the ray enters by, for each axis.
    const nx = rx < 0 ? 3 : 0;
    const ny = ry < 0 ? 4 : 1;
    const nz = rz < 0 ? 5 : 2;
    this.metAt = limit;
    this.met = -1;
    let waiting = 0;
    let node = 0;
    for (;;) {
      const box = 6 * node;
      const enter = Math.max((boxes[box + nx]! - ox) * rx, (boxes[box + ny]! - oy) * ry, (boxes[box + nz]! - oz) * rz);
      const leave = Math.min(
        (boxes[box + 3 - nx]! - ox) * rx,
        (boxes[box + 5 - ny]! - oy) * ry,
        (boxes[box + 7 - nz]! - oz) * rz,
      );
      // NaN, where a ray runs within a side of a box, is let in.
      if (!(enter > leave || leave < 0 || enter > this.metAt)) {
        const kind = kinds[node]!;
        if (kind < 0) {
          const isBackwards = kind === -3 ? nx !== 0 : kind === -2 ? ny !== 1 : nz !== 2;
          stack[waiting++] = isBackwards ? node + 1 : links[node]!;
          node = isBackwards ? links[node]! : node + 1;
          continue;
        }
        const first = links[node]!;
        for (let triangle = first; triangle < first + kind - 1; triangle++) this.meet(triangle, origin, direction);
        if (any && this.met >= 0) return true;
      }
      if (waiting === 0) return this.met >= 0;
      node = stack[--waiting]!;
    }
  }

  /** Takes note of a triangle where it is nearer than what was met before (Möller and Trumbore, 1997). */
  private meet(triangle: number, origin: Vec3, direction: Vec3): void {
    // Number by number, for this is where the time goes.
    const { edges } = this;
    const i = 9 * triangle;
    const ax = edges[i + 3]!;
    const ay = edges[i + 4]!;
    const az = edges[i + 5]!;
    const bx = edges[i + 6]!;
    const by = edges[i + 7]!;
    const bz = edges[i + 8]!;
    const dx = direction[0];
    const dy = direction[1];
    const dz = direction[2];
    const px = dy * bz - dz * by;
    const py = dz * bx - dx * bz;
    const pz = dx * by - dy * bx;
    const inverse = 1 / (ax * px + ay * py + az * pz);
    const tx = origin[0] - edges[i]!;
    const ty = origin[1] - edges[i + 1]!;
    const tz = origin[2] - edges[i + 2]!;
    const u = (tx * px + ty * py + tz * pz) * inverse;
    if (!(u >= 0 && u <= 1)) return;
    const qx = ty * az - tz * ay;
    const qy = tz * ax - tx * az;
    const qz = tx * ay - ty * ax;
    const v = (dx * qx + dy * qy + dz * qz) * inverse;
    if (!(v >= 0 && u + v <= 1)) return;
    const distance = (bx * qx + by * qy + bz * qz) * inverse;
    if (distance > 0 && distance < this.metAt) {
      this.metAt = distance;
      this.met = triangle;
      this.metU = u;
      this.metV = v;
    }
  }
}

/** The triangles of a surface. */
function cut({ shape, columns, rows, material }: Surface): Triangle[] {
  const corners: Corner[][] = Array.from({ length: columns + 1 }, (_, i) =>
    Array.from({ length: rows + 1 }, (_, j) => cornerOf(shape, i / columns, j / rows)),
  );
  const triangles: Triangle[] = [];
  const push = (a: Corner, b: Corner, c: Corner): void => {
    const points = [a.point, b.point, c.point];
    // Where a surface ends in a point, triangles are lines.
    if (length(cross(subtract(b.point, a.point), subtract(c.point, a.point))) === 0) return;
    triangles.push({ corners: [a, b, c], material, low: points.reduce(lowest), high: points.reduce(highest) });
  };
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j < rows; j++) {
      const [a, b, c, d] = [corners[i]![j]!, corners[i + 1]![j]!, corners[i + 1]![j + 1]!, corners[i]![j + 1]!];
      push(a, b, c);
      push(a, c, d);
    }
  }
  return triangles;
}

function cornerOf(shape: Shape, u: number, v: number): Corner {
  const step = 1e-3;
  // A step off the ends, where a surface may have come to a point.
  const [x, y] = [Math.min(1 - step, Math.max(step, u)), Math.min(1 - step, Math.max(step, v))];
  const normal = cross(
    subtract(shape(x + step, y), shape(x - step, y)),
    subtract(shape(x, y + step), shape(x, y - step)),
  );
  return { point: shape(u, v), normal: dot(normal, normal) > 0 ? normalize(normal) : [0, 1, 0], u, v };
}

/** Where to divide a row of triangles so that rays have least to do: each half costs its triangles times its box's area. */
function cheapestCut(triangles: readonly Triangle[]): number {
  const before = areas(triangles);
  const after = areas(triangles.toReversed());
  let place = 1;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 1; i < triangles.length; i++) {
    const cost = i * before[i - 1]! + (triangles.length - i) * after[triangles.length - i - 1]!;
    if (cost < least) {
      least = cost;
      place = i;
    }
  }
  return place;
}

/** The area of the box around the first triangles: around one, two, … all of them. */
function areas(triangles: readonly Triangle[]): number[] {
  let [low, high] = [triangles[0]!.low, triangles[0]!.high];
  return triangles.map((triangle) => {
    low = lowest(low, triangle.low);
    high = highest(high, triangle.high);
    const [x, y, z] = subtract(high, low);
    return x * y + y * z + z * x;
  });
}

function boxOf(triangles: readonly Triangle[]): [Vec3, Vec3] {
  return [triangles.map(({ low }) => low).reduce(lowest), triangles.map(({ high }) => high).reduce(highest)];
}

function lowest(a: Vec3, b: Vec3): Vec3 {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.min(a[2], b[2])];
}

function highest(a: Vec3, b: Vec3): Vec3 {
  return [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.max(a[2], b[2])];
}
