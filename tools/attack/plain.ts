/** Drawings with nothing wrong about them, between all others: they have to succeed, and tell how slow the machine is just now. */
import type { Draw, Family } from './case.js';
import { allOutputs, drawing, frames, still, video } from './drawing.js';

const draw: Draw = (random) => {
  const options = { ...allOutputs, json: random.chance(0.5), fps: String(random.integer(1, 60)) };
  return drawing('every output', options, { run: { ends: [0] }, outputs: [video, still, frames] });
};

export const plain: Family = {
  name: 'plain',
  what: 'nothing wrong: the drawing has to be made',
  share: 2,
  // So many that there is always one between the known cases of the others.
  known: () => Array<Draw>(20).fill(draw),
  draw,
};
