/** The fast Walsh–Hadamard transform. */

/**
 * Applies the Walsh–Hadamard matrix of `size` (Sylvester's: entries ±1, symmetric, its square is `size` times the
 * identity) in place to each run of `size` values. It takes `values.length · log2(size)` additions.
 * @param size a power of two that divides `values.length`.
 */
export function walshHadamard(values: Float64Array, size: number): void {
  let half = 1;
  // Two of the log2(size) stages at a time: half the trips through memory.
  for (; half * 4 <= size; half *= 4) twoStages(values, half);
  if (half < size) oneStage(values, half);
}

/** Butterflies between values that lie `half` apart, and then between those that lie 2·`half` apart. */
function twoStages(values: Float64Array, half: number): void {
  for (let start = 0; start < values.length; start += 4 * half) {
    for (let i = start; i < start + half; i++) {
      const a = values[i]!;
      const b = values[i + half]!;
      const c = values[i + 2 * half]!;
      const d = values[i + 3 * half]!;
      const sumAB = a + b;
      const differenceAB = a - b;
      const sumCD = c + d;
      const differenceCD = c - d;
      values[i] = sumAB + sumCD;
      values[i + half] = differenceAB + differenceCD;
      values[i + 2 * half] = sumAB - sumCD;
      values[i + 3 * half] = differenceAB - differenceCD;
    }
  }
}

function oneStage(values: Float64Array, half: number): void {
  for (let start = 0; start < values.length; start += 2 * half) {
    for (let i = start; i < start + half; i++) {
      const a = values[i]!;
      const b = values[i + half]!;
      values[i] = a + b;
      values[i + half] = a - b;
    }
  }
}
