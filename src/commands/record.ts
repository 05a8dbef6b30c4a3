/** `vggdraw record`: keeps iterations of a drawing in a golden file, for `vggdraw replay`. */

import { z } from 'zod';
import { checkKeeps } from '../files/inputs.js';
import { checkOutputFile, writeNamed } from '../files/writable.js';
import { inputsOf } from '../jobs/inputs.js';
import { check } from '../validation.js';
import { flag } from './arguments.js';
import type { CommandBody } from './command-body.js';
import { drawSchema } from './draw/options.js';
import { drawingView } from './drawing-view.js';
import {
  exactOption,
  keepColoursOption,
  memoryOption,
  networkOption,
  outputOption,
  preprocessOption,
  presetOption,
  providerOption,
  styleOption,
  styleSizeOption,
  styleWeightOption,
  threadsOption,
  weightsOption,
} from './options.js';
import { openProgress } from './progress.js';

/** What is drawn, and how: as in `vggdraw draw`. */
const schema = drawSchema
  .pick({
    ...{ photo: true, preset: true, strokes: true, style: true, styleWeight: true, styleSize: true, keepColours: true },
    ...{ size: true, weights: true, network: true, preprocess: true, provider: true, threads: true, memory: true },
    ...{ exact: true, overwrite: true, quiet: true },
  })
  .extend({ output: z.string().min(1), moments: z.number().int().min(1).max(1000) });

/** Of a small picture a file has a few megabytes, and says as much. */
const usualSize = 128;

export const recordCommand: CommandBody = {
  builder: (yargs) =>
    yargs
      .positional('photo', { describe: 'JPEG, PNG, WebP, AVIF, HEIC, TIFF, GIF or BMP', type: 'string' })
      .option('output', outputOption('Golden file to write (safetensors)'))
      .option('moments', {
        describe: 'How many iterations are kept, spread over the drawing',
        default: 5,
        requiresArg: true,
      })
      .option('preset', presetOption)
      .option('strokes', { describe: 'How many strokes, with a preset of strokes', requiresArg: true })
      .option('style', styleOption)
      .option('style-weight', styleWeightOption)
      .option('style-size', styleSizeOption)
      .option('keep-colours', keepColoursOption)
      .option('size', { describe: 'Longest side in pixels; never enlarges', default: usualSize, requiresArg: true })
      .option('weights', weightsOption)
      .option('network', networkOption)
      .option('preprocess', preprocessOption)
      // What others are held against.
      .option('provider', { ...providerOption, default: 'cpu' })
      .option('threads', threadsOption)
      .option('memory', memoryOption)
      .option('exact', exactOption)
      .option('overwrite', { describe: 'Replace the file where it is there', ...flag })
      .option('quiet', { describe: 'No progress', ...flag })
      .example(
        '$0 record photo.jpg --weights contour -o photo.golden',
        "what 'vggdraw replay photo.golden' holds others against",
      )
      .epilogue(
        'The file has the photo, and for each iteration that is kept the canvas and the optimizer before it, and loss, gradient and canvas after.',
      ),
  handler: async (argv) => {
    const { output, moments, overwrite, quiet, photo, ...options } = check(schema, argv);
    await checkOutputFile(output, 'output', overwrite, 'add --overwrite to replace it');
    checkKeeps(output, await inputsOf({ photo, ...options }), 'output');
    const [{ record }, { encodeGolden }] = await Promise.all([
      import('../golden/record.js'),
      import('../golden/golden-file.js'),
    ]);
    const progress = openProgress(quiet, drawingView(options.exact));
    try {
      const golden = await record(photo, options, moments, (frame) =>
        // Of the first one the view is to know how many follow.
        progress.advance(frame.index === 0 ? { preparing: frame.drawing.preset } : frame),
      );
      await writeNamed(output, 'output', encodeGolden(golden));
      progress.stop();
      const iterations = golden.moments.map(({ after }) => after.iterations).join(', ');
      process.stdout.write(`${output}: iterations ${iterations}\n`);
    } finally {
      progress.stop();
    }
  },
};
