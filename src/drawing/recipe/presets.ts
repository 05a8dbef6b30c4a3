/** The built-in presets. */
import { InputError } from '../../errors.js';
import { didYouMean } from '../../nearest.js';
import { shownName } from '../../one-line.js';
import { type Phase, type Preset, type PresetInput, parsePreset, readPreset } from './preset.js';

/** Cosine decay to a fifth, which worked for every phase of `painting`. */
const falling = (from: number): Phase['learningRate'] => ({ from, to: from / 5, decay: 'cosine' });

const definitions = {
  // The schedule, rates and the odd clip to [0, 1] of the original drawing program; the clip makes the look.
  sketch: {
    description: 'Saturated strokes, printed as a pastel: the original schedule, made for pretrained weights',
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
  painting: {
    description: 'Full colour, from large shapes to details, close to the photo',
    canvas: { start: 'white', lower: 'black', upper: 'white' },
    tone: 'photo',
    phases: [
      { layer: 'block5_conv2', iterations: 12, learningRate: falling(12) },
      { layer: 'block4_conv2', iterations: 12, learningRate: falling(12) },
      { layer: 'block3_conv2', iterations: 20, learningRate: falling(10) },
      { layer: 'block2_conv2', iterations: 24, learningRate: falling(8) },
      { layer: 'block1_conv2', iterations: 24, learningRate: falling(5) },
    ],
  },
  style: {
    description: "the photo's shapes in the textures of other pictures, which --style names",
    phases: [
      {
        layers: { block3_conv2: 1 },
        style: { block1_conv1: 1, block2_conv1: 1, block3_conv1: 1 },
        iterations: 100,
        learningRate: falling(12),
      },
    ],
  },
  pen: {
    description: 'few dark strokes of a pen on white paper; as vectors too',
    medium: { kind: 'strokes', count: 500, rounds: 5, width: [1.4, 1], lengths: [18, 60], colours: 'ink' },
    phases: [
      {
        layers: { block1_conv2: 0.4, block2_conv2: 0.6 },
        iterations: 100,
        learningRate: { from: 2, to: 0.5, decay: 'cosine' },
        ink: 0.06,
      },
    ],
  },
  brush: {
    description: 'wide transparent strokes of colour first, detail last; as vectors too',
    medium: { kind: 'strokes', count: 500, rounds: 5, width: [7, 1.9], lengths: [24, 70], colours: 'photo', tone: 0.3 },
    phases: [
      { layers: { block1_conv2: 0.5, block2_conv2: 0.5 }, iterations: 100, learningRate: 1, ink: 0.05, colour: 1 },
    ],
  },
} satisfies Record<string, PresetInput & { description: string }>;

export type PresetName = keyof typeof definitions;

/** The built-in presets by name. */
export const presets: Readonly<Record<PresetName, Preset>> = {
  sketch: parsePreset(definitions.sketch, 'sketch'),
  painting: parsePreset(definitions.painting, 'painting'),
  style: parsePreset(definitions.style, 'style'),
  pen: parsePreset(definitions.pen, 'pen'),
  brush: parsePreset(definitions.brush, 'brush'),
};

/** The preset drawn with where none is named. */
export const defaultPreset: PresetName = 'painting';

/** The one that is drawn with where a style picture is given, or none. */
export const presetFor = (hasStyle: boolean): PresetName => (hasStyle ? 'style' : defaultPreset);

/** A built-in preset by its name, or one from a JSON file. @throws InputError for anything else. */
export async function findPreset(nameOrFile: string): Promise<Preset> {
  if (Object.hasOwn(presets, nameOrFile)) return presets[nameOrFile as PresetName];
  if (/[./\\]/.test(nameOrFile)) return readPreset(nameOrFile);
  const names = Object.keys(presets);
  throw new InputError(
    `there is no preset '${shownName(nameOrFile)}'; choose one of ${names.join(', ')}, or give a JSON file${didYouMean(nameOrFile, names)}`,
    { field: 'preset' },
  );
}
