/** Whether pieces of a file lie one over the other. */

/** Two pieces that have a byte in common; undefined where there are none. */
export function firstOverlap<T extends { readonly begin: number; readonly end: number }>(
  pieces: readonly T[],
): [T, T] | undefined {
  const inOrder = pieces.filter(({ begin, end }) => end > begin).sort((a, b) => a.begin - b.begin);
  for (const [i, piece] of inOrder.entries()) {
    const before = inOrder[i - 1];
    if (before && before.end > piece.begin) return [before, piece];
  }
  return undefined;
}
