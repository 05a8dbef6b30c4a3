/** The finished film: the frames that were drawn, and the sound of the film that they were drawn from. */
import { writeFileSync } from 'node:fs';
import { InputError } from '../errors.js';
import { beginFile } from '../files/unfinished.js';
import type { Picture, Size } from '../image/picture.js';
import { aboutOf } from '../jobs/job.js';
import { drawnBy } from '../outputs/about.js';
import { VideoFile } from '../outputs/video-file.js';
import { commitFile } from '../outputs/whole.js';
import { addSound } from '../video/sound.js';
import { paceOf, TimeLapse } from '../video/time-lapse.js';
import type { VideoWriter } from '../video/video.js';

export interface Assembly extends Size {
  readonly path: string;
  readonly overwrite: boolean;
  /** The film that it is drawn from, and how, for what the file says of itself. */
  readonly film: string;
  readonly preset: string;
  readonly weights: string;
  /** The codec of the film's sound, where it has any, and seconds of the film at which it is heard first. */
  readonly sound: string | undefined;
  readonly from?: number | undefined;
  readonly fps: number;
  /** How many frames there are, and where each is read. */
  readonly frames: number;
  readonly read: (index: number) => Promise<Picture>;
  /** How the first one was drawn, for a time-lapse of so many seconds before it. */
  readonly opening?:
    | { readonly seconds: number; readonly pictures: number; readonly read: (index: number) => Promise<Picture> }
    | undefined;
}

export interface Assembled {
  /** The name that it got. */
  readonly output: string;
  /** Frames of the whole video. */
  readonly shown: number;
  /** Whether it has sound. */
  readonly hasSound: boolean;
}

/**
 * Writes the film, which appears under its name when it is whole.
 * @param warn says to the person why it is silent where it should not be: the drawing is what counts.
 * @throws InputError where it can't be written, or a frame be read.
 */
export async function assemble(assembly: Assembly, warn: (text: string) => void): Promise<Assembled> {
  const { path, overwrite, film, preset, weights, sound, from, width, height, fps, frames, read } = assembly;
  const comment = drawnBy(aboutOf({ photo: film, preset }, weights), { width, height });
  const file = new VideoFile(path, overwrite, { mount: undefined, comment });
  try {
    const writer = await file.open({ width, height, fps });
    const opened = await addOpening(writer, assembly);
    for (let index = 0; index < frames; index++) await writer.write((await read(index)).rgb);
    await writer.finish();
    const shown = opened + frames;
    if (sound === undefined) return { output: await file.commit(), shown, hasSound: false };
    const sounding = beginFile(path);
    try {
      writeFileSync(sounding.temporary, ''); // While it is there nobody removes the folder.
      const times = { delay: opened / fps, seconds: shown / fps };
      await addSound(file.temporary, { film, codec: sound, from, ...times }, sounding.temporary);
      return { output: await commitFile(sounding, path, overwrite), shown, hasSound: true };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      warn(`the film has no sound: ${error.reason}`);
      return { output: await file.commit(), shown, hasSound: false };
    } finally {
      await sounding.discard();
    }
  } finally {
    await file.discard();
  }
}

/** @returns how many frames it has. */
async function addOpening(writer: VideoWriter, { opening, fps }: Assembly): Promise<number> {
  if (!opening) return 0;
  const { seconds, pictures, read } = opening;
  const pace = paceOf(pictures, { fps, seconds });
  const lapse = new TimeLapse(writer, pace);
  for (let index = 0; index < pictures; index++) await lapse.add((await read(index)).rgb);
  await lapse.end();
  return pace.shown;
}
