/** Style: how far the canvas' textures at a layer are from those of other pictures. */
import type { Operators, Value } from '../onnx/index.js';
import type { Goal, Term } from './term.js';

/**
 * Σ(G − S)² / ΣS², G the Gram matrix of the canvas' activation at a layer and S the weighted mean of the style pictures' (Gatys, Ecker &
 * Bethge 2016, equations 3 and 4, as a share of the style that there is): a Gram matrix of zeros costs 1, whatever the layer, the
 * pictures and their sizes. G = F·Fᵀ / (h·w), F the activation as a matrix [C, h·w].
 * @param pictures the weight of each style picture in the mean, above 0; one at least.
 */
export function style(layer: string, weight: Term['weight'], pictures: readonly number[]): Term {
  const goals = pictures.map((_, picture) => gramGoal(layer, picture));
  const all = pictures.reduce((sum, one) => sum + one, 0);
  return {
    name: `style ${layer}`,
    weight,
    layers: [layer],
    goals,
    isAdditive: false,
    sum: (c) => gram(c.o, c.counted(c.activation(layer), layer), c.count(layer)),
    append({ o, goal }, found) {
      const shares = goals.map(({ name }, i) => o.mul(goal(name), pictures[i]! / all));
      const wanted = shares.reduce((sum, share) => o.add(sum, share));
      // Where the network sees next to nothing there is nothing to have a share of.
      return o.div(squares(o, o.sub(found!, wanted)), o.add(squares(o, wanted), 1e-6));
    },
  };
}

const gramGoal = (layer: string, picture: number): Goal => ({
  ...photoGram(layer),
  name: `gram ${layer} of style ${picture}`,
  style: picture,
});

/** The photo's own Gram matrix at a layer. */
export const photoGram = (layer: string): Goal => ({
  name: `gram ${layer}`,
  layer,
  isSum: true,
  make: ({ o, activation, counted, count }) => gram(o, counted(activation), count()),
});

/**
 * float32[C, C]
 * @param activation float32[1, C, h, w], of a tile where another tile's positions are zeros.
 * @param count how many elements it has in the whole picture.
 */
function gram(o: Operators, activation: Value, count: number): Value {
  // Not Reshape, which ONNX Runtime 1.30 joins with what passes put before it, and then fails.
  const features = o.graph.add('Flatten', [activation], { axis: 2 });
  const [channels] = o.graph.shape(features) as [number, number];
  return o.div(o.graph.add('Gemm', [features, features], { transB: 1 }), count / channels);
}

/** Axis by axis, which in float32 is more exact than a single sum. */
const squares = (o: Operators, matrix: Value): Value => o.reduceSum(o.reduceSumSquare(matrix, [1], false), [0], false);
