/** Content: how far the canvas' activations at a layer are from the photo's. */
import { squares } from './squares.js';
import type { Goal, Term } from './term.js';

/** A layer's activation. Its word keeps apart what a network calls its layers, whatever that is, and what goals and inputs are called. */
const activationOf = (layer: string): Goal => ({ name: `activation ${layer}`, layer });

/**
 * sum((a − t)²) / (4·h·w·C): Gatys, Ecker & Bethge 2015 (equation 4) divided by the number of activations, so that layers of all sizes
 * weigh alike.
 */
export const content = (layer: string): Term => ({
  name: 'content',
  weight: 1,
  layers: [layer],
  goals: [activationOf(layer)],
  isAdditive: true,
  append: (c) =>
    c.o.div(
      squares(c.o, c.counted(c.o.sub(c.activation(layer), c.goal(activationOf(layer).name)), layer)),
      4 * c.count(layer),
    ),
});

/**
 * The same as a share of the content that there is: Σ(a − t)² / Σt², so that an activation of zeros costs 1, whatever the layer and the
 * picture's size.
 */
export const contentShare = (layer: string, weight: Term['weight']): Term => ({
  name: `content ${layer}`,
  weight,
  layers: [layer],
  goals: [
    activationOf(layer),
    {
      name: `energy ${layer}`,
      layer,
      isSum: true,
      // Where the network sees next to nothing there is nothing to have a share of.
      make: ({ o, activation, counted }) => o.add(squares(o, counted(activation)), 1e-6),
    },
  ],
  isAdditive: true,
  append(c) {
    const difference = c.counted(c.o.sub(c.activation(layer), c.goal(activationOf(layer).name)), layer);
    return c.o.div(squares(c.o, difference), c.goal(`energy ${layer}`));
  },
});
