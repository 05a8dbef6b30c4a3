/** The built-in presets. */
import { InputError } from '../../errors.js';
import { didYouMean } from '../../nearest.js';
import { defaultNetwork } from '../../networks/index.js';
import type { NetworkOutline } from '../../networks/network.js';
import { shownName } from '../../one-line.js';
import { withLayersOf } from './layers.js';
import { type Phase, type Preset, type PresetInput, parsePreset, readPreset } from './preset.js';

/** Cosine decay to a fifth, which worked for every phase. */
const falling = (from: number): Phase['learningRate'] => ({ from, to: from / 5, decay: 'cosine' });

/** A weight that goes evenly from one number to another. */
const linear = (from: number, to: number) => ({ from, to, decay: 'linear' }) as const;

/**
 * Shares of the whole picture have gradients that get smaller with its area, 1e-9 at 1024 pixels a side: Adam's usual ε would stand in
 * their way.
 */
const adam = { epsilon: 1e-12 };

/** Half of the iterations at half the sides, which finds the contours, or large strokes, as well in little more than half of the time. */
const scales = [0.5, 1];

const definitions = {
  // Of what is drawn in two phases the first, with a deeper layer and dear ink, finds the contours, and the second shades them. With trained
  // weights block1 would ask for every tone of the photo, so that there would be no paper left.
  pencil: {
    description: 'grey on white paper: contours first, then shades',
    canvas: { colours: 'grey' },
    tone: 'firm',
    adam,
    scales,
    phases: [
      { layer: 'block2_conv2', iterations: 12, learningRate: falling(18), ink: linear(4, 1.2), smoothness: 12 },
      { layer: 'block2_conv1', iterations: 16, learningRate: falling(9), ink: linear(1.2, 0.25), smoothness: 28 },
    ],
  },
  ink: {
    description: 'few, dark, clean lines on white paper',
    // What `bold` shows as black.
    canvas: { colours: 'grey', lower: 127.5 },
    tone: 'bold',
    adam,
    scales,
    phases: [
      { layer: 'block2_conv2', iterations: 12, learningRate: falling(20), ink: linear(8, 4), smoothness: 8 },
      {
        layers: { block2_conv1: 1, block1_conv2: 0.25 },
        iterations: 16,
        learningRate: falling(12),
        ink: 4,
        smoothness: 16,
      },
    ],
  },
  chalk: {
    description: 'strokes of white chalk on dark paper, along the light',
    canvas: { paper: '#2e3236' },
    medium: {
      kind: 'strokes',
      material: 'chalk',
      count: 600,
      width: [3.5, 1.4],
      lengths: [20, 80],
      colours: 'ink',
      tone: 0.05,
      opacity: 0.1,
    },
    adam,
    scales,
    phases: [
      {
        layers: { block1_conv2: 0.5, block2_conv2: 0.6 },
        iterations: 80,
        learningRate: { from: 1.5, to: 0.4, decay: 'cosine' },
        ink: 0.06,
        smoothness: 4,
      },
    ],
  },
  watercolour: {
    description: 'light, smooth colours that leave white paper bare',
    adam,
    scales,
    phases: [
      {
        layer: 'block2_conv2',
        iterations: 14,
        learningRate: falling(14),
        ink: linear(3, 1.3),
        smoothness: 8,
        colour: 1,
      },
      { layer: 'block1_conv2', iterations: 16, learningRate: falling(8), ink: 1.3, smoothness: 16, colour: 1 },
    ],
  },
  pastel: {
    description: 'rich colours on sand-coloured paper',
    canvas: { paper: '#c9b79c' },
    adam,
    scales,
    phases: [
      {
        layer: 'block2_conv2',
        iterations: 14,
        learningRate: falling(14),
        ink: linear(2, 0.8),
        smoothness: 4,
        colour: 1,
      },
      {
        layer: 'block1_conv2',
        iterations: 16,
        learningRate: falling(8),
        ink: linear(0.8, 0.5),
        smoothness: 8,
        colour: 1,
      },
    ],
  },
  // Dark strokes, which can be put down or not but not thinned: what is left are long lines. The deeper layer is for faces, which trained
  // weights hardly see in the others.
  pen: {
    description: 'few, dark, long strokes of a pen; of white chalk where the photo is dark',
    canvas: { paper: 'auto' },
    medium: {
      kind: 'strokes',
      count: 450,
      rounds: 4,
      width: [1.4, 1],
      lengths: [24, 90],
      colours: 'ink',
      tone: 0,
      opacity: 0.25,
    },
    adam,
    phases: [
      {
        layers: { block1_conv2: 0.6, block2_conv2: 0.6, block3_conv2: 0.3 },
        iterations: 80,
        learningRate: { from: 2.5, to: 0.5, decay: 'cosine' },
        ink: 0.05,
      },
    ],
  },
  hatching: {
    description: 'contours, then tones by fine parallel strokes of a pen',
    canvas: { paper: 'auto' },
    medium: {
      kind: 'strokes',
      count: 1500,
      width: [1, 0.7],
      lengths: [14, 50],
      colours: 'ink',
      tone: 0,
      opacity: 0.3,
      hatch: { angles: [-50, -20], share: 0.7 },
    },
    adam,
    scales,
    phases: [
      {
        layers: { block1_conv2: 0.4, block2_conv2: 0.6 },
        iterations: 80,
        learningRate: { from: 1.5, to: 0.4, decay: 'cosine' },
        ink: 0.06,
        smoothness: 2,
        colour: 1,
      },
    ],
  },
  // The prices of ink and of colour weigh more than what the network sees: surfaces get their hue, all a little lighter than in the photo,
  // and light ones stay paper. With a lower price of ink it would be a copy.
  brush: {
    description: 'transparent strokes of a brush in the colours of the photo, wide ones first',
    medium: { kind: 'strokes', count: 700, width: [12, 1.4], lengths: [24, 70], colours: 'photo', tone: 1 },
    adam,
    scales,
    phases: [
      {
        layers: { block1_conv2: 1.5, block2_conv2: 1 },
        iterations: 80,
        learningRate: { from: 1.5, to: 0.4, decay: 'cosine' },
        ink: 11,
        smoothness: 32,
        colour: 14,
      },
    ],
  },
  crayon: {
    description: 'coloured crayons on cream paper: lines, then tones by parallel strokes',
    canvas: { paper: '#f2e6cf' },
    medium: {
      kind: 'strokes',
      count: 900,
      width: [4, 1.8],
      lengths: [14, 60],
      colours: 'photo',
      tone: 0.1,
      hatch: { angles: [-55], share: 0.6 },
    },
    adam,
    scales,
    phases: [
      {
        layers: { block1_conv2: 0.6, block2_conv2: 0.6 },
        iterations: 80,
        learningRate: { from: 1.5, to: 0.4, decay: 'cosine' },
        ink: 0.08,
        smoothness: 4,
        colour: 1,
      },
    ],
  },
  painting: {
    description: 'full colour, from large shapes to detail, close to the photo',
    adam,
    // Without the colours shadows would be left to chance: a network hardly sees them.
    phases: [
      { layer: 'block3_conv2', iterations: 14, learningRate: falling(24), smoothness: 2, colour: 3 },
      { layer: 'block2_conv2', iterations: 20, learningRate: falling(12), smoothness: 1, colour: 3 },
      { layer: 'block1_conv2', iterations: 20, learningRate: falling(6), smoothness: 0.5, colour: 3 },
    ],
  },
  // Textures of the style pictures at three depths, on the photo's shapes. A little of its first layer keeps large surfaces apart where weights
  // see contours rather than brightness.
  style: {
    description: "the photo's shapes in the textures of the pictures given as style",
    adam,
    phases: [
      {
        layers: { block1_conv1: 0.15, block3_conv2: 1 },
        style: { block1_conv1: 1, block2_conv1: 1, block3_conv1: 1 },
        smoothness: 2,
        iterations: 80,
        learningRate: falling(14),
      },
    ],
  },
  sketch: {
    description: 'the schedule of the original program: saturated strokes, for trained weights',
    // Its rates, and the odd clip to [0, 1], which makes the look.
    canvas: { start: 'white', lower: 0, upper: 1 },
    tone: 'raw',
    finalTone: 'print',
    phases: [
      { layer: 'block5_conv2', iterations: 6, learningRate: 0.7 },
      { layer: 'block5_conv1', iterations: 6, learningRate: 0.7, keepOptimizer: true },
      { layer: 'block2_conv2', iterations: 10, learningRate: 0.6 },
      { layer: 'block1_conv2', iterations: 1, learningRate: 0.1 },
    ],
  },
} satisfies Record<string, PresetInput & { description: string }>;

