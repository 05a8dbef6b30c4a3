/** Seeded random numbers for tests. */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type Shape, sizeOf } from '../../src/onnx/tensor.js';

const random = xoroshiro128plus(20261122);

export const uniform = (low: number, high: number): number => low + (high - low) * uniformFloat64(random);

export const integer = (low: number, high: number): number => Math.floor(uniform(low, high + 1));

export const uniforms = (shape: Shape, low = -1, high = 1): number[] =>
  Array.from({ length: sizeOf(shape) }, () => uniform(low, high));

/** Numbers a whole step apart in random order, so that a small change never changes which is the largest. */
export const distinct = (shape: Shape): number[] =>
  [...Array(sizeOf(shape)).keys()]
    .map((value) => ({ value, key: uniform(0, 1) }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value);
