/** `vggdraw draw`: a photo in, a time-lapse out. */
import { constants, setPriority } from 'node:os';
import { basename, extname } from 'node:path';
import type { CommandModule } from 'yargs';
import { z } from 'zod';
import type { Drawing } from '../drawing/frame.js';
import { memorySchema } from '../drawing/recipe/memory-limit.js';
import { drawDefaults } from '../drawing/recipe/options.js';
import { presetFor, presets } from '../drawing/recipe/presets.js';
import { type Job, runJob } from '../jobs/job.js';
import { oneLine, shownName } from '../one-line.js';
import { providerNames } from '../runtime/provider.js';
import { autoOrder } from '../runtime/providers/choose.js';
import { check } from '../validation.js';
import { paceDefaults } from '../video/time-lapse.js';
import { flag } from './arguments.js';
import { drawingView } from './drawing-view.js';
import { Interruption, interrupted } from './interruption.js';
import { weightsOption } from './options.js';
import { openProgress } from './progress.js';

const text = z.string().min(1);

/** A repeatable option as yargs gives it. */
const listOf = (given: unknown): unknown => (given === undefined ? [] : [given].flat());

/** `PICTURE` or `PICTURE:WEIGHT` of each; a name that itself has a colon is given with a weight. */
function styleOf(given: readonly string[], context: z.RefinementCtx): { picture: string; weight: number }[] {
  if (given.includes('')) context.addIssue('it is empty');
  return given.map((one) => {
    const [, picture, stated] = /^(.+):([-+]?[\d.]+(?:e[-+]?\d+)?|[^./\\:]*)$/i.exec(one) ?? [];
    if (picture === undefined) return { picture: one, weight: 1 };
    const weight = stated === '' ? Number.NaN : Number(stated);
    if (!(weight > 0 && Number.isFinite(weight)))
      context.addIssue(`a weight is a number above 0, as in ${shownName(picture)}:2, not '${shownName(stated!)}'`);
    return { picture, weight };
  });
}

const schema = z.object({
  photo: text,
  output: text.regex(/\.mp4$/i, { error: 'the video is an MP4; give it a name that ends in .mp4' }).optional(),
  still: text.regex(/\.png$/i, { error: 'the picture is a PNG; give it a name that ends in .png' }).optional(),
  frames: text.optional(),
  preset: text.optional(),
  strokes: z.number().int().min(1).optional(),
  style: z.preprocess(listOf, z.array(z.string()).transform(styleOf)),
  'style-weight': z.number().min(0).optional(),
  'style-size': z.number().int().min(1).optional(),
  'keep-colours': z.boolean(),
  size: z.number().int().min(1),
  weights: text,
  provider: text,
  threads: z.number().int().min(1).max(1024).optional(),
  memory: memorySchema.optional(),
  exact: z.boolean(),
  fps: z.number().positive().max(240).optional(),
  seconds: z.number().positive().max(3600).optional(),
  hold: z.number().min(0).max(3600),
  overwrite: z.boolean(),
  json: z.boolean(),
  quiet: z.boolean(),
});

const providerHelp = `auto (the first usable of ${autoOrder.join(', ')}, on hardware, else cpu) | ${providerNames.join(' | ')} | cuda:1 (a device) | cuda,cpu (the first usable); 'vggdraw providers' shows what there is`;

type Arguments = z.output<typeof schema> & { readonly preset: string };

