/** Drawings with nothing wrong about them, between all others: they have to succeed, and tell how slow the machine is just now. */
import type { Family } from './case.js';
import { allOutputs, drawing, frames, still, video } from './drawing.js';

export const plain: Family = {
  name: 'plain',
  what: 'nothing wrong: the drawing has to be made',
  share: 2,
  known: () => [],
  draw(random) {
    const options = { ...allOutputs, json: random.chance(0.5), fps: String(random.integer(1, 60)) };
    return drawing('every output', options, { run: { ends: [0] }, outputs: [video, still, frames], measures: true });
  },
};
