/** A film drawn by a farm: its chunks are jobs, and whoever waits for them puts it together. Nothing of it is skipped. */
import { setTimeout as wait } from 'node:timers/promises';
import { InputError } from '../../errors.js';
import { type Assembled, assemble } from '../../film/assemble.js';
import { Flicker } from '../../film/flicker.js';
import { laterPreset } from '../../film/later-frames.js';
import { chunksOf } from '../../film/plan.js';
import { type Film, type FilmPart, surveyFilm } from '../../film/survey.js';
import { encodePng } from '../../image/encode-png.js';
import { fittedSize } from '../../image/fitted-size.js';
import { readPhoto } from '../../image/photo.js';
import type { Picture, Size } from '../../image/picture.js';
import { shownName } from '../../one-line.js';
import { readVideo } from '../../video/read-video.js';
import { type AddOptions, knownOf, nameOf, prepare, stateOf } from '../adding.js';
import { keepFile } from '../blobs.js';
import { checkChunk, idOf } from '../job-data.js';
import type { FarmQueue, NewJob } from '../queue/farm-queue.js';
import { classOf } from '../queue/memory-classes.js';
import { keys, type Store } from '../store/store.js';

export interface VideoOptions extends FilmPart {
  readonly film: string;
  /** How it is drawn, as photos are. */
  readonly drawing: Omit<AddOptions, 'outputs' | 'hold' | 'fps' | 'seconds' | 'stillSize' | 'svgStyle' | 'plot'>;
  /** Of each frame after the first. */
  readonly iterations?: number | undefined;
  readonly fresh: boolean;
  /** Frames of a job, from 1. */
  readonly chunk: number;
}

interface Places {
  readonly store: Store;
  readonly queue: FarmQueue;
}

interface ChunkOfFilm extends NewJob {
  readonly first: number;
  readonly count: number;
}

/** A film whose chunks are in the queue, or in the store. */
export interface AddedFilm extends Film {
  /** Of the drawing. */
  readonly drawn: Size;
  readonly chunks: readonly ChunkOfFilm[];
  /** How many of them were there before, or are drawn. */
  readonly known: number;
}

/** Adds the chunks that are not there yet. @throws InputError for options or a film that will not do, before anything is added. */
export async function addFilm(options: VideoOptions, places: Places): Promise<AddedFilm> {
  const { film: path, drawing, fps, from, to, iterations, fresh } = options;
  const part: FilmPart = { fps, from, to };
  const film = await surveyFilm(path, part);
  const drawn = fittedSize(film.size, drawing.size);
  const { common, memoryFor } = await prepare({ ...drawing, outputs: ['still'], hold: 0 }, places.store);
  laterPreset(common.recipe, iterations);
  const memory = await memoryFor(await encodePng(await firstFrame(path, part, drawn)));
  const { outputs: _, size, hold, stillSize, svgStyle, plot, seconds, ...rest } = common;
  const { reverse, loop, beside, portrait, square, ...how } = rest;
  const digest = await keepFile(places.store, path);
  const { width, height } = drawn;
  const chunks = chunksOf(film.frames, options.chunk).map(({ first, count }): ChunkOfFilm => {
    const name = `${nameOf(path)} ${first + 1} to ${first + count}`;
    const frames = { film: digest, fps, from, to, width, height, first, count, iterations, fresh };
    const job = checkChunk({ ...how, name, memory, ...frames });
    return { id: idOf(job), need: { provider: job.provider, memory: classOf(memory) }, data: job, first, count };
  });
  const known = await Promise.all(chunks.map((chunk) => knownOf(chunk, places.store, places.queue)));
  await places.queue.add(chunks.filter((_, i) => !known[i]));
  return { ...film, drawn, chunks, known: known.filter(Boolean).length };
}

async function firstFrame(film: string, part: FilmPart, size: Size): Promise<Picture> {
  for await (const picture of readVideo(film, { ...part, size })) return picture;
  throw new Error('the film has no frames any more');
}

