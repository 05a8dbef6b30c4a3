/** Seeded random numbers and the noise that textures are made of. */
import { uniformFloat32 } from 'pure-rand/distribution/uniformFloat32';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Draws uniformly from [low, high). */
export type Random = (low: number, high: number) => number;

/** A value for every point of the plane. */
export type Field = (x: number, y: number) => number;

/** The same seed gives the same numbers. Every part of the scene has a seed of its own and can be changed alone. */
export function randomFrom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  return (low, high) => low + (high - low) * uniformFloat32(generator);
}

const lattice = 256;

/** Random values for the whole-numbered points of the plane, repeating every 256. */
function latticeValues(random: Random, low: number, high: number): Field {
  const values = Float64Array.from({ length: lattice }, () => random(low, high));
  const order = Uint8Array.from({ length: lattice }, (_, index) => index);
  for (let i = lattice - 1; i > 0; i--) {
    const j = Math.floor(random(0, i + 1));
    const swapped = order[i]!;
    order[i] = order[j]!;
    order[j] = swapped;
  }
  return (column, row) => values[order[(order[column & 255]! + row) & 255]!]!;
}

/** Smooth noise in [−1, 1] with features one unit in size. */
export function valueNoise(random: Random): Field {
  const at = latticeValues(random, -1, 1);
  return (x, y) => {
    const column = Math.floor(x);
    const row = Math.floor(y);
    const u = fade(x - column);
    const v = fade(y - row);
    const top = at(column, row) + (at(column + 1, row) - at(column, row)) * u;
    const bottom = at(column, row + 1) + (at(column + 1, row + 1) - at(column, row + 1)) * u;
    return top + (bottom - top) * v;
  };
}

function fade(t: number): number {
  return t * t * t * (t * (t * 6 - 15) + 10);
}

/** Sums octaves of noise, each finer and half as strong, to about [−1, 1]. */
export function fractal(noise: Field, octaves: number): Field {
  const total = 2 - 2 ** (1 - octaves);
  return (x, y) => {
    let sum = 0;
    let strength = 1;
    for (let octave = 0; octave < octaves; octave++) {
      sum += strength * noise(x, y);
      strength /= 2;
      // Turned by 37° from octave to octave, so that the square lattice does not show.
      const turned = 1.62 * x - 1.22 * y + 17.3;
      y = 1.22 * x + 1.62 * y + 5.9;
      x = turned;
    }
    return sum / total;
  };
}

/** One piece of a plane broken into irregular pieces one unit in size. */
export interface Facet {
  /** Which way it is tilted, each in [−1, 1]. */
  readonly tiltX: number;
  readonly tiltY: number;
  /** A random shade of its own, in [−1, 1]. */
  readonly shade: number;
  /** How far the point is from the crack to the next piece. */
  readonly crack: number;
}

/** Breaks the plane into facets (a Voronoi diagram of jittered lattice points). */
export function facets(random: Random): (x: number, y: number) => Facet {
  const jitterX = latticeValues(random, 0, 1);
  const jitterY = latticeValues(random, 0, 1);
  const tiltX = latticeValues(random, -1, 1);
  const tiltY = latticeValues(random, -1, 1);
  const shade = latticeValues(random, -1, 1);
  return (x, y) => {
    let nearest = Number.POSITIVE_INFINITY;
    let second = Number.POSITIVE_INFINITY;
    let column = 0;
    let row = 0;
    for (let j = Math.floor(y) - 1; j <= Math.floor(y) + 1; j++) {
      for (let i = Math.floor(x) - 1; i <= Math.floor(x) + 1; i++) {
        const distance = Math.hypot(i + jitterX(i, j) - x, j + jitterY(i, j) - y);
        if (distance < nearest) {
          second = nearest;
          nearest = distance;
          column = i;
          row = j;
        } else if (distance < second) {
          second = distance;
        }
      }
    }
    return {
      tiltX: tiltX(column, row),
      tiltY: tiltY(column, row),
      shade: shade(column, row),
      crack: second - nearest,
    };
  };
}
