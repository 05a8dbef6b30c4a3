/** The video of the drawing, frame after frame. */
import { TimeLapse } from '../video/time-lapse.js';
import type { Output } from './output.js';
import type { StrokeOutputsOptions } from './strokes.js';
import { VideoFile } from './video-file.js';

/** Starts the file. */
export async function openTimeLapse(
  path: string,
  {
    held,
    overwrite,
    width,
    height,
    pace,
  }: Pick<StrokeOutputsOptions, 'held' | 'overwrite' | 'width' | 'height' | 'pace'>,
): Promise<Output> {
  const file = new VideoFile(path, overwrite);
  // The first of the frames that hold the finished picture is written: its tone may be another one.
  const writer = await file.open({ width, height, fps: pace.fps, held: Math.max(0, held - 1) });
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
