/** Presets that tests draw with beside the built-in ones. */
import { parsePreset } from '../../src/drawing/recipe/preset.js';

const falling = (from: number) => ({ from, to: from / 5, decay: 'cosine' }) as const;

/** Single layers in full colour, from deep to shallow, each costing what it did in the original program: as a preset file may be. */
export const deepToShallow = parsePreset(
  {
    canvas: { start: 'white' },
    phases: [
      { layer: 'block5_conv2', iterations: 12, learningRate: falling(12) },
      { layer: 'block4_conv2', iterations: 12, learningRate: falling(12) },
      { layer: 'block3_conv2', iterations: 20, learningRate: falling(10) },
      { layer: 'block2_conv2', iterations: 24, learningRate: falling(8) },
      { layer: 'block1_conv2', iterations: 24, learningRate: falling(5) },
    ],
  },
  'deep to shallow',
);
