/** A film in, its drawn film out, on this machine alone. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { counted } from '../counted.js';
import type { Drawing, Frame } from '../drawing/frame.js';
import { givenNetwork } from '../drawing/recipe/index.js';
import { parsePreset } from '../drawing/recipe/preset.js';
import { findPreset } from '../drawing/recipe/presets.js';
import { InputError, renamingField } from '../errors.js';
import { removeAbandoned } from '../files/abandoned.js';
import { checkKeeps, type Input } from '../files/inputs.js';
import { isFile } from '../files/places.js';
import { makeFolders } from '../files/unfinished.js';
import { checkCanMake, checkOutputFile } from '../files/writable.js';
import { fittedSize } from '../image/fitted-size.js';
import type { Picture, Size } from '../image/picture.js';
import { checkPhotoFile } from '../image/source.js';
import { networkInputs } from '../jobs/inputs.js';
import { checkLooks, type Job } from '../jobs/job.js';
import { networkOf } from '../networks/index.js';
import { shownName } from '../one-line.js';
import { checkRoom } from '../outputs/checks.js';
import { type EvenFrames, readVideo } from '../video/read-video.js';
import { type Assembled, assemble } from './assemble.js';
import { drawFrames, type FrameOptions } from './draw-frames.js';
import { Flicker } from './flicker.js';
import { laterPreset } from './later-frames.js';
import { type FilmPart, surveyFilm } from './survey.js';
import { checkWork, type Progress, WorkFolder } from './work-folder.js';

export interface FilmJob
  extends Omit<FrameOptions, 'preset' | 'style' | 'network' | 'size'>,
    Pick<Job, 'preset' | 'style' | 'network' | 'overwrite' | 'remedy'>,
    FilmPart {
  /** The path of the film. */
  readonly film: string;
  readonly output: string;
  /** Longest side of the drawing. */
  readonly size: number;
  /** Seconds of a time-lapse of how the first frame was drawn, before it. Left out: none. */
  readonly opening?: number | undefined;
  /** Whether to go on with what is in the folder of frames. */
  readonly resume: boolean;
}

export type FilmEvent =
  | { readonly kind: 'looking' }
  /** Before the first frame that is drawn. */
  | { readonly kind: 'planned'; readonly size: Size; readonly frames: number; readonly drawn: number }
  /** With the first step of the first frame that is drawn. */
  | { readonly kind: 'start'; readonly drawing: Drawing }
  /** A step of a frame, counted from 0. */
  | { readonly kind: 'step'; readonly index: number; readonly frame: Frame }
  /** @property flicker of the film so far, in levels. */
  | { readonly kind: 'drawn'; readonly index: number; readonly flicker: number | undefined }
  | { readonly kind: 'finishing' }
  | { readonly kind: 'warning'; readonly text: string }
  | ({
      readonly kind: 'done';
      /** Frames of the film that are drawn. */
      readonly frames: number;
      readonly flicker: number | undefined;
      readonly endedEarly: boolean;
      /** The folder of frames, where it is kept to go on from. */
      readonly work: string | undefined;
    } & Assembled);

/** Where frames are kept while the film is drawn. */
export const workPathOf = (output: string): string => `${output}.work`;

/**
 * Draws a film. Whoever leaves the loop early ends it; the frames that are finished are kept.
 * @param signal ends it: what is drawn becomes a film, and can be gone on with.
 * @throws InputError where something given is at fault: nothing is written then.
 */
