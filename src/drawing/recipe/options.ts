/** What a person chooses of a drawing, and what is taken where they choose nothing. */
import { basename } from 'node:path';
import { z } from 'zod';
import { InputError } from '../../errors.js';
import type { Picture } from '../../image/picture.js';
import type { PhotoSource } from '../../image/source.js';
import {
  defaultNetwork,
  type GivenNetwork,
  type GivenWeights,
  isNetworkModel,
  type NetworkModel,
  networkOf,
  type PreprocessName,
  preprocessNames,
  readNetwork,
} from '../../networks/index.js';
import type { NetworkOutline } from '../../networks/network.js';
import { check, strictObject } from '../../validation.js';
import type { Checkpoint } from '../checkpoint.js';
import type { SavedState } from '../state.js';
import { strokeCount } from './medium.js';
import { checkReadsNetwork, type MemoryLimit, memoryLimit, memorySchema } from './memory-limit.js';
import { type Preset, type PresetInput, parsePreset } from './preset.js';
import { defaultPreset, findPreset, presetFor } from './presets.js';
import { checkStyle, inShades, styleSchema, type WeightedStyle } from './style.js';

/** The defaults of a drawing, for whoever shows them. */
export const drawDefaults = { preset: defaultPreset, size: 512, weights: 'auto', provider: 'auto' } as const;

type StyleGiven = Picture | PhotoSource | WeightedStyle;

export interface DrawOptions {
  /** A built-in preset's name, the path of a preset file, or a preset. Default: `pencil`, and `style` where that is given. */
  readonly preset?: string | PresetInput | undefined;
  /** How many strokes there are in the end, 1 to 20 000, where the preset draws with strokes. Default: the preset's. */
  readonly strokes?: number | undefined;
  /** Longest side of the drawing in pixels, ≥ 1. A smaller photo is not enlarged. Default: 512. */
  readonly size?: number | undefined;
  /**
   * Where the network's weights come from: `auto`, `contour`, `contour:N`, `seeded`, `seeded:N`, `pretrained`, the path of a file (Keras
   * HDF5, ONNX, safetensors or TensorFlow.js), or the weights themselves. Default: `auto`, which is pretrained where they are at hand and
   * else contour.
   */
  readonly weights?: GivenWeights | undefined;
  /**
   * The network that looks: the path of an ONNX file whose input is one picture, float32[1, 3, H, W] (or of one channel), or what
   * `readNetwork` has read of one. Layers have the names of its values; those of VGG-19's are those that stand in for them. Default: VGG-19.
   */
  readonly network?: GivenNetwork | undefined;
  /**
   * How the picture is prepared for a `network` that is named by its path: `torchvision`, `caffe`, `inception` (-1 to 1) or `raw` (0 to 1).
   * Default: what its metadata says, else `torchvision`.
   */
  readonly preprocess?: PreprocessName | undefined;
  /**
   * The execution provider: `cpu`, `cuda`, `dml`, `webgpu` or `coreml`, with the index of a device where there are several
   * (`cuda:1`), or a list whose first usable one is taken (`cuda,cpu`). Default: `auto`, which is the first usable accelerator
   * that is real hardware, else the CPU.
   */
  readonly provider?: string | undefined;
  /** Threads that compute, ≥ 1. Default: one per physical core. */
  readonly threads?: number | undefined;
  /**
   * Memory that the whole process may take: bytes, or text such as `512M`, `4G`, `1.5GiB`. Where a drawing would take
   * more, values are computed again instead of kept, or the picture in tiles, which takes longer and gives the same drawing. On the
   * CPU only. Default: what the machine has free.
   */
  readonly memory?: number | string | undefined;
  /**
   * Computes convolutions by their definition. Left out, the CPU computes wide ones by Winograd's method, in less than half of
   * the time and with rounding errors of 1e-6 instead of 1e-7.
   */
  readonly exact?: boolean | undefined;
  /** The picture, or the pictures with their weights, whose style is drawn in by a preset that has one: read as the photo is. */
  readonly style?: StyleGiven | readonly StyleGiven[] | undefined;
  /** Longest side that style pictures are looked at with, in pixels; smaller ones are not enlarged. Default: that of the drawing. */
  readonly styleSize?: number | undefined;
  /** Times the weights of style that the preset states, ≥ 0. Default: 1. */
  readonly styleWeight?: number | undefined;
  /** Draws in light and shade alone, and shows frames in the photo's colours. Default: false. */
  readonly keepColours?: boolean | undefined;
  /** Whether every frame has its canvas, and not the last one alone. Default: false, because reading it takes time. */
  readonly canvases?: boolean | undefined;
  /**
   * Seconds from one checkpoint to the next, ≥ 0 (0: after every iteration): the frame at which one is taken has it. At the end of a phase,
   * and of the drawing, there is one in any case. Left out: there are none.
   */
  readonly checkpoints?: number | undefined;
  /**
   * Goes on with a drawing from a checkpoint of it. Options that are left out are those that it was drawn with; the photo, style pictures and
   * a network of a file have to be given again. On the CPU, with as many threads, all frames that follow are those of a drawing without an interruption, to the bit.
   */
  readonly resume?: Checkpoint | undefined;
  /**
   * What the drawing begins with in place of its paper: the parameters in a checkpoint of another drawing with the same medium, of the same
   * size, such as that of the frame before in a film.
   */
  readonly start?: SavedState['parameters'] | undefined;
  /** Ends the drawing after the running iteration, as if it had been the last one. */
  readonly signal?: AbortSignal | undefined;
}

