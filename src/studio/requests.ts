/** What a page may ask for, checked. */
import { z } from 'zod';
import { check, strictObject } from '../validation.js';

const id = z.string().regex(/^[0-9a-f]{18}$/, { error: 'expected what the studio calls a photo or a drawing' });
const style = strictObject({ photo: id, weight: z.number().positive().max(1000).default(1) });

/** The name of one that is built in, or one that the page has read from a file. */
const preset = z.union([
  z.string().min(1).max(100),
  strictObject({ name: z.string().min(1).max(100), json: z.looseObject({}) }),
]);

const drawingRequest = strictObject({
  photos: z.array(id).min(1).max(50),
  /** Left out: the default one. */
  preset: preset.optional(),
  /** Whether each photo is drawn small in every preset instead. */
  sheet: z.boolean().default(false),
  size: z.number().int().min(1).max(16_384),
  weights: z.string().max(200),
  provider: z
    .string()
    .max(100)
    .regex(/^[a-z]+(?::\d+)?$/, { error: 'expected auto, cpu, or another provider by its name' }),
  style: z.array(style).max(10).default([]),
  styleWeight: z.number().min(0).max(1000).optional(),
  keepColours: z.boolean().default(false),
  strokes: z.number().int().min(1).max(20_000).optional(),
  seconds: z.number().positive().max(600).optional(),
});

export type DrawingRequest = z.output<typeof drawingRequest>;

/** @throws InputError for the first field that is wrong. */
export const checkDrawingRequest = (given: unknown): DrawingRequest => check(drawingRequest, given);

/** What looks at the photo of a drawing, out of what was chosen for that. */
const chosen = drawingRequest.pick({ size: true, weights: true, provider: true }).loose();

/** @throws InputError where it is not there, as in a drawing that was kept by somebody else. */
export const checkChosen = (given: unknown): z.output<typeof chosen> => check(chosen, given);

const lookRequest = strictObject({
  layer: z.string().min(1).max(100),
  channel: z.number().int().min(0).optional(),
});

export type LookRequest = z.output<typeof lookRequest>;

/** @throws InputError for the first field that is wrong. */
export const checkLookRequest = (given: unknown): LookRequest => check(lookRequest, given);

const plotRequest = strictObject({
  page: z.string().max(50).optional(),
  margin: z.string().max(50).optional(),
  landscape: z.stringbool().optional(),
  pens: z.string().max(2000).optional(),
});

/** How a drawing is plotted, out of the query of an address. Left out is what is empty. */
export function checkPlotRequest(query: Readonly<Record<string, string>>): z.output<typeof plotRequest> {
  return check(plotRequest, Object.fromEntries(Object.entries(query).filter(([, value]) => value !== '')));
}