/** Milliseconds from one look at the jobs to the next. */
const lookEvery = 1000;

/**
 * Waits until all chunks are drawn. One that is gone from queue and store, or of which a frame is missing, is drawn again.
 * @param tell is called with how many frames are drawn, when that changes.
 * @throws InputError where a chunk can't be drawn: when all others are.
 */
export async function waitForFilm(
  { chunks }: Pick<AddedFilm, 'chunks'>,
  { store, queue }: Places,
  tell: (frames: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  const drawn = new Set<ChunkOfFilm>();
  let told = -1;
  for (;;) {
    const failed: ChunkOfFilm[] = [];
    for (const chunk of chunks.filter((one) => !drawn.has(one))) {
      if (await isWhole(chunk, store)) drawn.add(chunk);
      else {
        const state = await stateOf(chunk, store, queue);
        if (state === 'failed') failed.push(chunk);
        if (state === undefined) await queue.add([chunk]);
      }
    }
    const frames = [...drawn].reduce((sum, { count }) => sum + count, 0);
    if (frames !== told) tell(frames);
    told = frames;
    if (drawn.size === chunks.length) return;
    if (drawn.size + failed.length === chunks.length) throw await whyFailed(failed, queue);
    await wait(lookEvery, undefined, { signal });
  }
}

/** Whether it is drawn; of one that is only said to be so, the report is removed. */
async function isWhole({ id, first, count }: ChunkOfFilm, store: Store): Promise<boolean> {
  if (!(await store.has(keys.report(id)))) return false;
  const there = new Set(await store.list(keys.drawings(id)));
  if (Array.from({ length: count }, (_, i) => keys.frame(id, first + i)).every((key) => there.has(key))) return true;
  await store.remove(keys.report(id));
  return false;
}

async function whyFailed(failed: readonly ChunkOfFilm[], queue: FarmQueue): Promise<InputError> {
  const [one] = failed as [ChunkOfFilm];
  const { reason = 'nobody says why', isSetAside } = await queue.find(one.id);
  const frames = `frames ${one.first + 1} to ${one.first + one.count}`;
  const others = failed.length > 1 ? `, and ${failed.length - 1} more` : '';
  const remedy = isSetAside ? "'vggdraw farm retry'" : 'the same command once more';
  return new InputError(
    `${frames} (job ${one.id.slice(0, 12)}) could not be drawn${others}: ${reason}; all others are in the store; ${remedy} has them tried again`,
  );
}

/**
 * Puts together what is drawn, with the film's sound.
 * @throws InputError where it can't be written, or a frame not be read.
 */
export async function assembleFilm(
  { film, drawing, fps, from, to }: VideoOptions,
  { chunks, frames, drawn, sound }: AddedFilm,
  store: Store,
  {
    output,
    overwrite,
    warn,
  }: { readonly output: string; readonly overwrite: boolean; readonly warn: (text: string) => void },
): Promise<Assembled & { readonly flicker: number | undefined }> {
  const flicker = new Flicker();
  const filmed = readVideo(film, { fps, from, to, size: drawn });
  const read = async (index: number): Promise<Picture> => {
    const { id } = chunks.find(({ first, count }) => index >= first && index < first + count)!;
    const picture = await readPhoto(await store.read(keys.frame(id, index)));
    if (picture.width !== drawn.width || picture.height !== drawn.height)
      throw new InputError(
        `frame ${index} of ${shownName(film)} has another size in the store; remove ${keys.drawings(id)}`,
      );
    const { value } = await filmed.next();
    if (value) flicker.add(value, picture);
    return picture;
  };
  const of = { film, from, sound, preset: drawing.preset, weights: drawing.weights };
  const assembled = await assemble({ path: output, overwrite, ...of, ...drawn, fps, frames, read }, warn);
  return { ...assembled, flicker: flicker.levels };
}
