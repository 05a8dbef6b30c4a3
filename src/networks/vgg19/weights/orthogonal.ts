/** Random matrices with orthonormal rows or columns, out of IEEE-exact operations only: the same bits on every machine. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { walshHadamard } from './walsh-hadamard.js';

/**
 * Fills `rows` [count, 9·channels] with orthogonal rows of length `gain` that look like rows of a random rotation.
 *
 * QR decompositions for all of VGG-19 would take half a minute. Instead, as orthogonal random features do (Yu et al. 2016,
 * "Orthogonal Random Features": products H·D3·H·D2·H·D1 of Walsh–Hadamard matrices and random signs), the rows are images of
 * distinct basis vectors under an orthogonal transform that can be applied fast:
 *
 *     T = H · S3 · H · S2 · (Q ⊗ H) · S1
 *
 * where H applies the normalised Walsh–Hadamard matrix to each of nine blocks of `channels` values, S1, S2 and S3 are random
 * permutations with random signs (they carry values from block to block), and Q is a random orthogonal 9×9 matrix that
 * spreads the basis vector over all blocks in the first round.
 *
 * Everything is computed in float64 and rounded to float32 once, at the end.
 * @param channels a power of two; `rows.length` is a multiple of 9·channels, at most its square.
 */
export function fillOrthogonalRows(rows: Float32Array, channels: number, gain: number, random: RandomGenerator): void {
  const width = blocks * channels;
  const mixture = orthonormalColumns(blocks, blocks, random);
  // The sign of a basis vector is the sign of its whole row, which the later rounds make random anyway: S1 only chooses.
  const basis = shuffled(width, random);
  const second = signedPermutation(width, random);
  const third = signedPermutation(width, random);
  const hadamardSign = Float64Array.from({ length: channels }, (_, bits) => (hasOddParity(bits) ? -1 : 1));
  const scale = gain / (channels * Math.sqrt(channels));

  const sourceBlock = second.source.map((source) => Math.floor(source / channels));
  const sourceChannel = second.source.map((source) => source % channels);
  const before = new Float64Array(width);
  const after = new Float64Array(width);
  for (let start = 0, row = 0; start < rows.length; start += width, row++) {
    const block = Math.floor(basis[row]! / channels);
    const channel = basis[row]! % channels;
    // (Q ⊗ H) of a basis vector is a column of each: Q's entry times (−1)^popcount(i & j), which is H's.
    for (let i = 0; i < width; i++) {
      const sign = second.sign[i]! * hadamardSign[sourceChannel[i]! & channel]!;
      before[i] = sign * mixture[sourceBlock[i]! * blocks + block]!;
    }
    walshHadamard(before, channels);
    for (let i = 0; i < width; i++) after[i] = third.sign[i]! * before[third.source[i]!]!;
    walshHadamard(after, channels);
    for (let i = 0; i < width; i++) rows[start + i] = after[i]! * scale;
  }
}

/** H needs a power of two, so the 9·`channels` values of a row are cut into nine runs (not into the kernel's positions). */
const blocks = 9;

/**
 * A random matrix [height, width], row-major, with orthonormal columns: Gram–Schmidt on nearly normal numbers.
 * @param width at most `height`.
 */
export function orthonormalColumns(height: number, width: number, random: RandomGenerator): Float64Array {
  const matrix = new Float64Array(height * width);
  for (let column = 0; column < width; column++) {
    for (let i = 0; i < height; i++) matrix[i * width + column] = nearlyNormal(random);
    // Once leaves a rest of the earlier columns as large as the rounding errors of what is taken away; twice is enough
    // (Giraud et al. 2005, "Rounding error analysis of the classical Gram–Schmidt orthogonalization process").
    for (let pass = 0; pass < 2; pass++) {
      for (let earlier = 0; earlier < column; earlier++) {
        const overlap = columnProduct(matrix, width, earlier, column);
        for (let i = 0; i < height; i++) matrix[i * width + column]! -= overlap * matrix[i * width + earlier]!;
      }
    }
    const length = Math.sqrt(columnProduct(matrix, width, column, column));
    for (let i = 0; i < height; i++) matrix[i * width + column]! /= length;
  }
  return matrix;
}

function columnProduct(matrix: Float64Array, width: number, a: number, b: number): number {
  let sum = 0;
  for (let start = 0; start < matrix.length; start += width) sum += matrix[start + a]! * matrix[start + b]!;
  return sum;
}

/**
 * Mean 0, variance 1, nearly normal: the sum of twelve uniform numbers (Irwin–Hall). The usual ways to a normal number need
 * logarithms or cosines, and those differ in the last bit from one JavaScript engine to another.
 */
export function nearlyNormal(random: RandomGenerator): number {
  let sum = 0;
  for (let i = 0; i < 12; i++) sum += random.next();
  // Each is an integer of 32 bits, so of variance 2^64 / 12.
  return sum / 0x1_0000_0000;
}

/** A permutation with signs: value i of the result is `sign[i]` times value `source[i]`. */
interface SignedPermutation {
  readonly source: Int32Array;
  readonly sign: Float64Array;
}

function signedPermutation(size: number, random: RandomGenerator): SignedPermutation {
  const source = shuffled(size, random);
  const sign = Float64Array.from({ length: size }, () => (random.next() < 0 ? -1 : 1));
  return { source, sign };
}

/** 0 … size − 1 in random order (Fisher–Yates). */
function shuffled(size: number, random: RandomGenerator): Int32Array {
  const order = Int32Array.from({ length: size }, (_, i) => i);
  for (let i = size - 1; i > 0; i--) {
    const j = uniformInt(random, 0, i);
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
  return order;
}

function hasOddParity(bits: number): boolean {
  let odd = false;
  for (let rest = bits; rest !== 0; rest &= rest - 1) odd = !odd;
  return odd;
}
