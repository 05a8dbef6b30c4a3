/** Colour: how far the canvas' colours are from the photo's, seen from a distance. It keeps them true where the network hardly sees them. */
import { appendSpace } from '../colour/nodes.js';
import { type ColourSpace, rgb } from '../colour/spaces.js';
import type { Operators, Value } from '../onnx/index.js';
import { squares } from './squares.js';
import type { Term } from './term.js';

/** Pixels of a block's side: small enough for the colours of a face, large enough for hatching to be seen as a tone. */
export const blockSide = 8;

/**
 * The mean colours m of blocks of 8 × 8 pixels against the photo's, p, as a share of those: Σ n·(m − p)² / Σ n·p² over blocks and R, G, B from
 * 0 to 1, where n is a block's number of pixels (fewer at the right and at the bottom, where the picture ends in a block). A black canvas
 * costs 1.
 * @param space the colours of the canvas; a grey one is compared as R = G = B.
 */
export const colour = (weight: Term['weight'], space: ColourSpace): Term => ({
  name: 'colour',
  weight,
  layers: [],
  goals: [
    { name: 'colours', make: ({ o, activation, counted }) => blocksOf(o, counted(activation)) },
    {
      name: 'colour energy',
      isSum: true,
      // A black photo has no colours to have a share of.
      make: ({ o, activation, counted }) => o.add(squares(o, blocksOf(o, counted(activation))), 1e-6),
    },
  ],
  isAdditive: true,
  grid: blockSide,
  append({ graph, o, canvas, counted, goal }) {
    const blocks = blocksOf(o, counted(appendSpace(graph, canvas, space, rgb)));
    return o.div(squares(o, o.sub(blocks, goal('colours'))), goal('colour energy'));
  },
});

/** √n · m of each block: colours from 0 to 255, [1, 3, H, W] → [1, 3, ⌈H/8⌉, ⌈W/8⌉], from 0 to 8. */
function blocksOf(o: Operators, colours: Value): Value {
  const [, , height, width] = o.graph.shape(colours) as [number, number, number, number];
  const [down, across] = [pixelsOf(height), pixelsOf(width)];
  const missing = [down, across].map((counts) => blockSide - counts.at(-1)!);
  const whole = o.pad(colours, [0, 0, 0, 0], [0, 0, ...missing]);
  const sides = [blockSide, blockSide];
  const means = o.graph.add('AveragePool', [whole], { kernel_shape: sides, strides: sides });
  // What was divided by 64 has n pixels that are no padding.
  const gains = down.flatMap((rows) => across.map((columns) => blockSide ** 2 / Math.sqrt(rows * columns) / 255));
  return o.mul(means, o.graph.constant('float32', gains, [1, 1, down.length, across.length]));
}

/** How many pixels of a side are in each block. */
const pixelsOf = (side: number): number[] =>
  Array.from({ length: Math.ceil(side / blockSide) }, (_, i) => Math.min(blockSide, side - i * blockSide));
