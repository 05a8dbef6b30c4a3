/**
 * Flags that several commands have. One that takes a number is declared without a type: of what is no number yargs would make NaN,
 * and nobody could say what was given.
 */
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { drawDefaults } from '../drawing/recipe/options.js';
import { presetFor, presets } from '../drawing/recipe/presets.js';
import { providerNames } from '../runtime/provider.js';
import { autoOrder } from '../runtime/providers/choose.js';
import { flag } from './arguments.js';

export const weightsOption = {
  describe:
    'auto (pretrained where it is at hand, else contour) | contour | contour:N (made from a formula, sees edges, no download) | ' +
    'seeded | seeded:N (random but orthogonal) | ' +
    "pretrained ('vggdraw weights fetch' brings them: by the Visual Geometry Group, Oxford, CC BY 4.0) | " +
    'FILE (Keras HDF5, ONNX, safetensors, TensorFlow.js)',
  type: 'string',
  default: drawDefaults.weights,
  requiresArg: true,
} as const;

export const networkOption = {
  describe:
    "MODEL.onnx that looks in place of VGG-19: its input is one picture. Layers of presets are found in it by their stride and depth; 'vggdraw inspect' lists its own, which presets may name",
  type: 'string',
  requiresArg: true,
} as const;

const preprocessHelp =
  'torchvision (less ImageNet mean, by deviation) | caffe (BGR less mean, up to 255) | inception (-1 to 1) | raw (0 to 1)';

export const preprocessOption = {
  describe: `How that network takes its picture: ${preprocessHelp} [default: as its metadata says, else torchvision]`,
  type: 'string',
  requiresArg: true,
} as const;

export const providerOption = {
  describe: `auto (the first usable of ${autoOrder.join(', ')}, on hardware, else cpu) | ${providerNames.join(' | ')} | cuda:1 (a device) | cuda,cpu (the first usable); 'vggdraw providers' shows what there is`,
  type: 'string',
  default: drawDefaults.provider,
  requiresArg: true,
} as const;

/** More than a few to a core are in each other's way: a thousand take hours for what one does in seconds. A machine of many cores may have recorded some. */
const mostThreads = Math.max(64, 4 * availableParallelism());

export const threadsSchema = z
  .number()
  .int()
  .min(1)
  .max(mostThreads, {
    error: `more than ${mostThreads} would be in each other's way on this machine; give fewer, or leave it out`,
  })
  .optional();

export const threadsOption = {
  describe: 'Threads that compute [default: one per physical core]',
  requiresArg: true,
} as const;

export const memoryOption = {
  describe: 'Memory to keep to, such as 4G or 512M: less takes longer, and draws the same [default: what is free]',
  type: 'string',
  requiresArg: true,
} as const;

export const overwriteOption = { describe: 'Replace outputs that are there', ...flag } as const;

export const jsonOption = { describe: 'Report on stdout, one JSON object a line', ...flag } as const;

export const quietOption = { describe: 'No progress', ...flag } as const;

export const viewOption = {
  describe: 'Watch it in the browser: pause, scrub, compare; what it opens is on this machine alone',
  ...flag,
} as const;

export const openOption = { describe: 'Open the video when it is finished', ...flag } as const;

export const exactOption = {
  describe: 'Compute convolutions by their definition: slower on the CPU, smaller rounding errors',
  ...flag,
} as const;

export const presetOption = {
  describe: `${Object.keys(presets).join(' | ')} | FILE.json; 'vggdraw presets' says what they draw like [default: ${presetFor(false)}, with --style ${presetFor(true)}]`,
  type: 'string',
  requiresArg: true,
} as const;

export const styleOption = {
  describe: 'PICTURE[:WEIGHT] to draw in the style of; several are mixed by their weights',
  type: 'string',
  requiresArg: true,
} as const;

export const styleWeightOption = {
  describe: 'How much style, times what the preset says [default: 1]',
  requiresArg: true,
} as const;

export const styleSizeOption = {
  describe: 'Longest side that style pictures are looked at with [default: that of the drawing]',
  requiresArg: true,
} as const;

export const keepColoursOption = {
  describe: "Draw light and shade alone, and keep the photo's colours",
  ...flag,
} as const;

/** Where to write, for commands that have to be told. */
export const outputOption = (describe: string) =>
  ({ alias: 'o', describe, type: 'string', demandOption: true, requiresArg: true }) as const;
