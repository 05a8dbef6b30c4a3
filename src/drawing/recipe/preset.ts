/** What a preset says of a drawing, and the check of one that comes from a file. */
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import type { ColourSpace } from '../../colour/spaces.js';
import { photoTones, toneNames } from '../../colour/tones.js';
import { errorCode, InputError, messageOf } from '../../errors.js';
import { whyUnreadable } from '../../files/readable.js';
import { paperOf, perChannel, spaceOf } from '../../media/pixels/spec.js';
import { strokesSpace } from '../../media/strokes/spec.js';
import { didYouMean } from '../../nearest.js';
import { defaultNetwork } from '../../networks/index.js';
import type { NetworkOutline } from '../../networks/network.js';
import { shownName } from '../../one-line.js';
import { check, strictObject } from '../../validation.js';
import { changing } from './changing.js';
import { colourText } from './colour.js';
import { withLayersOf } from './layers.js';
import { mediumSchema } from './medium.js';
import { scalesSchema } from './scales.js';

/** Keras' defaults. */
export const defaultAdam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };

// In words of JSON Schema: the names, for editors to complete, and short ones.
const layerNames = { anyOf: [{ enum: [...defaultNetwork.layers] }, { pattern: '^(conv|relu|pool|b)\\d' }] };

const layerNameOf = (network: NetworkOutline) =>
  z
    .string()
    .meta(layerNames)
    .check(({ value, issues }) => {
      try {
        network.find(value);
      } catch (error) {
        issues.push({ code: 'custom', input: value, message: messageOf(error) });
      }
    });

/** Network-space value of a channel; the names are the photo's own range. */
const bound = z.union([z.literal('black'), z.literal('white'), z.number()], {
  error: ({ input }) =>
    `expected a number, "black" or "white"${typeof input === 'string' ? didYouMean(input, ['black', 'white']) : ''}`,
});

type Bounds = Record<'lower' | 'upper', z.output<typeof bound>> & { colours: 'rgb' | 'grey' };

function hasRange({ colours, ...bounds }: Bounds): boolean {
  const space = spaceOf(colours);
  const [lower, upper] = [perChannel(bounds.lower, space), perChannel(bounds.upper, space)];
  return lower.every((least, channel) => least < upper[channel]!);
}

const learningRate = changing(z.number().positive(), 'a positive');
const weight = changing(z.number().min(0), 'no negative');

function phaseOf(network: NetworkOutline) {
  const layerName = layerNameOf(network);
  const style = z.record(layerName, weight).refine((layers) => Object.keys(layers).length > 0, {
    error: 'it needs a layer with its weight',
  });
  return strictObject({
    /** The layer whose activations are compared. */
    layer: layerName.optional(),
    /** Or several, each with a weight: 1 is worth the whole content of the photo at that layer. */
    layers: z.record(layerName, weight).optional(),
    /** The price of what is drawn: the mean distance from the paper. */
    ink: weight.optional(),
    /** The price of grain: the mean squared difference of neighbouring pixels. */
    smoothness: weight.optional(),
    /** The layers whose textures are compared with the style pictures', each with a weight: 1 is worth all the style there. */
    style: style.optional(),
    /** The price of colours that are not the photo's: of the mean colours of blocks of 8 × 8 pixels. */
    colour: weight.optional(),
    iterations: z.number().int().min(1).max(100_000),
    /** Adam's step, in network-space units (a grey level of the photo is 1). */
    learningRate,
    /** Whether Adam goes on with the averages of the phase before. */
    keepOptimizer: z.boolean().default(false),
  }).refine(({ layer, layers = {} }) => (layer === undefined) !== (Object.keys(layers).length === 0), {
    message: 'it needs a layer, or layers with their weights, and not both',
  });
}

