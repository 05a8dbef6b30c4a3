/** Drawings with VGG-19 as the loop and the planner are given them. */
import { mediumOf, phasesOf } from '../../src/drawing/compose.js';
import type { Site } from '../../src/drawing/compute/graphs.js';
import type { LoopOptions } from '../../src/drawing/loop.js';
import { type Preset, parsePreset } from '../../src/drawing/recipe/preset.js';
import { layersOf } from '../../src/drawing/recipe/schedule.js';
import type { Size } from '../../src/image/picture.js';
import { deepestOf } from '../../src/networks/network.js';
import { findLayer, type Layer } from '../../src/networks/vgg19/layers.js';
import { vgg19Outline } from '../../src/networks/vgg19/outline.js';
import { vgg19 } from '../../src/networks/vgg19/vgg19.js';
import type { Weights } from '../../src/networks/vgg19/weights/weights.js';

/** For graphs, which name weights and do not hold them. */
const noWeights: Weights = { source: 'none', data: new Float32Array(0) };

/** A preset whose rules are those of `sketch` or given, with one iteration at a layer. */
const presetAt = (layer: string): Preset =>
  parsePreset({ phases: [{ layer, iterations: 1, learningRate: 1 }] }, 'test');

/** What is drawn, with what, and where: all of the loop's options but the photo, and how it is computed. */
export const loopOf = (
  preset: Preset,
  { height, width }: Size,
  weights: Weights = noWeights,
): Omit<LoopOptions, 'photo'> => ({
  network: vgg19(weights),
  medium: mediumOf(preset),
  phases: phasesOf(preset),
  scales: preset.scales,
  tone: preset.tone,
  height,
  width,
});

/** Where a layer is drawn from. */
export const siteOf = (size: Size): Site => loopOf(presetAt('block1_conv1'), size);

/** A phase at a layer. */
export const phaseAt = (layer: string) => phasesOf(presetAt(layer))[0]!;

export const deepestLayer = (preset: Preset): Layer => findLayer(deepestOf(vgg19Outline, layersOf(preset)));
