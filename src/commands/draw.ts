/** `vggdraw draw`: a photo in, a time-lapse out. */
import { constants, setPriority } from 'node:os';
import { basename, extname } from 'node:path';
import type { CommandModule } from 'yargs';
import { z } from 'zod';
import { type Drawing, draw, drawDefaults, type Frame, providerSchema } from '../drawing/draw.js';
import { memorySchema } from '../drawing/memory-limit.js';
import { findPreset, presets } from '../drawing/presets.js';
import { endThreads } from '../drawing/thread.js';
import { applyTone } from '../drawing/tones.js';
import { providerNames } from '../runtime/provider.js';
import { autoOrder } from '../runtime/providers/choose.js';
import { check } from '../validation.js';
import { drawingView } from './drawing-view.js';
import { Interruption } from './interruption.js';
import { oneLine } from './one-line.js';
import { weightsOption } from './options.js';
import { checkOutputs, type Input } from './output-checks.js';
import { Outputs, type Written } from './outputs.js';
import { openProgress } from './progress.js';

const text = z.string().min(1);
const schema = z.object({
  photo: text,
  output: text.regex(/\.mp4$/i, { error: 'the video is an MP4; give it a name that ends in .mp4' }).optional(),
  still: text.regex(/\.png$/i, { error: 'the picture is a PNG; give it a name that ends in .png' }).optional(),
  frames: text.optional(),
  preset: text,
  size: z.number().int().min(1),
  weights: text,
  provider: providerSchema,
  threads: z.number().int().min(1).max(1024).optional(),
  memory: memorySchema.optional(),
  exact: z.boolean(),
  fps: z.number().positive().max(240),
  hold: z.number().min(0).max(3600),
  overwrite: z.boolean(),
  json: z.boolean(),
  quiet: z.boolean(),
});

const providerHelp = `auto (the first usable of ${autoOrder.join(', ')}, on hardware, else cpu) | ${providerNames.join(' | ')} | cuda:1 (a device) | cuda,cpu (the first usable); 'vggdraw providers' shows what there is`;

type Arguments = z.output<typeof schema>;

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
        describe: `${Object.keys(presets).join(' | ')} | FILE.json`,
        type: 'string',
        default: drawDefaults.preset,
        requiresArg: true,
      })
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
        type: 'boolean',
        default: false,
      })
      .option('fps', { describe: 'Frames per second of the video', default: 24, requiresArg: true })
      .option('hold', {
        describe: 'Seconds that the finished picture stays at the end',
        default: 2,
        requiresArg: true,
      })
      .option('overwrite', { describe: 'Replace outputs that are there', type: 'boolean', default: false })
      .option('json', { describe: 'Report on stdout, one JSON object a line', type: 'boolean', default: false })
      .option('quiet', { describe: 'No progress', type: 'boolean', default: false })
      .example('$0 draw photo.jpg', 'photo.mp4 in this folder, with the preset painting')
      .example(
        '$0 draw photo.jpg --preset sketch --size 384 --still photo-drawn.png',
        'strokes, and the finished picture too',
      )
      .example('$0 draw photo.jpg --preset mine.json --frames frames', 'your own schedule, every frame as a PNG')
      .epilogue('Ctrl-C ends the drawing early and finishes the video; a second one stops at once.'),
  handler: async (argv) => {
    const options = check(schema, argv);
    // Whoever uses the machine meanwhile goes first; where nobody does, it costs nothing.
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
    await drawToFiles(options);
  },
};

async function drawToFiles(options: Arguments): Promise<void> {
  const started = performance.now();
  const { photo, still, frames, fps, overwrite } = options;
  const paths = { output: options.output ?? `${basename(photo, extname(photo))}.mp4`, still, frames };
  const progress = openProgress(options.quiet, drawingView(options.exact));
  const emit = (event: object): void => void (options.json && process.stdout.write(`${JSON.stringify(event)}\n`));
  let outputs: Outputs | undefined;
  const interruption = new Interruption(
    () => {
      if (outputs) progress.note('finishing the video of what there is; Ctrl-C again stops at once');
      return outputs !== undefined;
    },
    () => {
      progress.stop();
      return endThreads();
    },
  );
  const warn = (text: string): void => {
    if (interruption.isEnding) return;
    if (options.quiet) process.stderr.write(`vggdraw: ${oneLine(text)}\n`);
    else progress.note(text);
  };
  try {
    await checkOutputs(paths, inputsOf(options), overwrite);
    const preset = await findPreset(options.preset);
    progress.advance({ preparing: preset });
    const { size, weights, provider, threads, memory, exact } = options;
    const { signal } = interruption;
    const held = Math.round(options.hold * fps);
    let last: Frame | undefined;
    let finishing: Promise<Written> | undefined;
    for await (const frame of draw(photo, { preset, size, weights, provider, threads, memory, exact, signal })) {
      const { drawing, picture, iteration } = frame;
      if (!outputs) {
        announce(drawing, options, held, progress.note, emit);
        const { width, height, frames } = drawing;
        outputs = await Outputs.open(paths, { width, height, fps, frames, held, overwrite, warn });
      }
      await outputs.add(picture);
      if (interruption.isEnding) break;
      if (iteration) {
        const { phase, layer, loss, ms } = iteration;
        emit({ event: 'iteration', index: frame.index, phase, layer, loss, ms });
      }
      progress.advance(frame);
      last = frame;
      if (!frame.canvas) continue;
      // The last one: its thread ends while the video is finished.
      finishing = outputs.finish({ ...picture, rgb: applyTone(frame.canvas, preset.finalTone) });
      finishing.catch(() => {});
    }
    progress.advance('finishing the video');
    const written = (await finishing)!;
    progress.stop();

    const seconds = Number(((performance.now() - started) / 1000).toFixed(3));
    const { index } = last!;
    const { output, still = null } = written;
    emit({ event: 'done', output, still, frames: index + 1 + held, seconds });
    const names = Object.values(written).join(', ');
    progress.note(`${names} (${index} iterations in ${seconds.toFixed(1)} s)`);
    if (signal.aborted) process.exitCode = 130;
  } finally {
    progress.stop();
    await outputs?.discard();
    await interruption.release();
  }
}

/** The files that a drawing reads: a preset and weights may have names that are none. */
function inputsOf({ photo, preset, weights }: Arguments): Input[] {
  return [
    { name: 'the photo', path: photo },
    { name: 'the preset', path: preset },
    { name: 'the file of weights', path: weights },
  ];
}

function announce(
  { width, height, weights, provider, passedOver, frames }: Drawing,
  options: Arguments,
  held: number,
  note: (text: string) => void,
  emit: (event: object) => void,
): void {
  const { preset } = options;
  emit({ event: 'start', size: { width, height }, provider, weights, preset, frames: frames + held });
  note(`drawing ${options.photo} at ${width}×${height}: preset ${preset}, weights ${weights}, ${provider}`);
  for (const other of passedOver) note(`${other.provider} was passed over: ${other.reason}`);
  if (!/^seeded:\d+$/.test(weights)) return;
  if (preset === 'sketch') {
    note(
      "warning: the look of sketch needs pretrained weights, and these are seeded ('vggdraw weights fetch' brings them)",
    );
  } else if (options.weights === 'auto') {
    note("these weights have learned nothing; 'vggdraw weights fetch' brings pretrained ones");
  }
}
