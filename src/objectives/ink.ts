/** Ink: how much is drawn, the price of putting down more than the network needs. */
import { type ColourSpace, colourIn, type Rgb } from '../colour/spaces.js';
import type { Term } from './term.js';

/**
 * The mean distance of the canvas from its paper, mean|x − paper| / 255 over pixels and colours, from 0 to 1.
 * @param space the colours of the canvas.
 * @param paper R, G, B from 0 to 255.
 */
export const ink = (weight: Term['weight'], space: ColourSpace, paper: Rgb): Term => ({
  name: 'ink',
  weight,
  layers: [],
  goals: [],
  isAdditive: true,
  append({ graph, o, canvas, counted, count }) {
    const perChannel = (values: number[]) => graph.constant('float32', values, [1, space.length, 1, 1]);
    const more = o.sub(canvas, perChannel(colourIn(space, paper)));
    // Not Abs: its gradient takes a Sign, which not every provider has.
    const distance = o.add(graph.add('Relu', [more]), graph.add('Relu', [o.neg(more)]));
    const levels = o.mul(distance, perChannel(space.map(({ scale }) => 1 / (255 * Math.abs(scale)))));
    return o.div(o.reduceSum(counted(levels), [3, 2, 1, 0], false), count());
  },
});