export async function* runFilm(job: FilmJob, signal?: AbortSignal): AsyncGenerator<FilmEvent, void, void> {
  const { film, output, fps, from, to, opening, overwrite, remedy, resume } = job;
  const { preset: named, size: longest, iterations, fresh } = job;
  const place = { path: workPathOf(output), output, resume, overwrite };
  // Before the film: whoever replaces it should know what there is to go on with.
  checkWork(place);
  await checkOutputFile(output, 'output', overwrite, remedy);
  const inputs = await inputsOf(job);
  for (const path of [output, workPathOf(output)]) checkKeeps(path, inputs, 'output');
  checkCanMake(workPathOf(output), 'output');
  for (const { picture } of job.style) await checkPhotoFile(picture);
  const model = await givenNetwork(job);
  const network = model && (await networkOf(model));
  const preset = await findPreset(named, network);
  laterPreset(preset, iterations);
  yield { kind: 'looking' };
  const part: FilmPart = { fps, from, to };
  const { size: filmed, frames, sound } = await surveyFilm(film, part);
  const size = fittedSize(filmed, longest);
  await makeFolders(dirname(output), { whileEmpty: true });
  void removeAbandoned(dirname(resolve(output)));
  const digest = await digestOf(job, inputs, { preset, size, frames });
  const work = await WorkFolder.open({ ...place, digest });
  const before = work.from;
  yield { kind: 'planned', size, frames, drawn: before?.frames ?? 0 };
  const warnings: string[] = [];
  const warn = (text: string): void => void warnings.push(text);
  const flicker = new Flicker(before?.flicker);
  let done = before?.frames ?? 0;
  let pictures = before?.opening ?? 0;
  try {
    const drawn = { output, frames: workPathOf(output) };
    const toDraw = frames - done;
    await renamingField('frames', 'output', () => checkRoom(drawn, { ...size, frames: toDraw, shown: toDraw }));
    const left = framesFrom(film, { ...part, size }, Math.max(0, done - 1));
    if (before) flicker.add((await left.next()).value!, await work.readDrawn(done - 1));
    const sheet = before && { ...before.sheet, preset: parsePreset(before.sheet.preset, 'recorded', network) };
    const options: FrameOptions = { ...recipeOf(job), network: model, preset, iterations, fresh };
    let weights = sheet?.weights;
    let isStarted = false;
    for await (const event of drawFrames(left, options, sheet, { signal })) {
      if (event.kind === 'step') {
        const { frame } = event;
        weights = frame.drawing.weights;
        if (!isStarted) {
          checkLooks(preset, weights);
          yield { kind: 'start', drawing: frame.drawing };
        }
        isStarted = true;
        if (opening !== undefined && done === 0) await work.addOpening(pictures++, frame.picture);
        yield { kind: 'step', index: done, frame };
        continue;
      }
      flicker.add(event.film, event.picture);
      await work.addDrawn(done, event.picture);
      const progress: Progress = { frames: ++done, opening: pictures, sheet: event.sheet, flicker: flicker.sums };
      await work.save(progress);
      yield { kind: 'drawn', index: done - 1, flicker: flicker.levels };
    }
    if (done === 0) throw new InputError('it was ended before the first frame was drawn: there is no film');
    yield { kind: 'finishing' };
    const read = (index: number) => work.readDrawn(index);
    const lapse =
      opening === undefined
        ? undefined
        : { seconds: opening, pictures, read: (index: number) => work.readOpening(index) };
    const of = { film, from, sound, preset: named, weights: weights ?? String(job.weights) };
    const assembled = await assemble(
      { path: output, overwrite, ...of, ...size, fps, frames: done, read, opening: lapse },
      warn,
    );
    const endedEarly = done < frames;
    if (!endedEarly) await work.remove();
    for (const text of warnings) yield { kind: 'warning', text };
    const kept = endedEarly ? workPathOf(output) : undefined;
    yield { kind: 'done', frames: done, flicker: flicker.levels, endedEarly, work: kept, ...assembled };
  } catch (error) {
    if (done === 0 || !(error instanceof InputError) || error.field === 'resume') throw error;
    const reason = `${error.reason}; ${counted(done, 'frame')} ${done === 1 ? 'is' : 'are'} kept in ${shownName(workPathOf(output))}, from where the option resume goes on`;
    throw new InputError(reason, { field: error.field, cause: error });
  } finally {
    if (done === 0) await work.remove();
  }
}

/** Frames of the film from one of them on, counted from 0. */
async function* framesFrom(film: string, even: EvenFrames, first: number): AsyncGenerator<Picture, void, void> {
  let index = 0;
  for await (const picture of readVideo(film, even)) if (index++ >= first) yield picture;
}

const recipeOf = ({ strokes, weights, provider, threads, memory, exact, ...styling }: FilmJob) => {
  const { style, styleSize, styleWeight, keepColours } = styling;
  return { strokes, weights, provider, threads, memory, exact, style, styleSize, styleWeight, keepColours };
};

/** The files that are read: a preset and weights may have names that are none. */
async function inputsOf({ film, preset, style, ...read }: FilmJob): Promise<Input[]> {
  return [
    { name: 'the film', path: film },
    ...style.map(({ picture }) => ({ name: 'the style picture', path: picture })),
    { name: 'the preset', path: preset },
    ...(await networkInputs(read)),
  ];
}

/** Of all that a drawn frame hangs on. @param drawn what was made of options. */
async function digestOf(job: FilmJob, inputs: readonly Input[], drawn: object): Promise<string> {
  const { style, styleSize, styleWeight, keepColours, strokes, weights, preprocess, exact } = job;
  const { fps, from, to, iterations, fresh, opening } = job;
  const hash = createHash('sha256');
  hash.update(JSON.stringify([drawn, { styleSize, styleWeight, keepColours, strokes, weights, preprocess, exact }]));
  hash.update(JSON.stringify([{ fps, from, to, iterations, fresh, opening }, style.map(({ weight }) => weight)]));
  for (const { path } of inputs) {
    if (isFile(path)) for await (const part of createReadStream(path)) hash.update(part as Buffer);
  }
  return hash.digest('hex');
}
