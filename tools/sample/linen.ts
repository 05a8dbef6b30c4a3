/** A linen cloth with blue stripes, thrown onto the table. */
import { hex } from './color.js';
import type { Material } from './material.js';
import { bumps, fractal, valueNoise } from './noise.js';
import type { Surface } from './surface.js';
import { mix, scale, smoothstep, type Vec3 } from './vector.js';

const noise = valueNoise(71);
const cloudy = fractal(noise, 3);
/** In centimetres. */
const size = [40, 27] as const;

const linen: Material = {
  colour: ({ u, v }) => {
    const fromEdge = Math.min(u, 1 - u) * size[0];
    const stripe = (from: number, width: number): number =>
      smoothstep(from - 0.05, from, fromEdge) * smoothstep(from + width + 0.05, from + width, fromEdge);
    const threads = 0.95 + 0.05 * cloudy(u * 160, v * 5, 1) + 0.05 * cloudy(u * 8, v * 110, 2);
    const dyed = Math.max(stripe(2.6, 0.5), stripe(3.6, 1.3), stripe(5.4, 0.5));
    return scale(mix(hex('#efe9dc'), hex('#5b7ba6'), 0.85 * dyed), threads);
  },
  relief: ({ point }) => bumps(cloudy, point, 1.6, 0.06),
  translucency: 0.1,
};

/** How high the cloth is, in centimetres; `x` and `z` from −1 to 1 over it. */
function folds(x: number, z: number): number {
  const wave = (way: number, sharpness: number): number => (0.5 + 0.5 * Math.sin(way)) ** sharpness;
  const wander = 1.3 * noise(1.2 * x + 4, 0.3, 1.2 * z);
  const long = 3.8 * wave(3.4 * x + 5.2 * z + 1.6 * wander + 0.6, 2.2);
  const small = 1.6 * wave(7.1 * x - 3.1 * z + 2.4 * wander, 3) * smoothstep(-0.9, 0.9, x + 0.5 * z);
  // Flatter at the edges, but not flat.
  const freedom = (1 - 0.75 * x ** 4) * (1 - 0.75 * z ** 4);
  return 0.12 + (long + small) * freedom + 0.3 * (1 + cloudy(2.4 * x, 7, 2.4 * z));
}

function drape(u: number, v: number): Vec3 {
  const [x, z] = [2 * u - 1, 2 * v - 1];
  const height = folds(x, z);
  // Folds lean over, and edges are nowhere straight.
  const lean = 0.45 * height;
  const edge = 1.6 * noise(1.1 * x, 1.1 * z, 9);
  return [0.5 * size[0] * x + lean + edge, height, 0.5 * size[1] * z + 1.5 * noise(1.4 * z, 5, 1.2 * x) + 0.6 * lean];
}

/** Lies on the origin. */
export const cloth: readonly Surface[] = [{ shape: drape, columns: 150, rows: 110, material: linen }];
