/** What a preset says of what is drawn with: each pixel by itself, or strokes. */
import { z } from 'zod';
import { mostPens } from '../../media/strokes/spec.js';
import { orMissing, strictObject } from '../../validation.js';
import { colourText } from './colour.js';

/** More would lie on each other in any picture that fits into memory. */
export const strokeCount = z.number().int().min(1).max(20_000);

/** Of widths and lengths: four times the picture is more than can be seen. */
const positive = z.number().positive().max(1024);

/** Of strokes lengths are in pixels of a drawing whose longest side is 256. */
export const mediumSchema = z.discriminatedUnion(
  'kind',
  [
    strictObject({ kind: z.literal('pixels') }),
    strictObject({
      kind: z.literal('strokes'),
      /** Ink on light paper, or chalk on dark paper. */
      material: z.enum(['ink', 'chalk']).default('ink'),
      /** How many there are in the end. */
      count: strokeCount,
      /** In how many rounds they come. */
      rounds: z.number().int().min(1).max(100).default(5),
      /** Their width when they are new, in the first and in the last round. */
      width: z.tuple([positive, positive]),
      /** The shortest and the longest of the first round. */
      lengths: z
        .tuple([positive, positive])
        .refine(([least, most]) => least <= most, { error: 'the first is the shortest, the second the longest' }),
      /** All black (or white as chalk), or each in the photo's colour at first, and then learned. */
      colours: z.enum(['ink', 'photo']).default('ink'),
      /** Pens, of which each stroke is drawn with one: widths and colours are theirs. */
      pens: z
        .array(strictObject({ colour: colourText, width: positive }))
        .min(1)
        .max(mostPens)
        .optional(),
      /** How much tones count beside edges where new ones are put. */
      tone: z.number().min(0).default(0.03),
      /** What each takes at the least: that of a pen is near 1. */
      opacity: z.number().min(0).max(0.9).default(0),
      /** Straight, parallel strokes for tones: their angles in degrees, and their share of all strokes. */
      hatch: strictObject({
        angles: z.array(z.number().min(-180).max(180)).min(1).max(8),
        share: z.number().positive().max(1),
      }).optional(),
    }),
  ],
  { error: orMissing('expected {"kind": "pixels"} or {"kind": "strokes", …}') },
);
