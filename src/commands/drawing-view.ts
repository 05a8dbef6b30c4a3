/** How a drawing is shown while it is made. */
import type { Frame } from '../drawing/draw.js';
import type { ProgressView } from './progress.js';

/** Shows of each frame: phase, layer, iteration, loss, iterations per second, time left. */
export function drawingView(): ProgressView<Frame> {
  let started: number | undefined;
  return {
    format: '{bar} {value}/{total} | phase {phase} {layer} | loss {loss} | {rate} it/s | {left} left',
    describe({ iteration, drawing, index }) {
      const now = performance.now();
      started ??= now - (iteration?.ms ?? 0);
      const perSecond = index / ((now - started) / 1000);
      const total = drawing.frames - 1;
      const secondsLeft = (total - index) / perSecond;
      const phase = `${(iteration?.phase ?? 0) + 1}/${drawing.preset.phases.length}`;
      const layer = iteration?.layer ?? '';
      const loss = iteration ? iteration.loss.toPrecision(4) : '';
      const rate = perSecond.toFixed(perSecond < 10 ? 2 : 1);
      const left = `${Math.floor(secondsLeft / 60)}:${String(Math.round(secondsLeft % 60)).padStart(2, '0')}`;
      return {
        value: index,
        total,
        fields: { phase, layer, loss, rate, left },
        line: `iteration ${index}/${total}, phase ${phase} ${layer}, loss ${loss}, ${rate} it/s, ${left} left`,
        part: iteration?.phase ?? -1,
      };
    },
  };
}
