/** Books bound in cloth. */
import { hex } from './color.js';
import type { Material } from './material.js';
import { bumps, fractal, valueNoise } from './noise.js';
import { block, placed, rod, type Surface } from './surface.js';
import { mix, scale, smoothstep, type Vec3 } from './vector.js';

const noise = valueNoise(83);
const cloudy = fractal(noise, 3);
const gold = hex('#d8b968');

const paper: Material = {
  colour: ({ point: [x, y, z] }) => scale(hex('#efe4c8'), 0.8 + 0.2 * noise(x / 9, y / 0.07, z / 9)),
};

function binding(colour: Vec3, isSpine: boolean): Material {
  return {
    colour: ({ v, point: [x, y, z] }) => {
      const worn = 0.9 + 0.12 * cloudy(x / 1.2, y / 1.2, z / 1.2) + 0.06 * noise(x / 0.15, y / 0.15, z / 0.15);
      const bands = [0.12, 0.15, 0.36, 0.64, 0.85, 0.88].map((at) => 1 - smoothstep(0.004, 0.008, Math.abs(v - at)));
      return scale(mix(colour, gold, isSpine ? 0.8 * Math.max(...bands) : 0), worn);
    },
    relief: ({ point }) => bumps(noise, point, 0.2, 0.12),
    coat: { mirrors: 0.02, roughness: 0.5 },
  };
}

/** A book that lies on the origin, its back to the front: `size` is its height, its thickness and its width. */
export function book([height, thickness, width]: Vec3, colour: Vec3): Surface[] {
  const board = 0.28;
  const cover = block([height, board, width], binding(colour, false));
  const spine: readonly Vec3[] = [
    [-height / 2, 0, 0],
    [0, 0, 0],
    [height / 2, 0, 0],
  ];
  return [
    ...cover,
    ...placed(cover, [0, thickness - board, 0]),
    ...placed(block([height - 0.7, thickness - 2 * board, width - 0.5], paper), [0, board, -0.1]),
    ...placed(
      [
        rod(spine, () => [thickness / 2, 0.55], binding(colour, true), {
          columns: 32,
          rows: 4,
          aside: [0, 0, 1],
        }),
      ],
      [0, thickness / 2, width / 2 - 0.1],
    ),
  ];
}
