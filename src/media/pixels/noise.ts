/** Noise to begin a drawing with, the same on every machine. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/**
 * Grey levels on either side. Programs for style transfer begin with noise round a grey of so much or less: more takes iterations to
 * smooth, because deep layers hardly see it.
 */
const amplitude = 20;

/** Steps of a grey level. A power of two, so that every number is exact. */
const steps = 256;

/** Adds to each value, by itself, a number from -20 to 20, uniformly. */
export function addNoise(values: Float32Array): void {
  const random = xoroshiro128plus(1);
  for (let i = 0; i < values.length; i++)
    values[i]! += uniformInt(random, -amplitude * steps, amplitude * steps) / steps;
}
