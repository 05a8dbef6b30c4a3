/** Drawing a photo: the library's way in. */
import { isUint8Array } from 'node:util/types';
import { z } from 'zod';
import { InputError, messageOf } from '../errors.js';
import { fittedSize } from '../image/fitted-size.js';
import { openPhoto, type Photo } from '../image/photo.js';
import type { Picture, Size } from '../image/picture.js';
import { fitLongestSide } from '../image/resize.js';
import type { PhotoSource } from '../image/source.js';
import { type Provider, parseProviders, providerLabel } from '../runtime/provider.js';
import { type ChosenProvider, chooseProvider } from '../runtime/providers/choose.js';
import { check } from '../validation.js';
import { smallestSide, weightCountThrough } from '../vgg19/layers.js';
import type { Weights } from '../vgg19/weights/weights.js';
import { formatBytes } from './bytes.js';
import { processBytes } from './memory.js';
import { type MemoryLimit, memoryLimit, memorySchema } from './memory-limit.js';
import type { FrameIteration } from './messages.js';
import { type Preset, type PresetInput, parsePreset } from './preset.js';
import { defaultPreset, findPreset } from './presets.js';
import { deepestLayer, iterationsOf } from './schedule.js';
import { DrawingThread } from './thread.js';

/** The defaults of a drawing, for whoever shows them. */
export const drawDefaults = { preset: defaultPreset, size: 512, weights: 'auto', provider: 'auto' } as const;

export interface DrawOptions {
  /** A built-in preset's name, the path of a preset file, or a preset. Default: `painting`. */
  readonly preset?: string | PresetInput | undefined;
  /** Longest side of the drawing in pixels, ≥ 1. A smaller photo is not enlarged. Default: 512. */
  readonly size?: number | undefined;
  /**
   * Where the network's weights come from: `auto`, `seeded`, `seeded:N`, `pretrained`, the path of a file (Keras HDF5,
   * ONNX, safetensors or TensorFlow.js), or the
   * weights themselves. Default: `auto`, which is pretrained where they are at hand and else seeded.
   */
  readonly weights?: string | Weights | undefined;
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
  /** Whether every frame has its canvas, and not the last one alone. Default: false, because reading it takes time. */
  readonly canvases?: boolean | undefined;
  /** Ends the drawing after the running iteration, as if it had been the last one. */
  readonly signal?: AbortSignal | undefined;
}

/** What is known of a drawing from its first frame on. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly preset: Preset;
  /** Where the weights came from: `seeded:1`, for instance. */
  readonly weights: string;
  /** The provider that computes: `cpu`, `cuda:1`. */
  readonly provider: string;
  /** Providers that were asked for before it, and why they cannot be used. */
  readonly passedOver: readonly { readonly provider: string; readonly reason: string }[];
  /** Frames of the whole drawing: the blank paper and one per iteration. */
  readonly frames: number;
}

/** The canvas at one moment. */
export interface Frame {
  /** 0 is the blank paper, k the canvas after k iterations. */
  readonly index: number;
  /** What it looks like in the preset's tone. */
  readonly picture: Picture;
  /**
   * Its values in network space, float32[3, H, W], which `applyTone` shows in any tone. In the last frame, and in every one
   * where {@link DrawOptions.canvases} asks for it.
   */
  readonly canvas: Float32Array | undefined;
  /** The iteration it came out of; undefined for the blank paper. */
  readonly iteration: FrameIteration | undefined;
  readonly drawing: Drawing;
}

/** What says where to compute, as a person writes it. */
export const providerSchema = z.string().superRefine((text, context) => {
  try {
    parseProviders(text);
  } catch (error) {
    context.addIssue(messageOf(error));
  }
});

const optionsSchema = z.strictObject({
  preset: z
    .union([z.string(), z.looseObject({})], { error: 'expected a name, a path or a preset' })
    .default(drawDefaults.preset),
  size: z.number().int().min(1).default(drawDefaults.size),
  weights: z.union([z.string().min(1), z.custom<Weights>(isWeights)]).default(drawDefaults.weights),
  provider: providerSchema.default(drawDefaults.provider),
  threads: z.number().int().min(1).max(1024).optional(),
  memory: memorySchema.optional(),
  exact: z.boolean().default(false),
  canvases: z.boolean().default(false),
  signal: z.instanceof(AbortSignal).optional(),
});

function isWeights(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('data' in value)) return false;
  const offset = 'pixelOffset' in value ? value.pixelOffset : undefined;
  const isOffset = Array.isArray(offset) && offset.length === 3 && offset.every(Number.isFinite);
  return value.data instanceof Float32Array && (offset === undefined || isOffset);
}

/**
 * Draws a photo from blank paper and yields every frame as it is made, the blank paper first. The work is done in a thread of
 * its own, which waits when frames are not taken. Leaving the loop early ends the drawing.
 * @param photo a picture, or where one is read from: a path, a `file:` URL, or the bytes of a JPEG, PNG, BMP, GIF or TIFF file.
 * @throws InputError where an option, the photo, the preset or the weights are at fault: it names which.
 */
