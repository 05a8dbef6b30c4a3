/** Drawings with nothing wrong about them, between all others: they have to succeed, and tell how slow the machine is just now. */
import type { Family } from './case.js';
import { allOutputs, drawing, frames, still, video } from './drawing.js';

export const plain: Family = {
  name: 'plain',
  what: 'nothing wrong: the drawing has to be made',
  share: 2,
  known: () => [],
  draw(random) {
    const fps = String(random.integer(1, 60));
    const time = random.pick([{ fps, seconds: false }, { seconds: false }, { fps, seconds: '2' }]);
    const options = { ...allOutputs, json: random.chance(0.5), ...time };
    return drawing('every output', options, { run: { ends: [0] }, outputs: [video, still, frames], measures: true });
  },
};