/** What a preset file may say that is for some network. */
const schemaFor = (network: NetworkOutline) =>
  strictObject({
    /** Where its JSON schema lies, for editors. */
    $schema: z.string().optional(),
    /** A line that says what it draws like. */
    description: z.string().optional(),
    /** What is drawn with. Default: pixels. */
    medium: mediumSchema.optional(),
    canvas: strictObject({
      /** Whether a pixel has three values or one. */
      colours: z.enum(['rgb', 'grey']).default('rgb'),
      /** Colour of the blank paper, which ink is measured from, or `auto`: white, or black for a dark photo. Default: that of the start. */
      paper: z.union([z.literal('auto'), colourText]).optional(),
      /** What the drawing begins with: its paper, the photo, noise round its paper, or paper of that colour. */
      start: z.enum(['paper', 'photo', 'noise', 'white', 'black']).default('paper'),
      /** The range that every canvas value is clipped to after a step. */
      lower: bound.default('black'),
      upper: bound.default('white'),
    })
      .refine(hasRange, {
        error: ({ input }) => {
          const { lower, upper } = input as Bounds;
          return `lower (${lower}) has to be less than upper (${upper}) in every channel`;
        },
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
    }).prefault({}),
    /** What moves the canvas: Adam, or L-BFGS, whose learning rate is a part of the whole step. */
    optimizer: z.enum(['adam', 'lbfgs']).default('adam'),
    phases: z.array(phaseOf(network)).min(1),
    /** Sizes that the iterations are shared out among, as shares of the drawing's sides. */
    scales: scalesSchema.default([1]),
  })
    .refine(({ medium, tone, finalTone = tone }) => medium?.kind !== 'strokes' || [tone, finalTone].every(isPhoto), {
      path: ['tone'],
      error: () => "strokes are shown in the tone 'photo'",
    })
    .refine(({ scales, phases }) => scales.length <= phases.reduce((sum, { iterations }) => sum + iterations, 0), {
      path: ['scales'],
      error: 'there are more of them than iterations',
    })
    .check(({ value: { canvas, ...tones }, issues }) => {
      if (canvas.colours === 'rgb') return;
      for (const field of ['tone', 'finalTone'] as const) {
        const tone = tones[field] ?? 'photo';
        if (photoTones.some((one) => one === tone)) continue;
        const message = `a grey canvas is shown in the tones 'photo', 'firm' and 'bold', not '${tone}'`;
        issues.push({ code: 'custom', input: tone, path: [field], message });
      }
    });

/** What a preset file may say. */
export const presetSchema = schemaFor(defaultNetwork);

const isPhoto = (tone: string): boolean => tone === 'photo';

/** A preset as a file states it; what it leaves out has a default. */
export type PresetInput = z.input<typeof presetSchema>;
/** A complete preset. */
export type Preset = Omit<z.output<typeof presetSchema>, 'finalTone' | '$schema'> & {
  readonly finalTone: (typeof toneNames)[number];
};
export type Phase = Preset['phases'][number];

/**
 * Checks a preset and fills in what it leaves out.
 * @param name what messages call it: its file's name, or that of a built-in preset.
 * @param network whose layers it names, by their own names or those of VGG-19's that they stand in for. Default: VGG-19.
 * @throws InputError that names the first field that is wrong, and why.
 */
export function parsePreset(preset: unknown, name: string, network: NetworkOutline = defaultNetwork): Preset {
  const schema = network === defaultNetwork ? presetSchema : schemaFor(network);
  const { $schema: _, ...checked } = check(schema, preset, `preset ${shownName(name)}`);
  return withLayersOf({ ...checked, finalTone: checked.finalTone ?? checked.tone }, network);
}

/** The colours of a preset's canvas. */
export const canvasSpaceOf = ({ canvas, medium }: Pick<Preset, 'canvas' | 'medium'>): ColourSpace =>
  medium?.kind === 'strokes' ? strokesSpace(medium, paperOf(canvas)) : spaceOf(canvas.colours);

/** Reads a preset file (JSON). @throws InputError where it can't be read, is no JSON, or a field is wrong. */
export async function readPreset(path: string, network?: NetworkOutline): Promise<Preset> {
  const bytes = await readBytes(path).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') throw new InputError(`there is no file ${shownName(path)}`, { field: 'preset' });
    throw new InputError(`can't read ${shownName(path)}: ${whyUnreadable(error)}`, { field: 'preset' });
  });
  return parsePreset(parseJson(bytes, path), path, network);
}

/** The largest file that is read, in bytes: a preset of a thousand phases is a tenth of it. */
const maxFileSize = 2 ** 20;

async function readBytes(path: string): Promise<Uint8Array> {
  // Before it is opened: a pipe would wait for somebody to write, and a device need not end.
  const found = await stat(path);
  if (found.isDirectory()) throw new Error('it is a folder; name a preset in it');
  if (!found.isFile()) throw new Error('it is not an ordinary file; save the preset in one');
  if (found.size === 0) throw new Error('the file is empty');
  if (found.size > maxFileSize) throw new Error('the file is larger than 1 MB, which no preset is');
  return readFile(path);
}

function parseJson(bytes: Uint8Array, path: string): unknown {
  try {
    // With or without a mark of the byte order at its beginning.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    const reason =
      error instanceof SyntaxError ? `it is not JSON: ${error.message}` : 'it is not UTF-8; save it as that';
    throw new InputError(`preset ${shownName(path)}: ${reason}`);
  }
}
