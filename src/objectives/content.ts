/** Content: how far the canvas' activations at a layer are from the photo's. */
import type { Term } from './term.js';

/**
 * sum((a − t)²) / (4·h·w·C): Gatys, Ecker & Bethge 2015 (equation 4) divided by the number of activations, so that layers of all sizes
 * weigh alike.
 */
export const content = (layer: string): Term => ({
  name: 'content',
  weight: 1,
  layers: [layer],
  goals: [{ name: layer, layer }],
  isAdditive: true,
  append({ graph, o, activation, goal, counted, count }) {
    const difference = counted(o.sub(activation(layer), goal(layer)), layer);
    // Axis by axis: a single sum of millions of float32 squares is right to four digits only.
    const rows = graph.add('ReduceSumSquare', [difference], { axes: [3], keepdims: 0 });
    const sum = [2, 1, 0].reduce((partial, axis) => o.reduceSum(partial, [axis], false), rows);
    return o.div(sum, 4 * count(layer));
  },
});
