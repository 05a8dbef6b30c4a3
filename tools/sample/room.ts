/** A table of oak before a whitewashed wall. */
import { hex } from './color.js';
import type { Material, Spot } from './material.js';
import { bumps, fractal, valueNoise } from './noise.js';
import { block, placed, type Surface } from './surface.js';
import { mix, scale, smoothstep, type Vec3 } from './vector.js';

const noise = valueNoise(11);
const cloudy = fractal(noise, 4);
const pale = hex('#d9b98c');
const brown = hex('#a87a4c');
const plank = 17;

function oak({ point: [x, y, z] }: Spot): Vec3 {
  const board = Math.floor((z + 5) / plank);
  const across = (z + 5) / plank - board;
  const grain = cloudy(x / 22 + 31 * board, y / 2, z / 1.1);
  // Year rings, cut lengthwise: lines that wander.
  const rings = Math.sin(9 * (across + 1.2 * cloudy(x / 60, board * 7.7, z / 14)) + 3 * board);
  const wood = mix(pale, brown, smoothstep(-0.8, 1.1, 1.1 * grain + 0.45 * rings + 0.5 * noise(board * 3.3, 0, 0)));
  const pores = smoothstep(0.35, 0.7, noise(x / 2.5, board, z / 0.3));
  const gap = smoothstep(0.006, 0.014, Math.min(across, 1 - across));
  return scale(wood, (1 - 0.4 * pores) * (0.3 + 0.7 * gap));
}

const table: Material = {
  colour: oak,
  relief: ({ point: [x, y, z] }) => bumps(noise, [x / 8, y, z], 0.35, 0.035),
};

const plaster: Material = {
  colour: ({ point: [x, y, z] }) => scale(hex('#f0ece2'), 0.97 + 0.04 * cloudy(x / 14, y / 14, z)),
  relief: ({ point }) => bumps(cloudy, point, 2.2, 0.07),
};

export const room: readonly Surface[] = [
  ...placed(block([300, 4, 130], table), [0, -4, 23]),
  ...placed(block([500, 400, 10], plaster), [0, -150, -75]),
];
