/** The pictures whose style is drawn in, and whether a preset and they fit. */
import { z } from 'zod';
import { InputError } from '../../errors.js';
import type { Picture } from '../../image/picture.js';
import type { PhotoSource } from '../../image/source.js';
import { strictObject } from '../../validation.js';
import type { Preset } from './preset.js';
import { styleLayersOf } from './schedule.js';

/** A picture whose style is drawn in. */
export interface WeightedStyle {
  readonly picture: Picture | PhotoSource;
  /** Its weight in the mean of all style pictures, above 0. Default: 1. */
  readonly weight?: number | undefined;
}

/** What a drawing's objective is told of them. */
export interface StyleChoice {
  /** The weight of each picture in the mean of their styles; none where there is no style. */
  readonly weights: readonly number[];
  /** Times the weights that the preset states. */
  readonly factor: number;
}

export const noStyle: StyleChoice = { weights: [], factor: 1 };

const isWeighted = (given: unknown): boolean => typeof given === 'object' && given !== null && 'picture' in given;

/** One or several, with or without weights, as a list of those with weights. */
export const styleSchema = z.preprocess(
  (given) => {
    const list = given === undefined ? [] : Array.isArray(given) ? given : [given];
    return list.map((one) => (isWeighted(one) ? one : { picture: one }));
  },
  z.array(
    strictObject({
      // Where it is opened, what it is is checked.
      picture: z.custom<Picture | PhotoSource>((picture) => picture !== undefined && picture !== null, {
        error: 'expected a picture, or where one is read from',
      }),
      weight: z.number().positive().default(1),
    }),
  ),
);

export interface StyleOptions {
  readonly style: readonly WeightedStyle[];
  readonly styleSize?: number | undefined;
  readonly styleWeight?: number | undefined;
  readonly keepColours: boolean;
}

/** @throws InputError where the preset and the options don't fit: it names the option. */
export function checkStyle(preset: Preset, { style, styleSize, styleWeight, keepColours }: StyleOptions): void {
  const isStyled = styleLayersOf(preset).length > 0;
  if (isStyled && style.length === 0)
    throw new InputError('the preset draws in the style of a picture; give one', { field: 'style' });
  if (!isStyled && style.length > 0)
    throw new InputError("the preset has no phase with a style; take the preset 'style', or one that has", {
      field: 'style',
    });
  for (const [field, value] of Object.entries({ styleSize, styleWeight }))
    if (value !== undefined && !isStyled) throw new InputError('it is of use with a style picture only', { field });
  if (keepColours && !hasColours(preset))
    throw new InputError(
      "it takes a preset whose canvas has the photo's colours: colours 'rgb', lower 'black', upper 'white', and the tone 'photo'",
      { field: 'keepColours' },
    );
}

const hasColours = ({ canvas, medium, tone, finalTone }: Preset): boolean =>
  medium?.kind !== 'strokes' &&
  canvas.colours === 'rgb' &&
  canvas.lower === 'black' &&
  canvas.upper === 'white' &&
  [tone, finalTone].every((one) => one === 'photo');

/** The preset, drawn in light and shade alone. */
export const inShades = (preset: Preset): Preset => ({ ...preset, canvas: { ...preset.canvas, colours: 'grey' } });

/** The preset that was given where it is drawn in light and shade alone. */
export const inColours = (preset: Preset): Preset => ({ ...preset, canvas: { ...preset.canvas, colours: 'rgb' } });
