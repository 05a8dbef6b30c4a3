/** The finished drawing drawn by an unseen hand: pictures of strokes that grow, one after the other, at an even pace. */
import { InputError } from '../../errors.js';
import type { Picture } from '../../image/picture.js';
import { GrowingCanvas } from './growing-canvas.js';
import { renderStrokes } from './render.js';
import { knotsOf, lengthsOf, type Place, type Step, sequenceOf } from './sequence.js';
import { countOf, type Strokes } from './strokes.js';

/** The moment between two strokes, in which the hand goes to the next one: as long as it takes to draw a fifth of the mean stroke. */
const moment = 0.2;

export interface ReplayOptions {
  /** How many pictures, 2 or more. */
  readonly frames: number;
  /** Which stroke comes when. Default: as {@link sequenceOf} has it. */
  readonly steps?: readonly Step[] | undefined;
  /** The last picture. Default: {@link renderStrokes} of the strokes. */
  readonly finished?: Picture | undefined;
}

/**
 * The strokes as they are drawn, from blank paper to the finished drawing. From each picture to the next the tip goes as far along curves, and
 * straight from one to the other.
 * @returns pictures of the drawing's size. All but the last share one array, which is written over for each.
 * @throws InputError for fewer than two frames.
 */
export function replayFrames(strokes: Strokes, options: ReplayOptions): Generator<Picture, void, void> {
  const { frames } = options;
  if (!(Number.isInteger(frames) && frames >= 2))
    throw new InputError('expected a whole number from 2', { field: 'frames' });
  return drawn(strokes, options);
}

function* drawn(strokes: Strokes, options: ReplayOptions): Generator<Picture, void, void> {
  const { frames, steps = sequenceOf(strokes).flat(), finished = renderStrokes(strokes) } = options;
  const canvas = new GrowingCanvas(strokes);
  const lengths = lengthsOf(strokes);
  const lift = (moment * lengths.reduce((sum, length) => sum + length, 0)) / (countOf(strokes) || 1);
  const durations = steps.map(({ stroke }) => lift + lengths[stroke]!);
  const whole = durations.reduce((sum, duration) => sum + duration, 0);
  yield canvas.picture;
  let [at, done] = [0, 0];
  for (let frame = 1; frame < frames - 1; frame++) {
    const reached = (whole * frame) / (frames - 1);
    canvas.wipe();
    for (; at < steps.length && done + durations[at]! <= reached; at++) {
      done += durations[at]!;
      canvas.add(steps[at]!.stroke);
    }
    const step = steps[at];
    if (step) {
      const inked = reached - done - lift;
      if (inked > 0) canvas.grow(step, shareAt(knotsOf(strokes.points, step.stroke), step.isTurned, inked));
      else canvas.hover(between(steps[at - 1] ?? step, step, strokes.points, 1 + inked / lift), step.stroke);
    }
    yield canvas.picture;
  }
  yield finished;
}

/** What share of a curve's parameter is drawn, from the end at which it is begun, where so many pixels of it are. */
function shareAt(knots: readonly Place[], isTurned: boolean, drawn: number): number {
  const way = isTurned ? knots.toReversed() : knots;
  let left = drawn;
  for (let piece = 1; piece < way.length; piece++) {
    const [[ax, ay], [bx, by]] = [way[piece - 1]!, way[piece]!];
    const length = Math.hypot(bx - ax, by - ay);
    if (left < length) return (piece - 1 + left / length) / (way.length - 1);
    left -= length;
  }
  return 1;
}

/** Where the hand is on its way from one stroke to the next. */
function between(last: Step, next: Step, points: Float32Array, share: number): Place {
  const [from, to] = [
    knotsOf(points, last.stroke).at(last.isTurned ? 0 : -1)!,
    knotsOf(points, next.stroke).at(next.isTurned ? -1 : 0)!,
  ];
  return [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
}
