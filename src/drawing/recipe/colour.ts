/** What a preset says of a colour. */
import { z } from 'zod';
import { colourNamed, colourNames } from '../../colour/names.js';
import { didYouMean } from '../../nearest.js';
import { shownName } from '../../one-line.js';

/** A name of CSS 2.1, `#rgb` or `#rrggbb`. */
export const colourText = z
  .string()
  .refine((text) => colourNamed(text) !== undefined, {
    error: ({ input }) =>
      `expected a colour, '#rrggbb' or a name such as 'white', not '${shownName(String(input))}'` +
      didYouMean(String(input), colourNames),
  })
  .meta({ anyOf: [{ enum: colourNames }, { pattern: '^#([0-9A-Fa-f]{3}){1,2}$' }] });
