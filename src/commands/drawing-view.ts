/** How a drawing is shown while it is made. */

import { workDone } from '../drawing/compute/pace.js';
import type { Frame } from '../drawing/frame.js';
import type { Preset } from '../drawing/recipe/preset.js';
import { iterationsOf } from '../drawing/recipe/schedule.js';
import { clock, type DescribedStep, type ProgressView } from './progress.js';

/** A frame; or what is done before the first and after the last. */
export type DrawingStep = Frame | 'preparing' | 'finishing the video';

/**
 * Shows of each frame: phase, layer, iteration, loss, iterations per second, time left. The latter follows from what is known of the work of
 * each iteration, and from how long the work that is done has taken.
 * @param exact as it is asked for.
 */
export function drawingView(preset: Preset, exact: boolean): ProgressView<DrawingStep> {
  const begun = performance.now();
  const total = iterationsOf(preset);
  let work: readonly number[] = [];
  let started = begun;
  let latest: { frame: Frame; time: number } | undefined;
  let part = -1;

  const waiting = (text: string, value: number): DescribedStep => {
    const state = `${text}, ${clock((performance.now() - begun) / 1000)}`;
    return { value, total, fields: { state }, line: state, part };
  };

  return {
    format: '{bar} {value}/{total} | {state}',
    describe(step) {
      if (step === 'preparing') return waiting(step, 0);
      if (step === 'finishing the video') return waiting(step, latest?.frame.index ?? total);
      const { iteration, index, drawing } = step;
      if (!iteration) return waiting('preparing', 0);
      const now = performance.now();
      if (!latest) {
        started = now - iteration.ms;
        work = workDone(preset, drawing, exact || drawing.provider !== 'cpu');
      }
      if (latest?.frame !== step) latest = { frame: step, time: now };
      const taken = (latest.time - started) / 1000;
      const done = work[index]!;
      const left = Math.max(0, (taken * (work.at(-1)! - done)) / done - (now - latest.time) / 1000);
      const perSecond = index / taken;
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
