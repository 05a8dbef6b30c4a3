/** What a preset says of a drawing, and the check of one that comes from a file. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { defaultAdam } from '../artifacts/adam.js';
import { errorCode, InputError, messageOf } from '../errors.js';
import { check, strictObject } from '../validation.js';
import { findLayer } from '../vgg19/layers.js';
import { toneNames } from './tones.js';

const layerName = z.string().transform((name, context) => {
  try {
    return findLayer(name).name;
  } catch (error) {
    context.addIssue({ code: 'custom', message: messageOf(error) });
    return z.NEVER;
  }
});

/** Network-space value of a channel; the names are the photo's own range. */
const bound = z.union([z.literal('black'), z.literal('white'), z.number()], {
  error: 'expected a number, "black" or "white"',
});

const rate = z.number().positive();
const learningRate = z.union([rate, strictObject({ from: rate, to: rate, decay: z.enum(['cosine', 'linear']) })], {
  error: 'expected a positive number or {"from": …, "to": …, "decay": "cosine" or "linear"}',
});

const phase = strictObject({
  /** The layer whose activations are compared. */
  layer: layerName,
  iterations: z.number().int().min(1).max(100_000),
  /** Adam's step, in network-space units (a grey level of the photo is 1). */
  learningRate,
  /** Whether Adam goes on with the averages of the phase before. */
  keepOptimizer: z.boolean().default(false),
});

const schema = strictObject({
  canvas: strictObject({
      /** Colour of the blank paper. */
      start: z.enum(['white', 'black']).default('white'),
      /** The range that every canvas value is clipped to after a step. */
      lower: bound.default('black'),
      upper: bound.default('white'),
    })
    .refine(({ lower, upper }) => typeof lower === 'string' || typeof upper === 'string' || lower < upper, {
      message: 'lower has to be less than upper',
    })
    .prefault({}),
  /** How a canvas is shown as a frame. */
  tone: z.enum(toneNames).default('photo'),
  /** How the finished picture is shown; the tone of the frames where it is left out. */
  finalTone: z.enum(toneNames).optional(),
  adam: strictObject({
      beta1: z.number().min(0).lt(1).default(defaultAdam.beta1),
      beta2: z.number().min(0).lt(1).default(defaultAdam.beta2),
      epsilon: z.number().positive().default(defaultAdam.epsilon),
    })
    .prefault({}),
  phases: z.array(phase).min(1),
});

/** A preset as a file states it; what it leaves out has a default. */
export type PresetInput = z.input<typeof schema>;
/** A complete preset. */
export type Preset = Omit<z.output<typeof schema>, 'finalTone'> & { readonly finalTone: (typeof toneNames)[number] };
export type Phase = Preset['phases'][number];

/**
 * Checks a preset and fills in what it leaves out.
 * @param name what messages call it: its file's name, or that of a built-in preset.
 * @throws InputError that names the first field that is wrong, and why.
 */
export function parsePreset(preset: unknown, name: string): Preset {
  const checked = check(schema, preset, `preset ${name}`);
  return { ...checked, finalTone: checked.finalTone ?? checked.tone };
}

/** Reads a preset file (JSON). @throws InputError where it can't be read, is no JSON, or a field is wrong. */
export async function readPreset(path: string): Promise<Preset> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') throw new InputError(`there is no file ${path}`, { field: 'preset' });
    throw new InputError(`can't read ${path}: ${messageOf(error)}`, { field: 'preset' });
  });
  try {
    return parsePreset(JSON.parse(text), path);
  } catch (error) {
    if (error instanceof SyntaxError) throw new InputError(`preset ${path}: it is not JSON: ${error.message}`);
    throw error;
  }
}
