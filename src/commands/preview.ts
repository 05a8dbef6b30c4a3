/** A drawing in the terminal while it is made. Frames come faster than they are shown: what is not shown in time never is. */
import { setTimeout as wait } from 'node:timers/promises';
import { messageOf } from '../errors.js';
import type { Picture } from '../image/picture.js';
import type { Block } from './preview/block.js';
import { type Progress, showsBars } from './progress.js';

export interface Preview {
  /** A picture that may be shown, where no newer one comes before its time. */
  offer(picture: Picture): void;
  /** Shows the last one. There may be more pictures then, of another drawing. */
  settle(): Promise<void>;
}

/** Above the bar of a progress, on stderr; undefined where that is no terminal, which is said. */
export async function previewAbove<T>({ picture, note }: Progress<T>): Promise<Preview | undefined> {
  if (!showsBars()) {
    note('--preview is left out: stderr is no terminal that shows pictures');
    return undefined;
  }
  const { rendererFor } = await import('./preview/terminal.js');
  return openPreview(rendererFor(process.stderr, process.env), picture, note);
}

/** Milliseconds from one picture to the next: at least, and for each that it takes to make one. */
const shortest = 250;
const share = 20;

/**
 * @param render makes a picture something that a terminal shows.
 * @param show what it made.
 * @param note is told what has gone wrong; then there are no more pictures.
 */
export function openPreview(
  render: (picture: Picture) => Promise<Block>,
  show: (block: Block) => void,
  note: (text: string) => void,
): Preview {
  let latest: Picture | undefined;
  let working: Promise<void> | undefined;
  let settling = new AbortController();
  const work = async (): Promise<void> => {
    while (latest) {
      const picture = latest;
      latest = undefined;
      const begun = performance.now();
      show(await render(picture));
      const pause = Math.max(shortest, share * (performance.now() - begun));
      await wait(pause, undefined, { signal: settling.signal, ref: false }).catch(() => {});
    }
    working = undefined;
  };
  return {
    offer(picture) {
      latest = picture;
      // A drawing goes on, whether it is seen or not.
      working ??= work().catch((error: unknown) => note(`no more previews: ${messageOf(error)}`));
    },
    async settle() {
      settling.abort();
      await working;
      settling = new AbortController();
    },
  };
}
