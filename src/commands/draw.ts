/** `vggdraw draw`: a photo in, a time-lapse out. */
import { constants, setPriority } from 'node:os';
import type { Preset } from '../drawing/recipe/preset.js';
import { presetFor } from '../drawing/recipe/presets.js';
import type { JobEvent } from '../jobs/events.js';
import { type Job, runJob } from '../jobs/job.js';
import { oneLine } from '../one-line.js';
import { check } from '../validation.js';
import type { CommandBody } from './command-body.js';
import { checkpointGiven, checkpointOptions } from './draw/checkpoint-options.js';
import { type DrawArguments, drawOptions, drawSchema } from './draw/options.js';
import { outputsGiven } from './draw/outputs.js';
import { plotGiven } from './draw/stroke-options.js';
import { drawingView } from './drawing-view.js';
import { Interruption, interrupted } from './interruption.js';
import { openFile, openInBrowser } from './opener.js';
import { plotLine } from './plot-report.js';
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
  const given = check(drawSchema, argv);
  const options = { ...given, preset: given.preset ?? presetFor(given.style.length > 0) };
  // Whoever uses the machine meanwhile goes first; where nobody does, it costs nothing.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const recorded = Object.fromEntries(Object.keys(drawSchema.shape).map((name) => [name, argv[name]]));
  await drawToFiles(options, recorded, recipe);
}

async function drawToFiles(
  options: DrawArguments,
  recorded: Readonly<Record<string, unknown>>,
  recipe: Preset | undefined,
): Promise<void> {
  const started = performance.now();
  const { view, open, json, quiet, ...rest } = options;
  const outputs = outputsGiven(options);
  const checkpoint = checkpointGiven(options, outputs.output, recorded);
  const plot = plotGiven(options);
  const job: Job = { ...rest, outputs, plot, recipe, checkpoint, remedy: 'add --overwrite to replace it' };
  const emit = (event: object): void => void (json && process.stdout.write(`${JSON.stringify(event)}\n`));
  const progress = openProgress(quiet, drawingView(options.exact));
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
  const viewed = view ? await (await import('../studio/view.js')).openView(job) : undefined;
  const warnings: string[] = [];
  try {
    for await (const event of viewed ? viewed.events(signal) : runJob(job, signal)) {
      if (interruption.isEnding) break;
      switch (event.kind) {
        case 'preparing':
          if (viewed) {
            emit({ event: 'view', url: viewed.url });
            progress.note(`to be watched at ${viewed.url}`);
            await openInBrowser(viewed.url, progress.note);
          }
          progress.advance({ preparing: event.preset });
          break;
        case 'start':
          announce(event, options, progress.note, emit);
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
          isDone = true;
          if (!viewed) interruption.finished();
          progress.stop();
          // Only here: where something has failed, the error says all.
          if (quiet && warnings.length > 0) process.stderr.write(`vggdraw: ${oneLine(warnings.join('; '))}\n`);
          const { written, iterations, endedEarly, frames, plot, checkpoint } = event;
          // That of a plotter has the name.
          const { plot: lossPlot, ...files } = written;
          const seconds = Number(((performance.now() - started) / 1000).toFixed(3));
          emit({
            event: 'done',
            ...files,
            still: files.still ?? null,
            ...(lossPlot && { lossPlot }),
            frames,
            seconds,
            endedEarly,
            ...(plot && { plot }),
            ...(checkpoint && { checkpoint }),
          });
          const drawn = `${endedEarly ? 'ended early: ' : ''}${iterations} iterations in ${seconds.toFixed(1)} s`;
          progress.note(`${Object.values(written).join(', ')} (${drawn})`);
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

function announce(
  { drawing, frames, iterations }: Extract<JobEvent, { kind: 'start' }>,
  options: DrawArguments,
  note: (text: string) => void,
  emit: (event: object) => void,
): void {
  const { width, height, weights, network, provider, passedOver } = drawing;
  const { preset } = options;
  const resumed = iterations === 0 ? {} : { resumed: iterations };
  const looking = network && { network: network.name, preprocess: network.preprocess };
  emit({ event: 'start', size: { width, height }, provider, weights, ...looking, preset, frames, ...resumed });
  const looks = network ? `network ${network.name}, its picture as ${network.preprocess}` : `weights ${weights}`;
  const assumed = network?.isAssumed ? ' (its file does not say; --preprocess does)' : '';
  note(`drawing ${options.photo} at ${width}×${height}: preset ${preset}, ${looks}${assumed}, ${provider}`);
  if (iterations > 0) note(`going on after iteration ${iterations}`);
  for (const other of passedOver) note(`${other.provider} was passed over: ${other.reason}`);
  if (!/^(seeded|contour):\d+$/.test(weights)) return;
  if (preset === 'sketch') {
    note(
      "warning: the look of sketch needs trained weights, and these have learned nothing ('vggdraw weights fetch' brings some)",
    );
  } else if (options.weights === 'auto') {
    note("these weights have learned nothing; 'vggdraw weights fetch' brings pretrained ones");
  }
}
