/** The video of the drawing, frame after frame: as they come, or from the last one back. */
import { beginFile } from '../files/unfinished.js';
import type { Size } from '../image/picture.js';
import { type Course, framesShown, type HeldPace, paceOfAll, TimeLapse } from '../video/time-lapse.js';
import { FrameLog } from './frame-log.js';
import type { Output } from './output.js';
import { type VideoDress, VideoFile } from './video-file.js';

export interface TimeLapseOptions extends Size {
  /** How the frames of the drawing become those of the video. */
  readonly pace: HeldPace;
  readonly course: Course;
  /** How the videos look beside their frames. */
  readonly dress: VideoDress;
  /** Whether what is there is replaced. */
  readonly overwrite: boolean;
}

/** Starts the file. */
export const openTimeLapse = (path: string, options: TimeLapseOptions): Promise<Output> =>
  keepsFrames(options.course) ? openBackwards(path, options) : openForwards(path, options);

/** Whether the video needs frames another time: they are kept in a file meanwhile. */
export const keepsFrames = ({ reverse, loop }: Course): boolean => reverse || loop;

async function openForwards(
  path: string,
  { width, height, pace, dress, overwrite }: TimeLapseOptions,
): Promise<Output> {
  const { fps, held } = pace;
  const file = new VideoFile(path, overwrite, dress);
  // The first of the frames that hold the finished picture is written: its tone may be another one.
  const writer = await file.open({ width, height, fps, held: Math.max(0, held - 1) });
  const lapse = new TimeLapse(writer, pace);
  return {
    field: 'output',
    path,
    add: ({ rgb }) => lapse.add(rgb),
    async finish({ picture }) {
      await lapse.end();
      if (held > 0) await writer.write(picture.rgb);
      await writer.finish();
    },
    commit: file.commit,
    discard: file.discard,
  };
}

/** All of it is written when the drawing is finished, so that it begins as evenly as it ends. */
async function openBackwards(
  path: string,
  { width, height, pace, course, dress, overwrite }: TimeLapseOptions,
): Promise<Output> {
  const kept = beginFile(path);
  const log = await FrameLog.begin(kept.temporary, { width, height });
  const file = new VideoFile(path, overwrite, dress);
  const discard = async (): Promise<void> => {
    await file.discard();
    await log.close();
    await kept.discard();
  };
  const writer = await file.open({ width, height, fps: pace.fps }).catch(async (error: unknown) => {
    await discard();
    throw error;
  });

  /** Shows the drawing once, from its end or its beginning; `within` leaves out the first and the last frame. */
  const show = async (isBack: boolean, within: boolean): Promise<void> => {
    const { frames } = log;
    const last = framesShown(pace, frames) - 1;
    let shown = 0;
    const write = async (rgb: Uint8Array): Promise<void> => {
      const at = shown++;
      if (!within || (at > 0 && at < last)) await writer.write(rgb);
    };
    const lapse = new TimeLapse({ write }, paceOfAll(pace, frames));
    for (let i = 0; i < frames; i++) await lapse.add((await log.frame(isBack ? frames - 1 - i : i)).rgb);
    await lapse.end();
  };

  return {
    field: 'output',
    path,
    add: (picture) => log.append(picture),
    async finish({ picture }) {
      const { reverse, loop } = course;
      if (!reverse) await show(false, false);
      for (let i = 0; i < pace.held; i++) await writer.write(picture.rgb);
      if (reverse) await show(true, false);
      if (loop) await show(!reverse, true);
      await writer.finish();
    },
    commit: file.commit,
    discard,
  };
}
