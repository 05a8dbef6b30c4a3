/** What there is to draw in a film: looked at as a whole before anything is drawn, as drawing it takes much longer. */
import { stat } from 'node:fs/promises';
import { InputError } from '../errors.js';
import { beginningOf, whyUnreadable } from '../files/readable.js';
import type { Size } from '../image/picture.js';
import { shownName } from '../one-line.js';
import { beginsVideo, type EvenFrames, readVideo } from '../video/read-video.js';
import { soundCodecOf } from '../video/sound.js';

export interface Film {
  /** Of its first frame, upright. */
  readonly size: Size;
  /** How many are drawn. */
  readonly frames: number;
  /** The codec of its sound, as ffmpeg names it; undefined where it has none. */
  readonly sound: string | undefined;
}

/** Which frames of a film are drawn. */
export type FilmPart = Pick<EvenFrames, 'fps' | 'from' | 'to'>;

/** Frames that are drawn at the most: more than two hours at 12 a second. A file of a few bytes may say that it lasts for years. */
export const mostFrames = 100_000;

/** As small as frames can be that are only counted. */
const counted: Size = { width: 2, height: 2 };

/** @throws InputError where it is no film, or damaged, or has too many frames, or none between `from` and `to`. */
export async function surveyFilm(path: string, part: FilmPart): Promise<Film> {
  await checkFilmFile(path);
  const { from = 0, to } = part;
  if (to !== undefined && to <= from) throw new InputError(`it has to be more than ${from}`, { field: 'to' });
  let size: Size | undefined;
  try {
    for await (const { width, height } of readVideo(path, part)) {
      size = { width, height };
      break;
    }
  } catch (error) {
    if (from > 0 && error instanceof InputError && /there are no frames/.test(error.message)) throw tooLate(from);
    throw error;
  }
  let frames = 0;
  for await (const _ of readVideo(path, { ...part, size: counted })) {
    if (++frames <= mostFrames) continue;
    throw new InputError(
      `${shownName(path)} has more than ${mostFrames} frames to draw; draw a part of it with the options from and to, or fewer frames a second`,
    );
  }
  return { size: size!, frames, sound: await soundCodecOf(path) };
}

const tooLate = (from: number): InputError =>
  new InputError(`the film has no frames after ${from} seconds`, { field: 'from' });

/** @throws InputError where there is no file, or none that begins like a film. */
async function checkFilmFile(path: string): Promise<void> {
  const refuse = (reason: string): never => {
    throw new InputError(`can't read the film ${shownName(path)}: ${reason}`);
  };
  const unreadable = (error: unknown) => refuse(whyUnreadable(error));
  // Before it is opened: a pipe would wait for somebody to write.
  if (!(await stat(path).catch(unreadable)).isFile())
    refuse('it is no file; a film is read more than once, and not from stdin; save it first');
  const beginning = await beginningOf(path).catch(unreadable);
  if (beginning === '') refuse('the file is empty');
  if (!beginsVideo.test(beginning)) refuse('it is no film; give an MP4, MOV, WebM, MKV, AVI or animated GIF');
}