/** What says how a photo is looked at, whether it is drawn or not. */
export const seeingShape = {
  size: z.number().int().min(1).default(drawDefaults.size),
  weights: z
    .union([z.string().min(1), z.custom<Exclude<GivenWeights, string>>(isWeights)], {
      error: 'expected the name of a source, a path or weights',
    })
    .default(drawDefaults.weights),
  network: z
    .union([z.string().min(1), z.custom<Exclude<GivenNetwork, string>>(isNetworkModel)], {
      error: 'expected the path of an ONNX file, or what readNetwork gives',
    })
    .optional(),
  preprocess: z.enum(preprocessNames).optional(),
  provider: z.string().default(drawDefaults.provider),
  threads: z.number().int().min(1).max(1024).optional(),
  memory: memorySchema.optional(),
  signal: z.instanceof(AbortSignal).optional(),
};

const optionsSchema = strictObject({
  ...seeingShape,
  preset: z.union([z.string(), z.looseObject({})], { error: 'expected a name, a path or a preset' }).optional(),
  strokes: strokeCount.optional(),
  exact: z.boolean().default(false),
  style: styleSchema,
  styleSize: z.number().int().min(1).optional(),
  styleWeight: z.number().min(0).optional(),
  keepColours: z.boolean().default(false),
  canvases: z.boolean().default(false),
  checkpoints: z.number().min(0).optional(),
  resume: z
    .custom<Checkpoint>(isCheckpoint, { error: 'expected a checkpoint, as a frame or readCheckpoint gives it' })
    .optional(),
  start: z
    .record(z.string(), z.object({ shape: z.array(z.number()), values: z.instanceof(Float32Array) }), {
      error: 'expected the parameters of a checkpoint',
    })
    .optional(),
});

function isWeights(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('data' in value)) return false;
  const offset = 'pixelOffset' in value ? value.pixelOffset : undefined;
  const isOffset = Array.isArray(offset) && offset.length === 3 && offset.every(Number.isFinite);
  const border = 'border' in value ? value.border : undefined;
  const isBorder = border === undefined || border === 'repeated';
  return value.data instanceof Float32Array && (offset === undefined || isOffset) && isBorder;
}

