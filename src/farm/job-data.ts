/**
 * What a job of a farm says: how to draw which photo, or which frames of a film. Everything that it names by digest lies in the store. It may have been put into the queue
 * by anybody, so that a worker checks it as the command line checks options: there is no path in it, and nothing that a drawing does not have.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Preset } from '../drawing/recipe/preset.js';
import { mostFrames } from '../film/survey.js';
import { stillFormats } from '../image/still-formats.js';
import { videoShape } from '../jobs/video-choice.js';
import { svgStyles } from '../media/strokes/svg-styles.js';
import { preprocessNames } from '../networks/index.js';
import type { OutputPaths } from '../outputs/output.js';
import { check, strictObject } from '../validation.js';
import { videoFormats } from '../video/formats.js';
import { askedProviders, memoryClasses } from './queue/memory-classes.js';

/** Something that can be made of a drawing. */
interface Made {
  /** The option of a drawing that names it. */
  readonly field: keyof OutputPaths;
  /** Its name in the store. */
  readonly file: string;
  /** What stands behind the photo's name where it is brought to a person. */
  readonly ending: string;
}

const inFormats = <F extends string>(formats: readonly F[], field: keyof OutputPaths, kind: string): Record<F, Made> =>
  Object.fromEntries(
    formats.map((format) => [format, { field, file: `${kind}.${format}`, ending: `.${format}` }]),
  ) as Record<F, Made>;

const [, ...otherVideos] = videoFormats;
const [, ...otherStills] = stillFormats;

/** What can be made of a drawing. */
export const made = {
  video: { field: 'output', file: 'video.mp4', ending: '.mp4' },
  ...inFormats(otherVideos, 'output', 'video'),
  still: { field: 'still', file: 'still.png', ending: '.png' },
  ...inFormats(otherStills, 'still', 'still'),
  sheet: { field: 'sheet', file: 'sheet.png', ending: '-sheet.png' },
  svg: { field: 'svg', file: 'drawing.svg', ending: '.svg' },
  'svg-animated': { field: 'svgAnimated', file: 'animated.svg', ending: '-animated.svg' },
  replay: { field: 'replay', file: 'replay.mp4', ending: '-replay.mp4' },
  steps: { field: 'steps', file: 'steps.pdf', ending: '-steps.pdf' },
} as const satisfies Readonly<Record<string, Made>>;
export type OutputKind = keyof typeof made;
export const outputKinds = Object.keys(made) as [OutputKind, ...OutputKind[]];

/** What is made of one drawing. */
export const outputsSchema = z
  .array(z.enum(outputKinds))
  .min(1)
  .refine((kinds) => new Set(kinds.map((kind) => made[kind].field)).size === new Set(kinds).size, {
    error: 'a drawing has one video and one still; leave out the others',
  });

/** The files of a drawing, as its options name them. @param pathOf of the name of a file. */
export const outputPathsOf = (kinds: readonly OutputKind[], pathOf = (file: string) => file): OutputPaths =>
  Object.fromEntries(kinds.map((kind) => [made[kind].field, pathOf(made[kind].file)]));

/** Of the bytes of a file that lies in the store. */
export const digest = z.string().regex(/^[0-9a-f]{64}$/, { error: 'expected a SHA-256, in hexadecimal digits' });
const side = z.number().int().min(1);
const words = z.string().min(1).max(400);

/** A name without folders. */
const name = z
  .string()
  .min(1)
  .max(240)
  .regex(/^(?!\.{1,2}$)[^/\\\p{Cc}]+$/u, { error: 'expected a name without folders' });

/** How it is drawn, whatever that is. */
const drawn = {
  /** Of the program: another one may draw otherwise. */
  version: words,
  /** What people call it. */
  name,
  /** What people call the preset, and the preset itself, which is checked where it is drawn with. */
  preset: name,
  recipe: z.looseObject({}),
  /** Of VGG-19; left out with another network. */
  weights: z
    .union([
      strictObject({
        formula: z.string().regex(/^(?:contour|seeded):\d{1,10}$/, { error: 'expected contour:1 or seeded:1' }),
      }),
      strictObject({ file: digest, name }),
    ])
    .optional(),
  network: strictObject({ file: digest, name, preprocess: z.enum(preprocessNames).optional() }).optional(),
  provider: z.enum(askedProviders),
  /** Bytes that the drawing keeps to, and those that its worker has to have. */
  memory: z.number().int().min(1).max(memoryClasses.at(-1)!),
  threads: z.number().int().min(1).max(1024).optional(),
  exact: z.boolean(),
  strokes: side.optional(),
  style: z.array(strictObject({ picture: digest, weight: z.number().positive() })).max(16),
  styleSize: side.optional(),
  styleWeight: z.number().min(0).optional(),
  keepColours: z.boolean(),
};

const jobSchema = strictObject({
  ...drawn,
  photo: digest,
  size: side,
  outputs: outputsSchema,
  stillSize: side.max(16_384).optional(),
  svgStyle: z.enum(svgStyles).optional(),
  plot: strictObject({
    page: words.optional(),
    margin: words.optional(),
    landscape: z.boolean().optional(),
    pens: z.string().max(4000).optional(),
    plotSpeed: z.number().optional(),
  }).optional(),
  ...videoShape,
});

const frame = z.number().int().min(0).max(mostFrames);
const filmSeconds = z.number().min(0).max(1e6);

/** Frames of a film that follow one another, see film/plan.ts. */
const chunkSchema = strictObject({
  ...drawn,
  film: digest,
  fps: z.number().positive().max(240),
  from: filmSeconds.optional(),
  to: filmSeconds.optional(),
  /** Of the drawing. */
  width: side.max(16_384),
  height: side.max(16_384),
  first: frame,
  count: frame.min(1),
  iterations: side.max(100_000).optional(),
  fresh: z.boolean(),
});

export type FarmJob = Omit<z.output<typeof jobSchema>, 'recipe'> & { readonly recipe: Preset };

/** A job before it is checked: what has a default may be left out. */
export type GivenJob = Omit<z.input<typeof jobSchema>, 'recipe'> & { readonly recipe: Preset };

export type ChunkJob = Omit<z.output<typeof chunkSchema>, 'recipe'> & { readonly recipe: Preset };

/** @throws InputError for the first field that is wrong. */
export const checkJob = (data: unknown): FarmJob => check(jobSchema, data, 'job') as unknown as FarmJob;

/** As {@link checkJob}, of a job that has frames of a film drawn. */
export const checkChunk = (data: unknown): ChunkJob => check(chunkSchema, data, 'job') as unknown as ChunkJob;

/** As {@link checkJob}, of a job of either kind. */
export const checkWork = (data: unknown): FarmJob | ChunkJob => (isOfFilm(data) ? checkChunk(data) : checkJob(data));

/** Whether a job, that is not checked, is one that has frames of a film drawn. */
export const isOfFilm = (data: unknown): boolean => typeof data === 'object' && data !== null && 'film' in data;

/** What a job is known by: the same work has the same id, whatever its photo and other files are called. */
export function idOf({ name: _, weights, network, ...work }: FarmJob | ChunkJob): string {
  const unnamed = (file: object | undefined) => file && { ...file, name: undefined };
  const known = { ...work, weights: unnamed(weights), network: unnamed(network) };
  return createHash('sha256')
    .update(JSON.stringify(sorted(known)))
    .digest('hex');
}

/** With the fields of objects in one order, and none that are undefined. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(
    fields.toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([key, field]) => [key, sorted(field)]),
  );
}
