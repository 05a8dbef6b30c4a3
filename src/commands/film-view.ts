/** How a film is shown while it is drawn. */
import type { FilmEvent } from '../film/film.js';
import { clock, type DescribedStep, type ProgressView } from './progress.js';

/** What a frame weighs beside the one after it, for the time that is left: films have busy parts and calm ones. */
const fading = 0.9;

/** Shows frames, how far the one under way is, and the time left, which follows from how long the frames after the first have taken. */
export function filmView(): ProgressView<FilmEvent> {
  let [total, drawn, part] = [0, 0, 0];
  let doing = 'looking at the film';
  let latest = performance.now();
  const pace = { seconds: 0, frames: 0 };
  const left = () => (pace.frames === 0 ? '' : `, ${clock(((total - drawn) * pace.seconds) / pace.frames)} left`);
  let shown: FilmEvent | undefined;
  const take = (event: FilmEvent): void => {
    switch (event.kind) {
      case 'planned':
        [total, drawn, part] = [event.frames, event.drawn, 1];
        doing = 'preparing';
        break;
      case 'step': {
        const { index, drawing } = event.frame;
        doing = `iteration ${index}/${drawing.frames - 1}`;
        break;
      }
      case 'drawn': {
        const now = performance.now();
        // The first one takes longer than the others.
        if (event.index > 0) {
          pace.seconds = fading * pace.seconds + (now - latest) / 1000;
          pace.frames = fading * pace.frames + 1;
        }
        latest = now;
        drawn = event.index + 1;
        doing = 'preparing';
        if (drawn === 1) part++;
        break;
      }
      case 'finishing':
        part++;
        doing = 'finishing the film';
        pace.frames = 0;
        break;
    }
  };
  return {
    format: '{bar} {value}/{total} frames | {state}',
    describe(event): DescribedStep {
      if (event !== shown) take(event);
      shown = event;
      const state = `${doing}${left()}`;
      const line = total === 0 ? doing : `frame ${Math.min(total, drawn + 1)}/${total}: ${state}`;
      return { value: drawn, total: total || undefined, fields: { state }, line, part };
    },
  };
}
