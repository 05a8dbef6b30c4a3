/** The video of the finished strokes, drawn by an unseen hand. */
import { setImmediate as otherWork } from 'node:timers/promises';
import type { Size } from '../image/picture.js';
import { replayFrames } from '../media/strokes/replay.js';
import type { Sequence } from '../media/strokes/sequence.js';
import type { Strokes } from '../media/strokes/strokes.js';
import type { HeldPace } from '../video/time-lapse.js';
import type { Output } from './output.js';
import { type VideoDress, VideoFile } from './video-file.js';

export interface ReplayOptions extends Size {
  /** How many frames it has, how many a second, and for how many it holds the finished picture at its end. */
  readonly replayPace: Pick<HeldPace, 'shown' | 'fps' | 'held'>;
  /** How the videos look beside their frames. */
  readonly dress: VideoDress;
  /** Whether what is there is replaced. */
  readonly overwrite: boolean;
}

/**
 * Starts the file; all of it is made when the drawing is finished.
 * @param ordered finds in which order strokes are drawn.
 */
export function openReplay(
  path: string,
  { width, height, replayPace, dress, overwrite }: ReplayOptions,
  ordered: (strokes: Strokes) => Promise<Sequence>,
): Output {
  const file = new VideoFile(path, overwrite, dress);
  return {
    field: 'replay',
    path,
    add: async () => {},
    async finish({ picture, strokes }) {
      const { shown, fps, held } = replayPace;
      const writer = await file.open({ width, height, fps, held });
      const steps = (await ordered(strokes!)).flat();
      for (const { rgb } of replayFrames(strokes!, { frames: shown, steps, finished: picture })) {
        await writer.write(rgb);
        await otherWork();
      }
      await writer.finish();
    },
    commit: file.commit,
    discard: file.discard,
  };
}
