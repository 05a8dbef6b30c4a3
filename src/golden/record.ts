/** Records iterations of a drawing. */
import { draw } from '../drawing/draw.js';
import type { Frame } from '../drawing/frame.js';
import type { DrawOptions } from '../drawing/recipe/options.js';
import { InputError } from '../errors.js';
import { readPhoto } from '../image/photo.js';
import { fitLongestSide } from '../image/resize.js';
import type { PhotoSource } from '../image/source.js';
import type { Golden, Moment } from './golden-file.js';

export type RecordOptions = Pick<
  DrawOptions,
  | 'preset'
  | 'strokes'
  | 'style'
  | 'styleWeight'
  | 'styleSize'
  | 'keepColours'
  | 'weights'
  | 'network'
  | 'preprocess'
  | 'provider'
  | 'threads'
  | 'memory'
  | 'exact'
  | 'signal'
> & {
  readonly size: number;
};

/**
 * Draws a photo and keeps some of the iterations, spread evenly from the second to the last. The first one has nothing before it but blank
 * paper; and one that begins at another size than the one before it ended at is left out for the next.
 * @param count how many, 1 or more; of a drawing with fewer, all.
 * @param seen is called for each frame.
 * @throws InputError as `draw`, and where the drawing has one iteration only.
 */
export async function record(
  photo: PhotoSource,
  options: RecordOptions,
  count: number,
  seen: (frame: Frame) => void = () => {},
): Promise<Golden> {
  // At the size of the drawing, so that it is the one that the file holds.
  const picture = await fitLongestSide(await readPhoto(photo), options.size);
  const moments: Moment[] = [];
  let wanted: number[] = [];
  let last: Frame | undefined;
  for await (const frame of draw(picture, { ...options, canvases: true, checkpoints: 0 })) {
    seen(frame);
    if (frame.index === 0) wanted = spread(frame.drawing.frames - 1, count);
    const moment = wanted[0]! <= frame.index ? momentOf(last, frame) : undefined;
    if (moment) {
      moments.push(moment);
      wanted.shift();
    }
    last = frame;
    if (wanted.length === 0) break;
  }
  if (moments.length === 0)
    throw new InputError('the preset has no iteration that follows another at its size; give it more', {
      field: 'preset',
    });
  return { photo: picture, moments };
}

/** Numbers of iterations from 2 to the last, from 1. */
function spread(last: number, count: number): number[] {
  const steps = Math.min(count, last - 1);
  if (steps <= 1) return last < 2 ? [Number.POSITIVE_INFINITY] : [2];
  return Array.from({ length: steps }, (_, i) => Math.round(2 + ((last - 2) * i) / (steps - 1)));
}

/** Undefined where it can't be one. */
function momentOf(last: Frame | undefined, frame: Frame): Moment | undefined {
  const [before, after] = [last?.checkpoint, frame.checkpoint];
  if (!before || !after || !last?.canvas || !frame.canvas || !frame.iteration) return undefined;
  const shapes = (of: typeof before) => JSON.stringify(Object.values(of.state.parameters).map(({ shape }) => shape));
  if (shapes(before) !== shapes(after)) return undefined;
  return { before, after, loss: frame.iteration.loss, canvases: [last.canvas, frame.canvas] };
}
