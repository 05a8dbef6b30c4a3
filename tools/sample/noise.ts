/** Seeded random numbers and the noise that textures are made of. */
import { uniformFloat32 } from 'pure-rand/distribution/uniformFloat32';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { smoothstep, type Vec3 } from './vector.js';

/** Draws uniformly from [0, 1). */
export type Random = () => number;

/** A value for every point of space. */
export type Field = (x: number, y: number, z: number) => number;

/** The same seed gives the same numbers. Every part of the scene has a seed of its own and can be changed alone. */
export function randomFrom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  return () => uniformFloat32(generator);
}

/** Smooth noise in [−1, 1] with features one unit in size, repeating every 256. */
export function valueNoise(seed: number): Field {
  const random = randomFrom(seed);
  const values = Float64Array.from({ length: 256 }, () => 2 * random() - 1);
  const order = shuffled(256, random);
  const at = (i: number, j: number, k: number): number =>
    values[order[(order[(order[i & 255]! + j) & 255]! + k) & 255]!]!;
  const between = (a: number, b: number, t: number): number => a + (b - a) * t;
  return (x, y, z) => {
    const [i, j, k] = [Math.floor(x), Math.floor(y), Math.floor(z)];
    const [u, v, w] = [smoothstep(0, 1, x - i), smoothstep(0, 1, y - j), smoothstep(0, 1, z - k)];
    const edge = (dj: number, dk: number): number => between(at(i, j + dj, k + dk), at(i + 1, j + dj, k + dk), u);
    return between(between(edge(0, 0), edge(1, 0), v), between(edge(0, 1), edge(1, 1), v), w);
  };
}

/** The numbers below `count` in random order. */
export function shuffled(count: number, random: Random): Uint8Array {
  const order = Uint8Array.from({ length: count }, (_, index) => index);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor((i + 1) * random());
    const swapped = order[i]!;
    order[i] = order[j]!;
    order[j] = swapped;
  }
  return order;
}

/** Sums octaves of noise, each finer and half as strong, to about [−1, 1]. */
export function fractal(noise: Field, octaves: number): Field {
  const total = 2 - 2 ** (1 - octaves);
  return (x, y, z) => {
    let sum = 0;
    let size = 1;
    for (let octave = 0; octave < octaves; octave++) {
      // Not twice as fine, and moved, so that the lattices do not lie on one another.
      sum += noise(x / size + 17.3 * octave, y / size + 5.9 * octave, z / size) * 2 ** -octave;
      size /= 2.03;
    }
    return sum / total;
  };
}

/** A vector of noise: how a surface is uneven. */
export function bumps(noise: Field, [x, y, z]: Vec3, size: number, strength: number): Vec3 {
  const at = (shift: number): number => strength * noise(x / size + shift, y / size, z / size);
  return [at(0), at(71.3), at(149.7)];
}