export async function* draw(
  photo: Picture | PhotoSource,
  options: DrawOptions = {},
): AsyncGenerator<Frame, void, void> {
  const { signal, ...checked } = check(optionsSchema, options, (field) => `option ${field}`);
  const preset =
    typeof checked.preset === 'string' ? await findPreset(checked.preset) : parsePreset(checked.preset, 'given');
  if (typeof checked.weights !== 'string') checkReach(checked.weights, preset);

  const { weights, threads, memory, exact, canvases } = checked;
  // First of all: what follows is done while the thread starts and loads the weights.
  const thread = new DrawingThread({ preset, weights, threads, exact, canvases });
  const stop = () => thread.stop();
  try {
    const choosing = chooseProvider(parseProviders(checked.provider));
    // That nothing fits is said when the photo is there.
    choosing.catch(() => {});
    const opened = isPicture(photo) ? checkPicture(photo) : await openPhoto(photo);
    const size = fittedSize(opened, checked.size);
    const { width, height } = size;
    checkSides(width, height, preset);
    if ('decode' in opened) checkDecodes(opened, size, memoryLimit(memory));
    const preparing = choosing.then((chosen) => {
      checkKeeps(chosen.provider, memory);
      const decodingBytes = 'decode' in opened ? opened.decodingBytes(size) : 0;
      thread.prepare({ ...size, decodingBytes, provider: chosen.provider, memory: memoryLimit(memory) });
      return chosen;
    });
    preparing.catch(() => {});
    const { rgb } = await fitPhoto(opened, size);
    const chosen = await preparing;
    thread.draw(rgb);
    // Not before there is a photo: the first iteration is drawn in any case.
    signal?.addEventListener('abort', stop);
    if (signal?.aborted) stop();
    let drawing: Drawing | undefined;
    let index = 0;
    for await (const result of thread.results()) {
      if (result.kind === 'start') {
        const frames = 1 + iterationsOf(preset);
        drawing = { width, height, preset, weights: result.weights, ...labelled(chosen), frames };
      } else {
        const { canvas, iteration } = result;
        yield { index, picture: { width, height, rgb: result.rgb }, canvas, iteration, drawing: drawing! };
        index++;
      }
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    await thread.end();
  }
}

const labelled = ({ provider, passedOver }: ChosenProvider): Pick<Drawing, 'provider' | 'passedOver'> => ({
  provider: providerLabel(provider),
  passedOver: passedOver.map((other) => ({ provider: providerLabel(other.provider), reason: other.reason })),
});

/** @throws InputError where decoding the photo takes more memory than there is: it names the photo. */
function checkDecodes(photo: Photo, size: Size, { bytes, isGiven }: MemoryLimit): void {
  const least = processBytes + photo.decodingBytes(size);
  // Where there is not even so much, no other photo will do.
  if (least <= bytes || bytes <= processBytes) return;
  const { name, width, height } = photo;
  const had = isGiven ? `${formatBytes(bytes)} may be used` : `${formatBytes(bytes)} are free`;
  const mend = isGiven ? 'give more memory' : 'say with the option memory how much to use all the same';
  throw new InputError(
    `can't read ${name}: decoding its ${width}×${height} pixels takes ${formatBytes(least)} of memory at the least, and ${had}; ` +
      `make the photo smaller first, or ${mend}`,
  );
}

/** The photo at the size it is drawn at. */
async function fitPhoto(photo: Photo | Picture, size: Size): Promise<Picture> {
  return 'decode' in photo ? photo.decode(size) : fitLongestSide(photo, Math.max(size.width, size.height));
}

/** @throws InputError where a limit is given that the provider does not keep to. */
function checkKeeps(provider: Provider, memory: number | undefined): void {
  if (memory === undefined || provider.name === 'cpu') return;
  throw new InputError(`option memory: only drawings on the CPU keep to it, not on ${providerLabel(provider)}`);
}

const isPicture = (photo: Picture | PhotoSource): photo is Picture =>
  typeof photo === 'object' && photo !== null && 'rgb' in photo;

function checkPicture(picture: Picture): Picture {
  const { width, height, rgb } = picture;
  const isSize = [width, height].every((side) => Number.isInteger(side) && side >= 1);
  if (isUint8Array(rgb) && isSize && rgb.length === 3 * width * height) return picture;
  const bytes = isUint8Array(rgb) ? `${rgb.length} bytes` : 'values that are no Uint8Array';
  throw new InputError(`photo: ${bytes} are not ${width}×${height} pixels of 3; give [height, width, 3]`);
}

/** @throws InputError where a side is too short for the pools on the way to the preset's deepest layer. */
function checkSides(width: number, height: number, preset: Preset): void {
  const deepest = deepestLayer(preset);
  const least = smallestSide(deepest);
  if (Math.min(width, height) >= least) return;
  throw new InputError(
    `the picture is ${width}×${height} pixels when drawn, but ${deepest.name} needs ${least} on each side; ` +
      'choose a larger --size or photo, or a preset with shallower layers',
  );
}

/** @throws InputError where the weights end before the preset's deepest layer. */
function checkReach({ source, data }: Weights, preset: Preset): void {
  const deepest = deepestLayer(preset);
  if (data.length >= weightCountThrough(deepest)) return;
  throw new InputError(`option weights: those from ${source} end before ${deepest.name}; load them through that layer`);
}