function isCheckpoint(value: unknown): boolean {
  const isObject = typeof value === 'object' && value !== null;
  return isObject && ['recipe', 'digests', 'iterations', 'state'].every((key) => key in value);
}

/** Options, with those that are left out as a drawing that goes on has them. */
function asBefore(options: DrawOptions): DrawOptions {
  if (!options.resume || !isCheckpoint(options.resume)) return options;
  const { preset, size, style, styleSize, keepColours, exact, threads, weights } = options.resume.recipe;
  const before: DrawOptions = {
    ...{ preset, size: Math.max(size.width, size.height), keepColours, exact, threads },
    ...(style.weights.length > 0 ? { styleSize, styleWeight: style.factor } : {}),
  };
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  // Whatever is at hand now: those that there were.
  const isLeft = options.weights === undefined || options.weights === 'auto';
  return { ...before, ...Object.fromEntries(given), ...(isLeft && weights !== undefined ? { weights } : {}) };
}

type Parsed = z.output<typeof optionsSchema>;

/** Options that were checked, with the preset and the network themselves and the defaults of what was left out. */
export interface CheckedOptions extends Omit<Parsed, 'preset' | 'strokes' | 'network' | 'preprocess'> {
  readonly preset: Preset;
  /** From a file; undefined is VGG-19. */
  readonly model: NetworkModel | undefined;
  readonly network: NetworkOutline;
}

/** @throws InputError that names the first option, or field of the preset, that is wrong. */
export async function checkOptions(options: DrawOptions): Promise<CheckedOptions> {
  const { preset: given, strokes, network: file, preprocess, ...checked } = check(optionsSchema, asBefore(options));
  const model = await givenNetwork({ ...checked, network: file, preprocess }, checked.resume?.recipe.memory);
  const network = model ? await networkOf(model) : defaultNetwork;
  const named = given ?? presetFor(checked.style.length > 0);
  const found = typeof named === 'string' ? await findPreset(named, network) : parsePreset(named, 'given', network);
  const preset = strokes === undefined ? found : withStrokes(found, strokes);
  checkStyle(preset, checked);
  if (checked.start && checked.resume)
    throw new InputError('a drawing that goes on has begun already; leave one of the two out', { field: 'start' });
  return { ...checked, model, network, preset: checked.keepColours ? inShades(preset) : preset };
}

/**
 * The network that was given, read; undefined where none was.
 * @param before the limit of the drawing that goes on, where no other is given.
 * @throws InputError where that can't be, or takes more memory than there is, and for options that do not go together.
 */
export async function givenNetwork(
  {
    network,
    preprocess,
    weights = drawDefaults.weights,
    memory,
  }: Pick<DrawOptions, 'network' | 'preprocess' | 'weights' | 'memory'>,
  before?: MemoryLimit,
): Promise<NetworkModel | undefined> {
  if (network !== undefined && weights !== drawDefaults.weights)
    throw new InputError('they are for VGG-19, and a network from a file has its own; leave one of the two out', {
      field: 'weights',
    });
  if (preprocess !== undefined && typeof network !== 'string')
    throw new InputError('it is of use with the file of a network only; name that as well', { field: 'preprocess' });
  if (typeof network !== 'string') return network;
  const limit = memoryLimit(check(optionsSchema.pick({ memory: true }), { memory }).memory, before);
  return readNetwork(network, preprocess, (bytes) => checkReadsNetwork(bytes, basename(network), limit));
}

/** @throws InputError for a preset of pixels. */
function withStrokes(preset: Preset, count: number): Preset {
  const { medium } = preset;
  if (medium?.kind === 'strokes') return { ...preset, medium: { ...medium, count } };
  throw needsStrokes('strokes');
}

/** What to say where an option is for strokes, and the preset draws with pixels. */
export const needsStrokes = (field: string): InputError =>
  new InputError('the preset draws with pixels; choose one of strokes, such as pen or brush', { field });
