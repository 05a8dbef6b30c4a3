/** `vggdraw draw`: a photo in, a time-lapse out. */
import { constants, setPriority } from 'node:os';
import type { Preset } from '../drawing/recipe/preset.js';
import { InputError } from '../errors.js';
import { finishedFiles } from '../jobs/finished.js';
import { runJob } from '../jobs/job.js';
import { oneLine } from '../one-line.js';
import type { CommandBody } from './command-body.js';
import { checkpointOptions } from './draw/checkpoint-options.js';
import { standardStream } from './draw/file-names.js';
import { type Asked, askedFor } from './draw/job.js';
import { drawOptions } from './draw/options.js';
import { areSeveral } from './draw/places.js';
import {
  announce,
  doneEvent,
  doneLine,
  iterationEvent,
  secondsSince,
  skippedEvent,
  skippedLine,
  startEvent,
} from './draw/report.js';
import { drawingView } from './drawing-view.js';
import { Interruption, interrupted } from './interruption.js';
import { openFile, openInBrowser } from './opener.js';
import { plotLine } from './plot-report.js';
import { type Preview, previewAbove } from './preview.js';
import { openProgress } from './progress.js';

export const drawCommand: CommandBody = {
  builder: (yargs) => checkpointOptions(drawOptions(yargs)),
  handler: (argv) => drawWith(argv),
};

/**
 * Draws what options say.
 * @param argv as yargs gives them.
 * @param recipe the preset itself, where a drawing goes on that its name may not say any more.
 */
export async function drawWith(argv: Readonly<Record<string, unknown>>, recipe?: Preset): Promise<void> {
  // Whoever uses the machine meanwhile goes first; where nobody does, it costs nothing.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const photos = [argv.photo].flat() as string[];
  if (!recipe && areSeveral(photos, argv)) return (await import('./draw/many.js')).drawMany(argv);
  await drawToFiles(askedFor({ ...argv, photo: photos[0] }, recipe));
}

async function drawToFiles({ options, job }: Asked): Promise<void> {
  const started = performance.now();
  const { photo, view, open, json, quiet } = options;
  const emit = (event: object): void => void (json && process.stdout.write(`${JSON.stringify(event)}\n`));
  const progress = openProgress(quiet, drawingView(options.exact));
  const there = options.skipExisting ? finishedFiles(job) : undefined;
  if (there) {
    emit(skippedEvent(there));
    progress.note(`${photo}: ${skippedLine(there)}`);
    return progress.stop();
  }
  let canFinish = false;
  let isDone = false;
  const interruption = new Interruption(
    () => {
      if (canFinish && !isDone) progress.note('finishing the video of what there is; Ctrl-C again stops at once');
      return canFinish;
    },
    () => progress.stop(),
  );
  const { signal } = interruption;
  // Loaded where it is wanted: a drawing should not wait for a server.
  const isOnStreams = [job.photo, job.outputs.output].includes(standardStream);
  if (isOnStreams && view) throw new InputError('it shows drawings whose photo and video are files', { field: 'view' });
  const run = isOnStreams ? (await import('./draw/standard-streams.js')).runWithStreams : runJob;
  const viewed = view ? await (await import('../studio/view.js')).openView(job) : undefined;
  const warnings: string[] = [];
  let preview: Preview | undefined;
  try {
    for await (const event of viewed ? viewed.events(signal) : run(job, signal)) {
      if (interruption.isEnding) break;
      switch (event.kind) {
        case 'preparing':
          if (viewed) {
            emit({ event: 'view', url: viewed.url });
            // Where the browser does not open nobody would know it.
            if (quiet && !json) process.stdout.write(`${viewed.url}\n`);
            progress.note(`to be watched at ${viewed.url}`);
            await openInBrowser(viewed.url, progress.note);
          }
          progress.advance({ preparing: event.preset });
          break;
        case 'start':
          emit(startEvent(event, options));
          announce(
            event.drawing,
            `${photo === standardStream ? 'stdin' : photo} at ${event.drawing.width}×${event.drawing.height}`,
            options,
            progress.note,
          );
          if (event.iterations > 0) progress.note(`going on after iteration ${event.iterations}`);
          if (options.preview && !quiet) preview = await previewAbove(progress);
          break;
        case 'frame': {
          canFinish = true;
          const iteration = iterationEvent(event.frame);
          if (iteration) emit(iteration);
          progress.advance(event.frame);
          preview?.offer(event.frame.picture);
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
          isDone = true;
          await preview?.settle();
          if (!viewed) interruption.finished();
          progress.stop();
          // Only here: where something has failed, the error says all.
          if (quiet && warnings.length > 0) process.stderr.write(`vggdraw: ${oneLine(warnings.join('; '))}\n`);
          const { written, plot, checkpoint } = event;
          const seconds = secondsSince(started);
          emit(doneEvent(event, seconds));
          progress.note(doneLine(event, seconds));
          if (plot) progress.note(plotLine(plot));
          if (checkpoint) progress.note(`to go on with it: vggdraw resume ${inShell(checkpoint)} --overwrite`);
          if (open && written.output !== undefined) await openFile(written.output, progress.note);
          if (signal.aborted) process.exitCode = interrupted;
        }
      }
    }
    if (viewed) {
      progress.note('the page can be looked at until it is closed, or Ctrl-C');
      await viewed.left(signal);
      interruption.finished();
    }
  } finally {
    progress.stop();
    await viewed?.close();
    await interruption.release();
  }
}

/** A path as it is typed. */
const inShell = (path: string): string => (/^[\w./:\\-]+$/.test(path) ? path : `"${path}"`);
