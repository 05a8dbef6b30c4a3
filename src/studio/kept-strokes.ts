/** Strokes as they are kept with a drawing, for the files that are made of them later. */
import type { Strokes } from '../media/strokes/strokes.js';

const arrays = ['points', 'width', 'opacity', 'colour'] as const;

export const strokesToJson = (strokes: Strokes): string =>
  JSON.stringify({ ...strokes, ...Object.fromEntries(arrays.map((name) => [name, [...strokes[name]]])) });

/** @param text what {@link strokesToJson} has made. */
export function strokesFromJson(text: string): Strokes {
  const kept = JSON.parse(text) as Record<string, unknown>;
  const numbers = Object.fromEntries(arrays.map((name) => [name, Float32Array.from(kept[name] as number[])]));
  return { ...kept, ...numbers } as unknown as Strokes;
}
