/** Strokes for the page, which shows them one after the other. */
import { rim } from '../media/strokes/hard-edges.js';
import { sequenceOf } from '../media/strokes/sequence.js';
import type { Strokes } from '../media/strokes/strokes.js';
import { outlinesOf } from '../media/strokes/svg-paths.js';

export interface StrokePaths {
  readonly width: number;
  readonly height: number;
  readonly paper: string;
  /** How they lie on each other: `mix-blend-mode` of CSS. */
  readonly blending: 'multiply' | 'screen';
  /** The line round each, in pixels at any size. */
  readonly rim: { readonly width: number; readonly opacity: number };
  /** In the order of a hand: path data, colour and opacity of each. */
  readonly paths: readonly (readonly [data: string, colour: string, opacity: number])[];
}

export function strokePaths(strokes: Strokes): StrokePaths {
  const { size, paper, kind, opacity } = strokes;
  const outlines = outlinesOf(strokes);
  const paths = sequenceOf(strokes)
    .flat()
    .map(({ stroke }) => {
      const { data, look } = outlines[stroke]!;
      return [data, look.fill!, Math.round(100 * opacity[stroke]!) / 100] as const;
    });
  const blending = kind === 'ink' ? 'multiply' : 'screen';
  return { ...size, paper: `rgb(${paper.map(Math.round).join(',')})`, blending, rim, paths };
}
