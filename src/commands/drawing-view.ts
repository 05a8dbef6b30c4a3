/** How a drawing is shown while it is made. */

import type { Frame } from '../drawing/frame.js';
import type { Preset } from '../drawing/recipe/preset.js';
import { iterationsOf } from '../drawing/recipe/schedule.js';
import { Remaining } from '../jobs/remaining.js';
import { clock, type DescribedStep, type ProgressView } from './progress.js';

/** A frame; or what is done before the first, with the preset that it is done for, and after the last. */
export type DrawingStep = Frame | { readonly preparing: Preset } | 'finishing the video';

/**
 * Shows of each frame: phase, layer, iteration, loss, iterations per second, time left. The latter follows from what is known of the work of
 * each iteration, and from how long the work that is done has taken.
 * @param exact as it is asked for.
 */
export function drawingView(exact: boolean): ProgressView<DrawingStep> {
  const begun = performance.now();
  let total = 0;
  /** The iteration that is shown. */
  let latest = 0;
  const remaining = new Remaining(exact);
  let part = -1;

  const waiting = (text: string, value: number): DescribedStep => {
    const state = `${text}, ${clock((performance.now() - begun) / 1000)}`;
    return { value, total, fields: { state }, line: state, part };
  };

  return {
    format: '{bar} {value}/{total} | {state}',
    describe(step) {
      if (step === 'finishing the video') return waiting(step, latest);
      if ('preparing' in step) {
        total = iterationsOf(step.preparing);
        return waiting('preparing', 0);
      }
      const { iteration, index, drawing } = step;
      const { preset } = drawing;
      if (!iteration) return waiting('preparing', index);
      remaining.add(step);
      latest = index;
      const { perSecond, seconds } = remaining;
      // The last frame is shown in any case.
      part = index === total ? preset.phases.length : iteration.phase;
      const { layer, loss } = iteration;
      const state = [
        `phase ${iteration.phase + 1}/${preset.phases.length} ${layer}`,
        `loss ${loss.toPrecision(4)}`,
        `${perSecond.toFixed(perSecond < 10 ? 2 : 1)} it/s`,
        `${clock(seconds)} left`,
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
