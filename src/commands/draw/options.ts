/** The options of `vggdraw draw`: how they are said, and what they may be. */
import type { Argv } from 'yargs';
import { z } from 'zod';
import { memorySchema } from '../../drawing/recipe/memory-limit.js';
import { drawDefaults } from '../../drawing/recipe/options.js';
import { videoShape } from '../../jobs/video-choice.js';
import { preprocessNames } from '../../networks/index.js';
import { shownName } from '../../one-line.js';
import { whyNoPath } from '../addresses.js';
import { flag } from '../arguments.js';
import { inputPath } from '../input-path.js';
import {
  exactOption,
  jsonOption,
  keepColoursOption,
  memoryOption,
  networkOption,
  openOption,
  overwriteOption,
  preprocessOption,
  presetOption,
  providerOption,
  quietOption,
  styleOption,
  styleSizeOption,
  styleWeightOption,
  threadsOption,
  threadsSchema,
  viewOption,
  weightsOption,
} from '../options.js';
import { checkpointShape } from './checkpoint-options.js';
import { pictureName, plotName, standardStream, videoName } from './file-names.js';
import { strokeFiles, strokeLooks, strokeShape } from './stroke-options.js';
import { videoOptions } from './video-options.js';

const text = z.string().min(1);

/** A repeatable option as yargs gives it. */
const listOf = (given: unknown): unknown => (given === undefined ? [] : [given].flat());

/** `PICTURE` or `PICTURE:WEIGHT` of each; a name that itself has a colon is given with a weight. */
function styleOf(given: readonly string[], context: z.RefinementCtx): { picture: string; weight: number }[] {
  if (given.includes('')) context.addIssue('it is empty');
  return given.map((one) => {
    const noPath = whyNoPath(one);
    if (noPath !== undefined) context.addIssue(noPath);
    const [, picture, stated] = /^(.+):([-+]?[\d.]+(?:e[-+]?\d+)?|[^./\\:]*)$/i.exec(one) ?? [];
    if (picture === undefined) return { picture: one, weight: 1 };
    const weight = stated === '' ? Number.NaN : Number(stated);
    if (!(weight > 0 && Number.isFinite(weight)))
      context.addIssue(`a weight is a number above 0, as in ${shownName(picture)}:2, not '${shownName(stated!)}'`);
    return { picture, weight };
  });
}

export const drawSchema = z.object({
  photo: inputPath,
  output: z.literal(standardStream).or(videoName).optional(),
  still: pictureName('picture').optional(),
  frames: text.optional(),
  sheet: pictureName('sheet').optional(),
  plot: plotName.optional(),
  preset: inputPath.optional(),
  ...strokeShape,
  style: z.preprocess(listOf, z.array(z.string()).transform(styleOf)),
  styleWeight: z.number().min(0).optional(),
  styleSize: z.number().int().min(1).optional(),
  keepColours: z.boolean(),
  size: z.number().int().min(1),
  weights: inputPath,
  network: inputPath.optional(),
  preprocess: z.enum(preprocessNames).optional(),
  provider: text,
  threads: threadsSchema,
  memory: memorySchema.optional(),
  exact: z.boolean(),
  ...videoShape,
  ...checkpointShape,
  overwrite: z.boolean(),
  skipExisting: z.boolean().default(false),
  view: z.boolean(),
  // Not in checkpoints from before there was such a thing.
  preview: z.boolean().default(false),
  open: z.boolean().default(false),
  json: z.boolean(),
  quiet: z.boolean(),
});

export type DrawArguments = z.output<typeof drawSchema> & { readonly preset: string };

/** Adds those that say how to draw, to whatever is drawn. */
export const drawingOptions = (yargs: Argv): Argv =>
  yargs
    .option('preset', presetOption)
    .option('style', styleOption)
    .option('style-weight', styleWeightOption)
    .option('style-size', styleSizeOption)
    .option('keep-colours', keepColoursOption)
    .option('size', {
      describe: 'Longest side in pixels; never enlarges',
      default: drawDefaults.size,
      requiresArg: true,
    })
    .option('weights', weightsOption)
    .option('network', networkOption)
    .option('preprocess', preprocessOption)
    .option('provider', providerOption)
    .option('threads', threadsOption)
    .option('memory', memoryOption)
    .option('exact', exactOption)
    .group(['preset', 'style', 'style-weight', 'style-size', 'keep-colours', 'size'], 'The drawing:')
    .group(
      ['weights', 'network', 'preprocess', 'provider', 'threads', 'memory', 'exact'],
      'What looks at it, and computes:',
    );

/** With those that say how it is shown: all that say nothing of files. */
export const drawingAndShowing = (yargs: Argv): Argv => strokeLooks(videoOptions(drawingOptions(yargs)));

/** Adds them to the command. */
export const drawOptions = (yargs: Argv): Argv =>
  strokeFiles(
    drawingAndShowing(
      yargs
        .positional('photo', {
          describe: 'JPEG, PNG, WebP, AVIF, HEIC, TIFF, GIF or BMP; several, or a folder of them; - is stdin',
          type: 'string',
          // Else yargs would show an empty list.
          default: undefined,
        })
        .option('output', {
          alias: 'o',
          describe:
            "The video, by the ending of its name an MP4, WebM, GIF or MOV; a folder for it, or - for stdout [default: the photo's name with .mp4, in this folder]",
          type: 'string',
          requiresArg: true,
        })
        .option('still', {
          describe: 'Also write the finished picture, as PNG, JPEG, WebP or AVIF',
          type: 'string',
          requiresArg: true,
        })
        .option('frames', {
          describe: 'Also write every frame into this folder, as PNG',
          type: 'string',
          requiresArg: true,
        })
        .option('plot', {
          describe: 'Also write the loss of each iteration as a plot, an SVG or a picture as --still',
          type: 'string',
          requiresArg: true,
        })
        .option('sheet', {
          describe: 'Also write moments of the drawing on one sheet, a picture as --still',
          type: 'string',
          requiresArg: true,
        })
        .option('overwrite', overwriteOption)
        .option('skip-existing', { describe: 'Leave photos alone whose outputs are all there', ...flag })
        .option('view', viewOption)
        .option('preview', {
          describe:
            'Watch it in the terminal: as a picture where that can be (kitty, iTerm2, sixel), else in half blocks',
          ...flag,
        })
        .option('open', openOption)
        .option('json', jsonOption)
        .option('quiet', quietOption)
        .group(['output', 'still', 'sheet', 'plot', 'frames', 'overwrite', 'open'], 'Files:'),
    ),
  )
    .example('$0 draw photo.jpg', `photo.mp4 in this folder, with the preset ${drawDefaults.preset}`)
    .example('$0 draw photo.jpg --preset pen --svg photo.svg', 'in strokes of a pen, and those as paths')
    .example('$0 draw *.jpg -o drawn/ --still .png', 'many photos, into a folder: a video and a picture of each')
    .example('$0 draw photo.jpg --style painting.jpg', 'in the style of another picture')
    .example('$0 draw photo.jpg --network resnet50.onnx', 'by another network than VGG-19')
    .example('$0 draw photo.jpg --seconds 20 --hold 5', 'a video to watch at leisure')
    .example('$0 draw photo.jpg -o photo.gif --loop', 'a GIF, forth and back')
    .example('$0 draw photo.jpg --beside --portrait', 'photo and drawing, for a phone')
    .example('$0 draw photo.jpg --preset mine.json --fps 12', 'your own preset, each iteration a frame of the video')
    .epilogue(
      "Ctrl-C ends the drawing early and finishes the video; a second one stops at once. 'vggdraw resume' goes on with it.",
    );
