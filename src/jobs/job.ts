/** A drawing with its files, for whoever has one made: a command today. */
import { basename, dirname, parse, resolve } from 'node:path';
import { applyTone } from '../colour/tones.js';
import { draw } from '../drawing/draw.js';
import {
  contentLayersIn,
  type DrawOptions,
  givenNetwork,
  iterationsOf,
  needsStrokes,
} from '../drawing/recipe/index.js';
import { canvasSpaceOf, type Preset, parsePreset } from '../drawing/recipe/preset.js';
import { findPreset, presets } from '../drawing/recipe/presets.js';
import { ThreadPool } from '../drawing/thread/pool.js';
import { InputError, namingField } from '../errors.js';
import { removeAbandoned } from '../files/abandoned.js';
import type { Input } from '../files/inputs.js';
import { checkPhotoFile } from '../image/source.js';
import { longestWebpSide, stillFormatOf } from '../image/still-formats.js';
import { paperOf } from '../media/pixels/spec.js';
import type { SvgStyle } from '../media/strokes/svg-styles.js';
import { type NetworkModel, networkOf } from '../networks/index.js';
import { shownName } from '../one-line.js';
import type { About } from '../outputs/about.js';
import { checkApart, checkOutputs } from '../outputs/checks.js';
import type { OutputPaths } from '../outputs/output.js';
import { Outputs, type Written } from '../outputs/outputs.js';
import { strokeFields } from '../outputs/strokes.js';
import type { PlotOptions } from '../plotting/options.js';
import type { Plot } from '../plotting/plot.js';
import { collectGarbage } from '../runtime/garbage.js';
import { framesOfCourse } from '../video/time-lapse.js';
import { type CheckpointOptions, checkCanKeep, framesPathOf, JobCheckpoint } from './checkpoint.js';
import type { JobEvent } from './events.js';
import { inputsOf } from './inputs.js';
import { plottingOf } from './plotting.js';
import { checkVideo, courseOf, dressOf, pacesOf } from './video.js';
import type { VideoChoice } from './video-choice.js';

export { ThreadPool };

export interface Job
  extends Pick<
      DrawOptions,
      | 'strokes'
      | 'size'
      | 'weights'
      | 'preprocess'
      | 'provider'
      | 'threads'
      | 'memory'
      | 'exact'
      | 'styleSize'
      | 'styleWeight'
      | 'keepColours'
    >,
    VideoChoice {
  /** The path of the photo. */
  readonly photo: string;
  /** The file itself, where it is at no path: then `photo` is what it is called. */
  readonly photoBytes?: Uint8Array | undefined;
  /** What SVGs call the drawing. Default: the photo's name. */
  readonly title?: string | undefined;
  /** A built-in preset's name, or the path of a file. */
  readonly preset: string;
  /** The preset itself, where its file may have become another one. */
  readonly recipe?: Preset | undefined;
  /** The path of an ONNX file, where the network is not VGG-19. */
  readonly network?: string | undefined;
  /** What {@link givenNetwork} has read of it, where several jobs have the same. */
  readonly networkModel?: NetworkModel | undefined;
  /** The paths of pictures whose style is drawn in, with their weights. */
  readonly style: readonly { readonly picture: string; readonly weight?: number }[];
  readonly outputs: OutputPaths;
  /** Where it is plotted: how. The strokes' file is then one for plotters. */
  readonly plot?: PlotOptions | undefined;
  /** How strokes become paths of an SVG, where there is one among the outputs. Default: `outline`. */
  readonly svgStyle?: SvgStyle | undefined;
  /** Longest side of the finished picture in pixels, from 1, where strokes are drawn. Default: that of the drawing. */
  readonly stillSize?: number | undefined;
  /** Whether outputs that are there are replaced. */
  readonly overwrite: boolean;
  /** Where the drawing is kept while it is made, so that it can be gone on with. Left out: nowhere. */
  readonly checkpoint?: CheckpointOptions | undefined;
  /** What the person may do about those that are there, for messages. */
  readonly remedy?: string;
}

/**
 * Draws and writes. Whoever leaves the loop early ends it, with nothing half-written.
 * @param signal ends the drawing after the running iteration; the files are finished with what there is.
 * @param pool of those who have several jobs done: each begins with the weights and sessions that the one before has left. Whoever opens it
 *   closes it.
 * @throws InputError where something given is at fault: before anything is begun, or at the end, with what is there all the same.
 */
