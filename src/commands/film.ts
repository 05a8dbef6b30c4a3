/** `vggdraw film`: a film in, its drawn film out. */
import { constants, setPriority } from 'node:os';
import { z } from 'zod';
import { counted } from '../counted.js';
import { presetFor } from '../drawing/recipe/presets.js';
import type { FilmEvent, FilmJob } from '../film/film.js';
import { oneLine } from '../one-line.js';
import { check } from '../validation.js';
import { flag } from './arguments.js';
import type { CommandBody } from './command-body.js';
import { drawnName, filmOptions, filmSchema } from './film-options.js';
import { filmView } from './film-view.js';
import { Interruption, interrupted } from './interruption.js';
import { openProgress } from './progress.js';

const schema = filmSchema.extend({ opening: z.number().positive().max(3600).optional(), resume: z.boolean() });

export const filmCommand: CommandBody = {
  builder: (yargs) =>
    filmOptions(yargs)
      .option('opening', {
        describe: 'Begin with a time-lapse of how the first frame is drawn, of so many seconds',
        requiresArg: true,
      })
      .option('resume', { describe: 'Go on with the frames of a film that was interrupted', ...flag })
      .group(['output', 'fps', 'from', 'to', 'iterations', 'fresh', 'opening', 'resume'], 'The film:')
      .example('$0 film holiday.mp4', 'holiday-drawn.mp4 in this folder, with the sound of the film')
      .example('$0 film holiday.mp4 --from 10 --to 15 --preset watercolour', 'five seconds of it')
      .example('$0 film holiday.mp4 --fresh --preset ink', 'every frame on a sheet of its own')
      .epilogue(
        'The first frame is drawn as a photo is. Of each that follows, what has changed in the film is erased and drawn anew, in fewer iterations; all else stays.\n' +
          'Ctrl-C ends the film early and finishes what is drawn; a second one stops at once. Either way --resume goes on with it: frames are kept in OUTPUT.work.',
      ),
  handler: async (argv) => {
    await drawFilm(check(schema, argv));
  },
};

async function drawFilm(given: z.output<typeof schema>): Promise<void> {
  const started = performance.now();
  const { json, quiet, output: named, ...options } = given;
  const { film } = options;
  const output = named ?? drawnName(film);
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
          const frames = `${event.endedEarly ? 'ended early: ' : ''}${counted(event.frames, 'frame')} in ${seconds.toFixed(1)} s`;
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
