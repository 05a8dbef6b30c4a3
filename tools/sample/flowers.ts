/** A bunch of daisies. */
import { hex } from './color.js';
import type { Material } from './material.js';
import { bumps, fractal, type Random, randomFrom, valueNoise } from './noise.js';
import { moved, placed, rod, type Surface, tilted, turned } from './surface.js';
import { add, along, mix, normalize, scale, smoothstep, subtract, type Vec3 } from './vector.js';

const noise = valueNoise(53);
const cloudy = fractal(noise, 3);

const petalStuff: Material = {
  colour: ({ u, v }) => {
    const veins = 0.94 + 0.06 * Math.cos(2 * Math.PI * 3 * u);
    return scale(mix(hex('#dfe0b4'), hex('#f6f4ee'), smoothstep(0.02, 0.35, v)), veins);
  },
  translucency: 0.35,
};
const discStuff: Material = {
  colour: ({ point: [x, y, z] }) =>
    mix(hex('#b97a12'), hex('#f2c12e'), 0.5 + 0.5 * noise(x / 0.16, y / 0.16, z / 0.16)),
  relief: ({ point }) => bumps(noise, point, 0.16, 0.7),
};
const leafStuff: Material = {
  colour: ({ u, point: [x, y, z] }) => {
    const green = mix(hex('#4c6b35'), hex('#7d9a55'), 0.5 + 0.5 * cloudy(x / 2, y / 2, z / 2));
    return mix(hex('#a9bd84'), green, smoothstep(0.01, 0.05, Math.abs(u - 0.5)));
  },
  relief: ({ point }) => bumps(noise, point, 0.4, 0.15),
  coat: { mirrors: 0.03, roughness: 0.35 },
  translucency: 0.25,
};
const stemStuff: Material = { colour: ({ v }) => mix(hex('#4f6b36'), hex('#86a05c'), v), translucency: 0.1 };

/** A blade from the origin along x, `length` long and `width` wide, that bends down by `droop` at its end and is hollow by `fold`. */
function blade(length: number, width: number, droop: number, fold: number, material: Material): Surface {
  const shape = (u: number, v: number): Vec3 => {
    const across = 2 * u - 1;
    // Narrow where it begins, round or pointed where it ends.
    const half = 0.5 * width * Math.sqrt(Math.max(0, v + 0.04)) * Math.sqrt(Math.max(0, 1.001 - v ** 3)) * 1.25;
    return [length * v, fold * across ** 2 * (1 - v) - droop * v ** 2, half * across];
  };
  return { shape, columns: 6, rows: 12, material };
}

/** A daisy whose middle is at the origin and that faces upwards. */
function daisy(random: Random): Surface[] {
  const count = 19 + Math.floor(5 * random());
  const petals = Array.from({ length: count }, (_, i) => {
    const length = 2.5 + 0.35 * random();
    const droop = (i % 2 === 0 ? 0.15 : 0.4) + 0.7 * random() ** 2;
    const petal = blade(length, 0.78 + 0.16 * random(), droop, 0.12, petalStuff);
    const twist = 0.5 * (random() - 0.5);
    const turnedPetal = moved([petal], ([x, y, z]) => [x + 0.7, y + twist * z, z]);
    return placed(turnedPetal, [0, -0.06 * (i % 2), 0], (360 * (i + 0.6 * (random() - 0.5))) / count);
  });
  const disc = turned(
    [
      [1.05, -0.25],
      [1.08, 0.02],
      [0.95, 0.25],
      [0.7, 0.42],
      [0.4, 0.46],
      [0.01, 0.4],
    ],
    discStuff,
    32,
  );
  return [...petals.flat(), disc];
}

interface Stalk {
  readonly from: Vec3;
  readonly head: Vec3;
  /** Where the flower looks. */
  readonly faces: Vec3;
}

function flower({ from, head, faces }: Stalk, random: Random): Surface[] {
  const rise = scale(subtract(head, from), 0.5);
  // It leaves the jug steeply and comes to the flower from behind.
  const points = [
    from,
    add(from, [0.5 * rise[0], 1.15 * rise[1], 0.5 * rise[2]]),
    along(head, normalize(faces), -1.6),
    head,
  ];
  const stem = rod(points, () => [0.17, 0.17], stemStuff, { columns: 8, rows: 20 });
  return [stem, ...placed(tilted(daisy(random), faces), head)];
}

function leaf(from: Vec3, way: Vec3, length: number, random: Random): Surface[] {
  const surface = blade(length, 0.24 * length, 0.25 * length + 0.2 * length * random(), 0.5, leafStuff);
  // Its x axis becomes the way, seen from above.
  const degrees = (Math.atan2(-way[2], way[0]) * 180) / Math.PI;
  const rises = way[1] / Math.hypot(way[0], way[2]);
  return placed(
    moved([surface], ([x, y, z]) => [x, y + rises * x, z]),
    from,
    degrees,
  );
}

/** The heads of the flowers, from the middle of the jug's mouth, and where each looks. */
const heads: readonly (readonly [Vec3, Vec3])[] = [
  [
    [-0.5, 10.5, 3],
    [-0.1, 0.45, 1],
  ],
  [
    [-7.5, 8.2, 3],
    [-0.6, 0.4, 1],
  ],
  [
    [6.6, 8.6, 3.4],
    [0.5, 0.5, 1],
  ],
  [
    [-4.6, 14.6, 0.5],
    [-0.35, 0.8, 0.75],
  ],
  [
    [4, 15.4, 0],
    [0.3, 0.85, 0.7],
  ],
  [
    [-11.6, 12.4, -2],
    [-0.9, 0.6, 0.5],
  ],
  [
    [10.8, 12.8, -2],
    [0.9, 0.7, 0.4],
  ],
  [
    [-1.6, 4.6, 6.6],
    [-0.15, 0.2, 1],
  ],
  [
    [0.4, 18.6, -3.4],
    [0.1, 1, 0.25],
  ],
  [
    [11.4, 5.6, 2.6],
    [0.9, 0.1, 0.7],
  ],
  [
    [-8, 17.4, -4],
    [-0.5, 1, 0.1],
  ],
];

/** Stands in a jug, the middle of whose mouth is the origin. */
export function bouquet(): Surface[] {
  const random = randomFrom(61);
  const spread = (size: number): number => size * (random() - 0.5);
  const flowers = heads.flatMap(([head, faces]) => {
    const from: Vec3 = [0.25 * head[0] + spread(1), -4, 0.25 * head[2] + spread(1)];
    return flower({ from, head, faces: add(faces, [spread(0.3), spread(0.3), spread(0.3)]) }, random);
  });
  const leaves = Array.from({ length: 20 }, (_, i) => {
    const angle = 2 * Math.PI * (i / 20 + 0.03 * random());
    const way: Vec3 = [Math.cos(angle), 0.5 + 1.3 * random(), Math.sin(angle)];
    const from: Vec3 = [2.8 * way[0], 0.4 + 4 * random(), 2.8 * way[2]];
    return leaf(from, way, 5.5 + 4 * random(), random);
  });
  return [...flowers, ...leaves.flat()];
}
