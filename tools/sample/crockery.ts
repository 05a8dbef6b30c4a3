/** A glazed jug with a blue band, and a cup of tea. */
import { hex } from './color.js';
import type { Material } from './material.js';
import { bumps, fractal, valueNoise } from './noise.js';
import { moved, placed, rod, type Surface, turned } from './surface.js';
import { mix, scale, smoothstep, type Vec3 } from './vector.js';

const noise = valueNoise(23);
const cloudy = fractal(noise, 3);

const cream = hex('#efe7d6');
const clay = hex('#b58e68');
const cobalt = hex('#35568c');

const glaze: Material = {
  colour: ({ point: [x, y, z] }) => {
    const wander = 0.25 * cloudy(x / 3, 0.4, z / 3);
    const line = (height: number, width: number): number =>
      1 - smoothstep(width, width + 0.12, Math.abs(y + wander - height));
    const strength = 0.72 + 0.25 * cloudy(x / 1.5, y / 0.5, z / 1.5);
    const painted = Math.max(line(12.4, 0.8), line(10.9, 0.16), line(13.9, 0.16), line(21.6, 0.2));
    const speckle = 0.6 * smoothstep(0.62, 0.75, noise(x / 0.3, y / 0.3, z / 0.3));
    const glazed = mix(mix(cream, clay, speckle), cobalt, strength * painted);
    return mix(clay, scale(glazed, 0.96 + 0.06 * cloudy(x / 5, y / 5, z / 5)), smoothstep(1.3, 1.6, y + 2 * wander));
  },
  relief: ({ point }) => bumps(cloudy, point, 2.5, 0.03),
  coat: { mirrors: 0.05, roughness: 0.05 },
};

const outside = [
  [0.01, 0.1],
  [5.6, 0],
  [6.1, 0.4],
  [7.4, 2.8],
  [8.5, 6],
  [8.7, 9],
  [7.9, 12],
  [6.3, 14.8],
  [5.1, 17],
  [4.8, 18.6],
  [5.1, 20.4],
  [5.8, 21.8],
] as const;

/** The inside follows the outside half a centimetre behind, down to the water. */
const jugProfile = [
  ...outside,
  [5.7, 22.05],
  ...outside
    .slice(6)
    .reverse()
    .map(([r, y]) => [r - 0.5, y] as const),
] as const;

/** The spout is to the right: the rim is drawn out there. */
function pour([x, y, z]: Vec3): Vec3 {
  const rim = smoothstep(17.5, 22, y);
  const towards = Math.max(0, x / Math.hypot(x, z, 1e-9)) ** 5;
  return [x + 1.9 * rim * towards, y + 0.5 * rim * towards, z * (1 - 0.25 * rim * towards)];
}

const jugHandle: readonly Vec3[] = [
  [-4.6, 19.6, 0],
  [-6.6, 20.6, 0],
  [-9.6, 20, 0],
  [-11.3, 17, 0],
  [-11.1, 13, 0],
  [-9.3, 9.6, 0],
  [-7.8, 7.6, 0],
];

/** Stands on the origin, its handle to the left. */
export const jug: readonly Surface[] = [
  ...moved([turned(jugProfile, glaze, 128)], pour),
  rod(jugHandle, (v) => [0.6 + 0.25 * (2 * v - 1) ** 2, 1.05 + 0.35 * (2 * v - 1) ** 2], glaze, {
    columns: 24,
    rows: 40,
    aside: [0, 0, 1],
  }),
];

const enamel: Material = {
  colour: ({ point: [x, y, z] }) => scale(hex('#a9c0c4'), 0.96 + 0.08 * cloudy(x / 3, y / 3, z / 3)),
  relief: ({ point }) => bumps(cloudy, point, 2, 0.02),
  coat: { mirrors: 0.05, roughness: 0.06 },
};
const tea: Material = { colour: () => hex('#5a2d12'), coat: { mirrors: 0.025, roughness: 0.01 } };

const cupProfile = [
  [0.01, 0.3],
  [2.3, 0.3],
  [2.4, 0],
  [2.6, 0.1],
  [2.7, 0.6],
  [3.6, 1.8],
  [4.1, 3.6],
  [4.2, 5.4],
  [4.35, 7],
  [4.25, 7.1],
  [4.1, 7],
  [3.95, 5.4],
  [3.8, 3.6],
] as const;
const cupHandle: readonly Vec3[] = [
  [4, 5.8, 0],
  [5.4, 6.3, 0],
  [6.7, 5.6, 0],
  [6.7, 3.9, 0],
  [5.3, 2.6, 0],
  [3.6, 2.2, 0],
];

/** Stands on the origin, its handle to the right. */
export const cup: readonly Surface[] = [
  turned(cupProfile, enamel, 80),
  rod(cupHandle, () => [0.3, 0.5], enamel, { columns: 16, rows: 32, aside: [0, 0, 1] }),
  ...placed(
    [
      turned(
        [
          [0.01, 0],
          [3.97, 0],
        ],
        tea,
        48,
      ),
    ],
    [0, 5.6, 0],
  ),
];