export async function* runJob(job: Job, signal?: AbortSignal, pool?: ThreadPool): AsyncGenerator<JobEvent, void, void> {
  const { overwrite, photoBytes } = job;
  const photo = photoBytes ?? job.photo;
  // Before the outputs, which may be named after it.
  if (!photoBytes) await checkPhotoFile(job.photo);
  for (const { picture } of job.style) await namingField('style', () => checkPhotoFile(picture));
  const warnings: string[] = [];
  const warn = (text: string): void => void warnings.push(text);
  // Before the outputs: whoever replaces these should know what there is to go on with.
  let checkpoint = job.checkpoint && (await JobCheckpoint.open(job.checkpoint, overwrite, warn));
  const inputs = await inputsOf(job);
  await checkOutputs(job.outputs, inputs, overwrite, job.remedy);
  if (!(await canKeep(job, inputs, warn))) checkpoint = undefined;
  const model = job.networkModel ?? (await givenNetwork(job));
  const network = model && (await networkOf(model));
  const { preset, plot } = await plottingOf(
    { photo, plot: job.plot, svg: job.outputs.svg },
    job.recipe ? parsePreset(job.recipe, 'recorded', network) : await findPreset(job.preset, network),
  );
  if (job.stillSize !== undefined && job.outputs.still === undefined) {
    throw new InputError('it is of use with a finished picture only; name its file as well', { field: 'stillSize' });
  }
  if ((job.stillSize ?? 0) > longestWebpSide && stillFormatOf(job.outputs.still!) === 'webp')
    throw new InputError(`a WebP has ${longestWebpSide} pixels a side at the most`, { field: 'stillSize' });
  const unfit =
    strokeFields.find((field) => job.outputs[field] !== undefined) ??
    (job.stillSize === undefined ? undefined : 'stillSize');
  if (unfit !== undefined && preset.medium?.kind !== 'strokes') throw needsStrokes(unfit);
  checkSvgStyle(job);
  checkVideo(job, job.outputs);
  yield { kind: 'preparing', preset };
  const { pace, replayPace } = pacesOf(job, job.outputs, 1 + iterationsOf(preset));
  const course = courseOf(job);
  let outputs: Outputs | undefined;
  let iterations = 0;
  const losses = [...(checkpoint?.from?.losses ?? [])];
  let finishing: Promise<Written> | undefined;
  let plotted: Plot | undefined;
  try {
    const { strokes, size, weights, provider, threads, memory, exact, style, styleSize, styleWeight, keepColours } =
      job;
    const styling = { style, styleSize, styleWeight, keepColours };
    const kept = { checkpoints: checkpoint && job.checkpoint?.every, resume: checkpoint?.from?.checkpoint };
    const drawn = { preset, strokes, size, weights, network: model, ...styling };
    const options = { ...drawn, provider, threads, memory, exact, ...kept, signal };
    for await (const frame of draw(photo, options, pool)) {
      const { drawing, picture, index } = frame;
      if (!outputs) {
        checkLooks(preset, drawing.weights);
        yield { kind: 'start', drawing, frames: framesOfCourse(pace, pace.drawn, course), iterations: index };
        const { width, height } = drawing;
        const { stillSize, svgStyle } = job;
        const about = aboutOf(job, drawing.weights);
        const dress = await dressOf({ ...job, photo }, drawing, about);
        const shown = {
          pace,
          replayPace,
          course,
          dress,
          paper: paperOf(drawing.preset.canvas),
          phases: phasesOf(drawing.preset),
        };
        const options = { width, height, ...shown, stillSize, svgStyle, about, overwrite, warn };
        outputs = await Outputs.open(job.outputs, options);
        for await (const earlier of checkpoint?.begin(drawing) ?? []) await outputs.add(earlier);
      }
      // The first one of a drawing that goes on is among the earlier ones.
      if (frame.iteration) losses.push(frame.iteration.loss);
      if (index === 0 || frame.iteration) await Promise.all([outputs.add(picture), checkpoint?.add(picture)]);
      if (frame.checkpoint) await checkpoint?.save(frame.checkpoint, losses);
      yield* warningsOf(warnings);
      yield { kind: 'frame', frame };
      iterations = index;
      if (!frame.canvas) continue;
      if (frame.strokes?.width.length === 0)
        warn('there is not one stroke: the photo may be of one colour, or ink too dear for it');
      // The last one: its thread ends while the video is finished.
      // The frame shows it already where its tone is the final one.
      const { finalTone, tone } = drawing.preset;
      const isShown = finalTone === tone;
      const finished = () => applyTone(frame.canvas!, finalTone, canvasSpaceOf(drawing.preset));
      const shown = isShown ? picture : { ...picture, rgb: finished() };
      plotted = plot?.(frame.strokes!);
      finishing = outputs.finish({ picture: shown, strokes: frame.strokes, plot: plotted, losses });
      finishing.catch(() => {});
    }
    yield { kind: 'finishing' };
    const written = (await finishing)!;
    const endedEarly = 1 + iterations < pace.drawn;
    if (!endedEarly) await checkpoint?.remove();
    const left = endedEarly ? await checkpoint?.settle() : undefined;
    yield* warningsOf(warnings);
    const frames = framesOfCourse(pace, iterations + 1, course);
    yield { kind: 'done', written, iterations, endedEarly, frames, plot: plotted?.figures, checkpoint: left };
  } catch (error) {
    const kept = outputs && (await checkpoint?.settle());
    if (kept === undefined || !(error instanceof InputError) || error.field === 'resume') throw error;
    const reason = `${error.reason}; what is drawn so far is kept in ${shownName(kept)}`;
    throw new InputError(reason, { field: error.field, cause: error });
  } finally {
    await outputs?.discard();
    await checkpoint?.close();
    // Before the next one: else the heap grows by what several leave.
    if (pool) collectGarbage();
  }
}

