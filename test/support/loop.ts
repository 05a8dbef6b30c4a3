/** A preset's drawing as its loop is given it. */
import { mediumOf, phasesOf } from '../../src/drawing/compose.js';
import type { LoopOptions } from '../../src/drawing/loop.js';
import type { Preset } from '../../src/drawing/recipe/preset.js';
import type { Size } from '../../src/image/picture.js';
import { vgg19 } from '../../src/networks/vgg19/vgg19.js';
import type { Weights } from '../../src/networks/vgg19/weights/weights.js';

/** What is drawn, with what, and where: all of the loop's options but the photo, and how it is computed. */
export const loopOf = (preset: Preset, weights: Weights, { height, width }: Size): Omit<LoopOptions, 'photo'> => ({
  network: vgg19(weights),
  medium: mediumOf(preset),
  phases: phasesOf(preset),
  tone: preset.tone,
  height,
  width,
});
