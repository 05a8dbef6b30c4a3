/** A drawing with its files, for whoever has one made: a command today. */
import { applyTone } from '../colour/tones.js';
import { draw } from '../drawing/draw.js';
import { type DrawOptions, iterationsOf, needsStrokes } from '../drawing/recipe/index.js';
import { canvasSpaceOf } from '../drawing/recipe/preset.js';
import { findPreset } from '../drawing/recipe/presets.js';
import { namingField } from '../errors.js';
import { checkPhotoFile } from '../image/source.js';
import { checkOutputs, type Input } from '../outputs/checks.js';
import type { OutputPaths } from '../outputs/output.js';
import { Outputs, type Written } from '../outputs/outputs.js';
import { strokeFields } from '../outputs/strokes.js';
import { framesShown, paceOf } from '../video/time-lapse.js';
import type { JobEvent } from './events.js';

export interface Job
  extends Pick<
    DrawOptions,
    | 'strokes'
    | 'size'
    | 'weights'
    | 'provider'
    | 'threads'
    | 'memory'
    | 'exact'
    | 'styleSize'
    | 'styleWeight'
    | 'keepColours'
  > {
  /** The path of the photo. */
  readonly photo: string;
  /** A built-in preset's name, or the path of a file. */
  readonly preset: string;
  /** The paths of pictures whose style is drawn in, with their weights. */
  readonly style: readonly { readonly picture: string; readonly weight?: number }[];
  readonly outputs: OutputPaths;
  /** Frames per second of the video, above 0. Given without `seconds`: one for each frame that is drawn. Default: 30. */
  readonly fps?: number | undefined;
  /** Seconds that the drawing takes in the video, above 0. Default: 8, where `fps` is not given. */
  readonly seconds?: number | undefined;
  /** Seconds that the finished picture stays at its end. */
  readonly hold: number;
  /** Whether outputs that are there are replaced. */
  readonly overwrite: boolean;
  /** What the person may do about those that are there, for messages. */
  readonly remedy?: string;
}

/**
 * Draws and writes. Whoever leaves the loop early ends it, with nothing half-written.
 * @param signal ends the drawing after the running iteration; the files are finished with what there is.
 * @throws InputError where something given is at fault: before anything is begun, or at the end, with what is there all the same.
 */
export async function* runJob(job: Job, signal?: AbortSignal): AsyncGenerator<JobEvent, void, void> {
  const { photo, overwrite } = job;
  // Before the outputs, which may be named after it.
  await checkPhotoFile(photo);
  for (const { picture } of job.style) await namingField('style', () => checkPhotoFile(picture));
  await checkOutputs(job.outputs, inputsOf(job), overwrite, job.remedy);
  const preset = await findPreset(job.preset);
  const unfit = strokeFields.find((field) => job.outputs[field] !== undefined);
  if (unfit !== undefined && preset.medium?.kind !== 'strokes') throw needsStrokes(unfit);
  yield { kind: 'preparing', preset };
  const pace = paceOf(1 + iterationsOf(preset), job);
  const held = Math.round(job.hold * pace.fps);
  const warnings: string[] = [];
  const warn = (text: string): void => void warnings.push(text);
  let outputs: Outputs | undefined;
  let iterations = 0;
  let finishing: Promise<Written> | undefined;
  try {
    const { strokes, size, weights, provider, threads, memory, exact, style, styleSize, styleWeight, keepColours } =
      job;
    const styling = { style, styleSize, styleWeight, keepColours };
    const options = { preset, strokes, size, weights, provider, threads, memory, exact, ...styling, signal };
    for await (const frame of draw(photo, options)) {
      const { drawing, picture, index } = frame;
      if (!outputs) {
        yield { kind: 'start', drawing, frames: pace.shown + held };
        const { width, height } = drawing;
        outputs = await Outputs.open(job.outputs, { width, height, pace, held, overwrite, warn });
      }
      await outputs.add(picture);
      yield* warningsOf(warnings);
      yield { kind: 'frame', frame };
      iterations = index;
      if (!frame.canvas) continue;
      if (frame.strokes?.width.length === 0) warn('nothing is drawn: the photo is of one colour, without an edge');
      // The last one: its thread ends while the video is finished.
      // The frame shows it already where its tone is the final one.
      const { finalTone, tone } = drawing.preset;
      const isShown = finalTone === tone;
      const finished = () => applyTone(frame.canvas!, finalTone, canvasSpaceOf(drawing.preset));
      const shown = isShown ? picture : { ...picture, rgb: finished() };
      finishing = outputs.finish({ picture: shown, strokes: frame.strokes });
      finishing.catch(() => {});
    }
    yield { kind: 'finishing' };
    const written = (await finishing)!;
    yield* warningsOf(warnings);
    yield { kind: 'done', written, iterations, frames: framesShown(pace, iterations + 1) + held };
  } finally {
    await outputs?.discard();
  }
}

function* warningsOf(warnings: string[]): Generator<JobEvent, void, void> {
  for (const text of warnings.splice(0)) yield { kind: 'warning', text };
}

/** The files that a drawing reads: a preset and weights may have names that are none. */
function inputsOf({ photo, preset, weights, style }: Job): Input[] {
  return [
    { name: 'the photo', path: photo },
    ...style.map(({ picture }) => ({ name: 'the style picture', path: picture })),
    { name: 'the preset', path: preset },
    ...(typeof weights === 'string' ? [{ name: 'the file of weights', path: weights }] : []),
  ];
}
