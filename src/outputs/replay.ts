/** The video of the finished strokes, drawn by an unseen hand. */
import { writeFileSync } from 'node:fs';
import { beginFile } from '../files/unfinished.js';
import type { Size } from '../image/picture.js';
import { replayFrames } from '../media/strokes/replay.js';
import type { Pace } from '../video/time-lapse.js';
import type { VideoWriter } from '../video/video.js';
import type { Output } from './output.js';
import { commitFile } from './whole.js';

export interface ReplayOptions extends Size {
  /** How many frames it has, and how many a second. */
  readonly replayPace: Pick<Pace, 'shown' | 'fps'>;
  /** For how many frames a video holds the finished picture at the end. */
  readonly held: number;
  /** Whether what is there is replaced. */
  readonly overwrite: boolean;
}

/** Starts the file; all of it is made when the drawing is finished. */
export function openReplay(path: string, { width, height, replayPace, held, overwrite }: ReplayOptions): Output {
  const file = beginFile(path);
  writeFileSync(file.temporary, ''); // While it is there nobody removes the folder.
  let writer: VideoWriter | undefined;
  return {
    field: 'replay',
    path,
    add: async () => {},
    async finish({ picture, strokes }) {
      const { openVideo } = await import('../video/video.js');
      writer = await openVideo({ path: file.temporary, width, height, fps: replayPace.fps, held });
      for (const { rgb } of replayFrames(strokes!, { frames: replayPace.shown, finished: picture })) {
        await writer.write(rgb);
      }
      await writer.finish();
    },
    commit: () => commitFile(file, path, overwrite),
    async discard() {
      await writer?.abort();
      await file.discard();
    },
  };
}