export const drawCommand: CommandModule = {
  command: 'draw <photo>',
  describe: 'Draw a photo and make the video of how it was drawn',
  builder: (yargs) =>
    yargs
      .positional('photo', { describe: 'JPEG, PNG, BMP, GIF or TIFF', type: 'string' })
      .option('output', {
        alias: 'o',
        describe: "MP4 to write [default: the photo's name with .mp4, in this folder]",
        type: 'string',
        requiresArg: true,
      })
      .option('still', { describe: 'Also write the finished picture, as FILE.png', type: 'string', requiresArg: true })
      .option('frames', {
        describe: 'Also write every frame into this folder, as PNG',
        type: 'string',
        requiresArg: true,
      })
      .option('preset', {
        describe: `${Object.keys(presets).join(' | ')} | FILE.json; 'vggdraw presets' says what they draw like [default: ${presetFor(false)}, with --style ${presetFor(true)}]`,
        type: 'string',
        requiresArg: true,
      })
      .option('strokes', { describe: 'How many strokes, for a preset that draws with them', requiresArg: true })
      .option('style', {
        describe: 'PICTURE[:WEIGHT] to draw in the style of; several are mixed by their weights',
        type: 'string',
        requiresArg: true,
      })
      .option('style-weight', {
        describe: 'How much style, times what the preset says [default: 1]',
        requiresArg: true,
      })
      .option('style-size', {
        describe: 'Longest side that style pictures are looked at with [default: that of the drawing]',
        requiresArg: true,
      })
      .option('keep-colours', { describe: "Draw light and shade alone, and keep the photo's colours", ...flag })
      .option('size', {
        describe: 'Longest side in pixels; never enlarges',
        default: drawDefaults.size,
        requiresArg: true,
      })
      .option('weights', weightsOption)
      .option('provider', {
        describe: providerHelp,
        type: 'string',
        default: drawDefaults.provider,
        requiresArg: true,
      })
      .option('threads', {
        describe: 'Threads that compute [default: one per physical core]',
        requiresArg: true,
      })
      .option('memory', {
        describe:
          'Memory to keep to, such as 4G or 512M: less takes longer, and draws the same [default: what is free]',
        type: 'string',
        requiresArg: true,
      })
      .option('exact', {
        describe: 'Compute convolutions by their definition: slower on the CPU, smaller rounding errors',
        ...flag,
      })
      .option('seconds', {
        describe: `Seconds that the drawing takes in the video, however many frames are drawn [default: ${paceDefaults.seconds}]`,
        requiresArg: true,
      })
      .option('fps', {
        describe: `Frames per second of the video; without --seconds one for each frame that is drawn [default: ${paceDefaults.fps}]`,
        requiresArg: true,
      })
      .option('hold', {
        describe: 'Seconds that the finished picture stays at the end',
        default: 2,
        requiresArg: true,
      })
      .option('overwrite', { describe: 'Replace outputs that are there', ...flag })
      .option('json', { describe: 'Report on stdout, one JSON object a line', ...flag })
      .option('quiet', { describe: 'No progress', ...flag })
      .example('$0 draw photo.jpg', `photo.mp4 in this folder, with the preset ${drawDefaults.preset}`)
      .example(
        '$0 draw photo.jpg --preset sketch --size 384 --still photo-drawn.png',
        'strokes, and the finished picture too',
      )
      .example('$0 draw photo.jpg --style painting.jpg', 'in the style of another picture')
      .example('$0 draw photo.jpg --seconds 20 --hold 5', 'a video to watch at leisure')
      .example('$0 draw photo.jpg --preset mine.json --fps 12', 'your own preset, each iteration a frame of the video')
      .epilogue('Ctrl-C ends the drawing early and finishes the video; a second one stops at once.'),
  handler: async (argv) => {
    const given = check(schema, argv);
    const options = { ...given, preset: given.preset ?? presetFor(given.style.length > 0) };
    // Whoever uses the machine meanwhile goes first; where nobody does, it costs nothing.
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
    await drawToFiles(options);
  },
};

async function drawToFiles(options: Arguments): Promise<void> {
  const started = performance.now();
  const { photo, output, still, frames, json, quiet, ...rest } = options;
  const outputs = { output: output ?? `${basename(photo, extname(photo))}.mp4`, still, frames };
  const styling = {
    styleWeight: rest['style-weight'],
    styleSize: rest['style-size'],
    keepColours: rest['keep-colours'],
  };
  const job: Job = { ...rest, ...styling, photo, outputs, remedy: 'add --overwrite to replace it' };
  const emit = (event: object): void => void (json && process.stdout.write(`${JSON.stringify(event)}\n`));
  const progress = openProgress(quiet, drawingView(options.exact));
  let canFinish = false;
  const interruption = new Interruption(
    () => {
      if (canFinish) progress.note('finishing the video of what there is; Ctrl-C again stops at once');
      return canFinish;
    },
    () => progress.stop(),
  );
  const { signal } = interruption;
  const warnings: string[] = [];
  try {
    for await (const event of runJob(job, signal)) {
      if (interruption.isEnding) break;
      switch (event.kind) {
        case 'preparing':
          progress.advance({ preparing: event.preset });
          break;
        case 'start':
          announce(event.drawing, options, event.frames, progress.note, emit);
          break;
        case 'frame': {
          canFinish = true;
          const { index, iteration } = event.frame;
          if (iteration) {
            const { phase, layer, loss, ms } = iteration;
            emit({ event: 'iteration', index, phase, layer, loss, ms });
          }
          progress.advance(event.frame);
          break;
        }
        case 'finishing':
          progress.advance('finishing the video');
          break;
        case 'warning':
          warnings.push(event.text);
          progress.note(event.text);
          break;
        case 'done': {
          interruption.finished();
          progress.stop();
          // Only here: where something has failed, the error says all.
          if (quiet && warnings.length > 0) process.stderr.write(`vggdraw: ${oneLine(warnings.join('; '))}\n`);
          const { written, iterations, frames } = event;
          const seconds = Number(((performance.now() - started) / 1000).toFixed(3));
          emit({ event: 'done', output: written.output, still: written.still ?? null, frames, seconds });
          progress.note(`${Object.values(written).join(', ')} (${iterations} iterations in ${seconds.toFixed(1)} s)`);
          if (signal.aborted) process.exitCode = interrupted;
        }
      }
    }
  } finally {
    progress.stop();
    await interruption.release();
  }
}

function announce(
  { width, height, weights, provider, passedOver }: Drawing,
  options: Arguments,
  frames: number,
  note: (text: string) => void,
  emit: (event: object) => void,
): void {
  const { preset } = options;
  emit({ event: 'start', size: { width, height }, provider, weights, preset, frames });
  note(`drawing ${options.photo} at ${width}×${height}: preset ${preset}, weights ${weights}, ${provider}`);
  for (const other of passedOver) note(`${other.provider} was passed over: ${other.reason}`);
  if (!/^(seeded|contour):\d+$/.test(weights)) return;
  if (preset === 'sketch') {
    note(
      "warning: the look of sketch needs pretrained weights, and these have learned nothing ('vggdraw weights fetch' brings them)",
    );
  } else if (options.weights === 'auto') {
    note("these weights have learned nothing; 'vggdraw weights fetch' brings pretrained ones");
  }
}