/** Whether there can be a checkpoint. @throws InputError as {@link checkCheckpoint}, where that was named. */
async function canKeep(job: Job, inputs: readonly Input[], warn: (text: string) => void): Promise<boolean> {
  try {
    await checkCheckpoint(job, inputs);
    return true;
  } catch (error) {
    const { isImplied = false, resume } = job.checkpoint!;
    if (!isImplied || resume || !(error instanceof InputError)) throw error;
    warn(`${error.message}; the drawing goes on without checkpoints`);
    return false;
  }
}

/** @throws InputError where a checkpoint can't be written, or is in the way of something. */
async function checkCheckpoint(job: Job, inputs: readonly Input[]): Promise<void> {
  if (!job.checkpoint) return;
  const { path } = job.checkpoint;
  for (const one of [path, framesPathOf(path)]) checkApart('checkpoint', one, inputs, job.outputs);
  await checkCanKeep(path, job.overwrite, job.remedy);
  void removeAbandoned(dirname(resolve(path)));
}

/** @throws InputError where a preset draws nothing but noise with such weights. */
export function checkLooks(preset: Preset, weights: string): void {
  if (preset === presets.sketch && weights.startsWith('contour')) throw new InputError(tooDeep, { field: 'weights' });
}

/** It begins at block5, where weights made from a formula know nothing of shapes any more. */
const tooDeep =
  "sketch needs trained weights: with contour ones it draws noise; 'vggdraw weights fetch' brings some, or choose another preset, such as pencil";

function* warningsOf(warnings: string[]): Generator<JobEvent, void, void> {
  for (const text of warnings.splice(0)) yield { kind: 'warning', text };
}

/** @throws InputError where no SVG is drawn in it. */
function checkSvgStyle({ svgStyle, plot, outputs: { svg, svgAnimated } }: Job): void {
  if (svgStyle === undefined || (svg !== undefined && !plot) || svgAnimated !== undefined) return;
  if (plot) throw new InputError('a plot has lines alone; leave it out', { field: 'svgStyle' });
  throw new InputError('there is no SVG to write; name one with the option svg', { field: 'svgStyle' });
}

/** Of the plot of the loss. */
const phasesOf = ({ phases }: Preset) =>
  phases.map((phase) => ({ label: contentLayersIn(phase).join('+'), iterations: phase.iterations }));

/** What its files say of a drawing: without folders, which are nobody else's business. */
export const aboutOf = (
  { photo, title = parse(photo).name, preset }: Pick<Job, 'photo' | 'title' | 'preset'>,
  weights: string,
): About => ({
  photo: title,
  preset: basename(preset),
  weights: basename(weights),
});
