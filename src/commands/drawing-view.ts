/** How a drawing is shown while it is made. */

import { workDone } from '../drawing/compute/pace.js';
import type { Frame } from '../drawing/frame.js';
import type { Preset } from '../drawing/recipe/preset.js';
import { iterationsOf } from '../drawing/recipe/schedule.js';
import { clock, type DescribedStep, type ProgressView } from './progress.js';

/** A frame; or what is done before the first, with the preset that it is done for, and after the last. */
export type DrawingStep = Frame | { readonly preparing: Preset } | 'finishing the video';

/** What an iteration weighs beside the one after it: the machine may have more or less to do besides than it had. */
const fading = 0.95;

/**
 * Shows of each frame: phase, layer, iteration, loss, iterations per second, time left. The latter follows from what is known of the work of
 * each iteration, and from how long the work that is done has taken.
 * @param exact as it is asked for.
 */
export function drawingView(exact: boolean): ProgressView<DrawingStep> {
  const begun = performance.now();
  let total = 0;
  let work: readonly number[] = [];
  let started = begun;
  /** The iteration that is shown, and when it was done. */
  let latest = { index: 0, time: begun };
  /** Seconds that the iterations so far have taken, and their work, with less weight the longer they are ago. */
  const pace = { seconds: 0, work: 0 };
  let part = -1;

  const waiting = (text: string, value: number): DescribedStep => {
    const state = `${text}, ${clock((performance.now() - begun) / 1000)}`;
    return { value, total, fields: { state }, line: state, part };
  };

  return {
    format: '{bar} {value}/{total} | {state}',
    describe(step) {
      if (step === 'finishing the video') return waiting(step, latest.index);
      if ('preparing' in step) {
        total = iterationsOf(step.preparing);
        return waiting('preparing', 0);
      }
      const { iteration, index, drawing } = step;
      const { preset } = drawing;
      if (!iteration) return waiting('preparing', 0);
      const now = performance.now();
      if (work.length === 0) {
        work = workDone(preset, drawing, exact || drawing.provider !== 'cpu', drawing.network !== undefined);
        started = now - iteration.ms;
        latest = { index: 0, time: started };
      }
      if (latest.index !== index) {
        pace.seconds = fading * pace.seconds + (now - latest.time) / 1000;
        pace.work = fading * pace.work + work[index]! - work[latest.index]!;
        latest = { index, time: now };
      }
      const seconds = ((work.at(-1)! - work[index]!) * pace.seconds) / pace.work;
      const left = Math.max(0, seconds - (now - latest.time) / 1000);
      const perSecond = (1000 * index) / (latest.time - started);
      // The last frame is shown in any case.
      part = index === total ? preset.phases.length : iteration.phase;
      const { layer, loss } = iteration;
      const state = [
        `phase ${iteration.phase + 1}/${preset.phases.length} ${layer}`,
        `loss ${loss.toPrecision(4)}`,
        `${perSecond.toFixed(perSecond < 10 ? 2 : 1)} it/s`,
        `${clock(left)} left`,
      ];
      return {
        value: index,
        total,
        fields: { state: state.join(' | ') },
        line: `iteration ${index}/${total}, ${state.join(', ')}`,
        part,
      };
    },
  };
}
