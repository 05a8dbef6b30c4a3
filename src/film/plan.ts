/** A film in chunks that can be drawn apart, on several machines at once. */

/** Frames that follow one another, counted from 0 among those that are drawn of the film. */
export interface Chunk {
  readonly first: number;
  readonly count: number;
  /**
   * What is drawn before them and thrown away: the film's first frame, so that what never changes is the same drawing in all chunks, and some of
   * those before the chunk, for what has changed since.
   */
  readonly before: readonly number[];
}

/** Of a chunk that is drawn apart, frames before it that are drawn as well. */
const leadIn = 2;

/** @param each how many frames a chunk has at the most, from 1. */
export const chunksOf = (frames: number, each: number): Chunk[] =>
  Array.from({ length: Math.ceil(frames / each) }, (_, i) => chunkAt(i * each, Math.min(each, frames - i * each)));

export function chunkAt(first: number, count: number): Chunk {
  const lead = Array.from({ length: leadIn }, (_, k) => first - leadIn + k).filter((frame) => frame > 0);
  return { first, count, before: first === 0 ? [] : [0, ...lead] };
}

/** How many frames are drawn for a chunk. */
export const drawnFor = ({ count, before }: Chunk): number => before.length + count;
