/** `vggdraw record`: keeps iterations of a drawing in a golden file, for `vggdraw replay`. */

import { dirname } from 'node:path';
import { z } from 'zod';
import { drawDefaults } from '../drawing/recipe/options.js';
import { checkKeeps } from '../files/inputs.js';
import { makeFolders, writeWhole } from '../files/unfinished.js';
import { checkOutputFile } from '../files/writable.js';
import { check } from '../validation.js';
import { flag } from './arguments.js';
import type { CommandBody } from './command-body.js';
import { drawingView } from './drawing-view.js';
import { inputPath } from './input-path.js';
import { outputOption, weightsOption } from './options.js';
import { openProgress } from './progress.js';

const text = z.string().min(1);

const schema = z.object({
  photo: inputPath,
  output: text,
  moments: z.number().int().min(1).max(1000),
  preset: inputPath.optional(),
  strokes: z.number().int().min(1).optional(),
  size: z.number().int().min(1),
  weights: inputPath,
  provider: text,
  threads: z.number().int().min(1).max(1024).optional(),
  exact: z.boolean(),
  overwrite: z.boolean(),
  quiet: z.boolean(),
});

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
      .option('preset', {
        describe: `A preset's name or file [default: ${drawDefaults.preset}]`,
        type: 'string',
        requiresArg: true,
      })
      .option('strokes', { describe: 'How many strokes, with a preset of strokes', requiresArg: true })
      .option('size', { describe: 'Longest side in pixels; never enlarges', default: usualSize, requiresArg: true })
      .option('weights', weightsOption)
      .option('provider', {
        describe: "What draws; 'vggdraw providers' shows what there is",
        type: 'string',
        default: 'cpu',
        requiresArg: true,
      })
      .option('threads', { describe: 'Threads that compute [default: one per physical core]', requiresArg: true })
      .option('exact', {
        describe: 'Convolutions by their definition: slower on the CPU, smaller rounding errors',
        ...flag,
      })
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
    checkKeeps(
      output,
      [
        { name: 'the photo', path: photo },
        { name: 'the file of weights', path: options.weights },
      ],
      'output',
    );
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
      await makeFolders(dirname(output));
      await writeWhole(output, encodeGolden(golden));
      progress.stop();
      const iterations = golden.moments.map(({ after }) => after.iterations).join(', ');
      process.stdout.write(`${output}: iterations ${iterations}\n`);
    } finally {
      progress.stop();
    }
  },
};
