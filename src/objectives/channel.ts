/** A channel: how much one of a layer's channels is excited by the canvas. With a weight below 0 the canvas is made to excite it. */
import type { Term } from './term.js';

/**
 * The mean of a channel's activation over its positions (activation maximization: Erhan, Bengio, Courville & Vincent 2009).
 * @param index of the channel, from 0.
 */
export const channel = (layer: string, index: number, weight: Term['weight']): Term => ({
  name: `channel ${index} of ${layer}`,
  weight,
  layers: [layer],
  goals: [],
  isAdditive: true,
  append({ graph, o, activation, counted, count }) {
    const all = activation(layer);
    const [, channels] = graph.shape(all) as [number, number, number, number];
    const own = o.slice(all, { starts: [index], ends: [index + 1], axes: [1] });
    return o.div(o.reduceSum(counted(own, layer), [3, 2, 1, 0], false), count(layer) / channels);
  },
});
