/** Smoothness: how much neighbouring pixels differ, the price of grain. */
import type { ColourSpace } from '../colour/spaces.js';
import type { Value } from '../onnx/index.js';
import type { Term, TermContext } from './term.js';

/**
 * The mean squared difference of a pixel to its right and to its lower neighbour, Σ(x − x′)² / 255² over their number (total variation in
 * its quadratic form, Mahendran & Vedaldi 2015, β = 2).
 * @param space the colours of the canvas.
 */
export const smoothness = (weight: Term['weight'], space: ColourSpace): Term => ({
  name: 'smoothness',
  weight,
  layers: [],
  goals: [],
  isAdditive: true,
  reach: 1,
  append(context) {
    const { graph, o, canvas } = context;
    const scales = space.map(({ scale }) => 1 / (255 * Math.abs(scale)));
    const levels = o.mul(canvas, graph.constant('float32', scales, [1, space.length, 1, 1]));
    return o.add(differences(context, levels, 3), differences(context, levels, 2));
  },
});

function differences({ graph, o, counted, count }: TermContext, levels: Value, axis: 2 | 3): Value {
  const side = graph.shape(levels)[axis]!;
  if (side === 1) return graph.constant('float32', [0], []);
  const cut = (from: number) => o.slice(levels, { starts: [from], ends: [from + side - 1], axes: [axis] });
  const ends = [0, 0, 0, 0].map((none, i) => (i === axis ? 1 : none));
  // Each belongs to the pixel before it; the last of a line has none.
  const difference = o.pad(o.sub(cut(1), cut(0)), [0, 0, 0, 0], ends);
  return o.div(o.reduceSum(counted(o.mul(difference, difference)), [3, 2, 1, 0], false), count());
}
