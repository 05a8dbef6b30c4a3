/** `vggdraw film`: a film in, its drawn film out. */
import { constants, setPriority } from 'node:os';
import { basename, extname } from 'node:path';
import type { Argv } from 'yargs';
import { z } from 'zod';
import { presetFor } from '../drawing/recipe/presets.js';
import { InputError } from '../errors.js';
import type { FilmEvent, FilmJob } from '../film/film.js';
import { oneLine } from '../one-line.js';
import { check } from '../validation.js';
import { flag } from './arguments.js';
import type { CommandBody } from './command-body.js';
import { drawOptions, drawSchema } from './draw/options.js';
import { filmView } from './film-view.js';
import { Interruption, interrupted } from './interruption.js';
import { openProgress } from './progress.js';

/** Options of `draw` that say how to draw. */
const drawn = drawSchema.pick({
  ...{ output: true, preset: true, strokes: true, style: true, styleWeight: true, styleSize: true, keepColours: true },
  ...{ size: true, weights: true, network: true, preprocess: true, provider: true, threads: true, memory: true },
  ...{ exact: true, overwrite: true, json: true, quiet: true },
});

const seconds = z.number().min(0).max(1e6);

const schema = drawn.extend({
  film: z.string().min(1),
  fps: z.number().positive().max(240),
  from: seconds.optional(),
  to: seconds.optional(),
  iterations: z.number().int().min(1).max(100_000).optional(),
  fresh: z.boolean(),
  opening: z.number().positive().max(3600).optional(),
  resume: z.boolean(),
});

/** The others of `draw`, which are for a drawing and its files. */
const others = Object.keys(drawSchema.shape).filter((field) => !(field in schema.shape));

/** As animations are drawn: on twos. */
const usualFps = 12;

export const filmCommand: CommandBody = {
  builder: (yargs) =>
    others
      .reduce<Argv>((hidden, name) => hidden.hide(name), filmOptions(drawOptions(yargs)))
      .positional('film', { describe: 'MP4, MOV, WebM, MKV, AVI or animated GIF', type: 'string' })
      .group(['output', 'fps', 'from', 'to', 'iterations', 'fresh', 'opening', 'resume'], 'The film:')
      .example('$0 film holiday.mp4', 'holiday-drawn.mp4 in this folder, with the sound of the film')
      .example('$0 film holiday.mp4 --from 10 --to 15 --preset watercolour', 'five seconds of it')
      .example('$0 film holiday.mp4 --fresh --preset ink', 'every frame on a sheet of its own')
      .epilogue(
        'The first frame is drawn as a photo is. Of each that follows, what has changed in the film is erased and drawn anew, in fewer iterations; all else stays.\n' +
          'Ctrl-C ends the film early and finishes what is drawn; a second one stops at once. Either way --resume goes on with it: frames are kept in OUTPUT.work.',
      ),
  handler: async (argv) => {
    const stray = others.find((field) => argv[field] !== undefined && argv[field] !== false && field !== 'hold');
    if (stray !== undefined)
      throw new InputError("it is for a drawing of a photo; 'vggdraw film --help' has what is for films", {
        field: stray,
      });
    await drawFilm(check(schema, argv));
  },
};

const filmOptions = (yargs: Argv): Argv =>
  yargs
    .option('output', {
      alias: 'o',
      describe: "MP4 to write [default: the film's name with -drawn.mp4, in this folder]",
      type: 'string',
      requiresArg: true,
    })
    .option('fps', {
      describe: 'Frames that are drawn of a second of the film, and shown in one',
      default: usualFps,
      requiresArg: true,
    })
    .option('from', { describe: 'Seconds of the film at which to begin [default: its beginning]', requiresArg: true })
    .option('to', { describe: 'Seconds of the film at which to end [default: its end]', requiresArg: true })
    .option('iterations', {
      describe: "Iterations of each frame after the first one [default: half of the preset's]",
      requiresArg: true,
    })
    .option('fresh', {
      describe: 'Draw each frame from blank paper, with all iterations: takes longer, and flickers',
      ...flag,
    })
    .option('opening', {
      describe: 'Begin with a time-lapse of how the first frame is drawn, of so many seconds',
      requiresArg: true,
    })
    .option('resume', { describe: 'Go on with the frames of a film that was interrupted', ...flag });

async function drawFilm(given: z.output<typeof schema>): Promise<void> {
  const started = performance.now();
  const { json, quiet, output: named, ...options } = given;
  const { film } = options;
  const output = named ?? `${basename(film, extname(film))}-drawn.mp4`;
  const preset = options.preset ?? presetFor(options.style.length > 0);
  const job: FilmJob = { ...options, output, preset, remedy: 'add --overwrite to replace it' };
  // Whoever uses the machine meanwhile goes first; where nobody does, it costs nothing.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const emit = (event: object): void => void (json && process.stdout.write(`${JSON.stringify(event)}\n`));
  const progress = openProgress<FilmEvent>(quiet, filmView());
  let canFinish = false;
  const interruption = new Interruption(
    () => {
      if (canFinish) progress.note('finishing the film of what there is; Ctrl-C again stops at once');
      return canFinish;
    },
    () => progress.stop(),
  );
  const { signal } = interruption;
  const warnings: string[] = [];
  const { runFilm } = await import('../film/film.js');
  try {
    for await (const event of runFilm(job, signal)) {
      if (interruption.isEnding) break;
      switch (event.kind) {
        case 'planned':
          canFinish = event.drawn > 0;
          emit({ event: 'film', size: event.size, frames: event.frames, fps: job.fps, resumed: event.drawn });
          if (event.drawn > 0) progress.note(`going on after frame ${event.drawn}`);
          break;
        case 'start': {
          const { width, height, weights, provider } = event.drawing;
          emit({ event: 'start', provider, weights, preset });
          progress.note(
            `drawing ${film} at ${width}×${height}: preset ${preset}, weights ${weights}, ${provider}, ${job.fps} frames a second`,
          );
          break;
        }
        case 'drawn':
          canFinish = true;
          emit({ event: 'frame', index: event.index, flicker: event.flicker ?? null });
          break;
        case 'warning':
          warnings.push(event.text);
          progress.note(event.text);
          break;
        case 'done': {
          interruption.finished();
          progress.stop();
          if (quiet && warnings.length > 0) process.stderr.write(`vggdraw: ${oneLine(warnings.join('; '))}\n`);
          const { kind: _, flicker, work, ...written } = event;
          const seconds = Number(((performance.now() - started) / 1000).toFixed(3));
          emit({ event: 'done', ...written, flicker: flicker ?? null, seconds, ...(work && { work }) });
          const frames = `${event.endedEarly ? 'ended early: ' : ''}${event.frames} frames in ${seconds.toFixed(1)} s`;
          const still = flicker === undefined ? '' : `, flicker ${flicker.toFixed(2)} levels`;
          progress.note(`${event.output} (${frames}${still})`);
          if (work) progress.note(`to go on with it, the same with --resume --overwrite; its frames are in ${work}`);
          if (signal.aborted) process.exitCode = interrupted;
          break;
        }
      }
      if (event.kind !== 'done') progress.advance(event);
    }
  } finally {
    progress.stop();
    await interruption.release();
  }
}