export type PresetName = keyof typeof definitions;

/** The built-in presets by name. */
export const presets = Object.fromEntries(
  Object.entries(definitions).map(([name, preset]) => [name, parsePreset(preset, name)]),
) as Readonly<Record<PresetName, Preset>>;

/** The preset drawn with where none is named. */
export const defaultPreset: PresetName = 'pencil';

/** The one that is drawn with where a style picture is given, or none. */
export const presetFor = (hasStyle: boolean): PresetName => (hasStyle ? 'style' : defaultPreset);

/**
 * A built-in preset by its name, or one from a JSON file.
 * @param network whose layers it is for. Default: VGG-19.
 * @throws InputError for anything else.
 */
export async function findPreset(nameOrFile: string, network: NetworkOutline = defaultNetwork): Promise<Preset> {
  if (Object.hasOwn(presets, nameOrFile)) {
    const preset = presets[nameOrFile as PresetName];
    return network === defaultNetwork ? preset : withLayersOf(preset, network);
  }
  if (/[./\\]/.test(nameOrFile)) return readPreset(nameOrFile, network);
  const names = Object.keys(presets);
  throw new InputError(
    `there is no preset '${shownName(nameOrFile)}'; choose one of ${names.join(', ')}, or give a JSON file${didYouMean(nameOrFile, names)}`,
    { field: 'preset' },
  );
}
