/**
 * The fixed drawings whose last frames are kept as PNG in this folder, and how two frames are compared.
 *
 * Each drawing is one phase of a built-in preset, by itself and short. A whole drawing could not be held closely: with seeded
 * weights a relative change of 1e-6 in the weights, taken to stand for another processor's rounding or for Winograd's form, is
 * amplified to different pixels everywhere within ten iterations at block5. The lengths and the seeds of the weights are those at which
 * such a change still moves a frame by less than 0.15 grey levels on average, which golden.test.ts holds them to, and a learning rate or
 * a clip bound that is 5 % off by more than 0.5. (With `seeded:1` block5 has an activation on the uniform canvas of `sketch` that is
 * zero but for rounding: its frames would move by 0.4.)
 */
import { fileURLToPath } from 'node:url';
import { draw } from '../../src/drawing/draw.js';
import type { DrawOptions } from '../../src/drawing/recipe/options.js';
import type { Phase, Preset } from '../../src/drawing/recipe/preset.js';
import { type PresetName, presets } from '../../src/drawing/recipe/presets.js';
import { layersIn } from '../../src/drawing/recipe/schedule.js';
import type { ThreadPool } from '../../src/drawing/thread/pool.js';
import type { Picture } from '../../src/image/picture.js';
import { deepToShallow } from '../support/presets.js';

/** Between 0.15 and 0.5 grey levels, see above. */
export const goldenTolerance = 0.3;

export interface GoldenDrawing {
  /** The name of its picture. */
  readonly name: string;
  readonly preset: Preset;
  /** The source of its weights. */
  readonly weights: string;
  /** In whose style. */
  readonly style?: string;
}

const root = new URL('../../../', import.meta.url);
export const samplePath = fileURLToPath(new URL('tools/sample.png', root));
export const goldenPath = (name: string): string => fileURLToPath(new URL(`test/golden/${name}.png`, root));
/** What is drawn: a small picture that stays, whatever becomes of the sample. */
export const goldenPhotoPath = goldenPath('photo');

/** The last phases of the presets for weights of contours, and how many of their iterations. */
const contourDrawings: readonly (readonly [PresetName, number])[] = [
  ['pencil', 4],
  ['ink', 4],
  ['watercolour', 6],
  ['pastel', 6],
  ['painting', 6],
  ['pen', 6],
  ['hatching', 6],
  ['brush', 6],
  ['crayon', 6],
  ['chalk', 6],
];

export const goldenDrawings: readonly GoldenDrawing[] = [
  { ...ofPhase('sketch', presets.sketch, 0, 2), weights: 'seeded:4' },
  { ...ofPhase('sketch', presets.sketch, 1, 2), weights: 'seeded:4' },
  ofPhase('sketch', presets.sketch, 2, 6),
  ofPhase('sketch', presets.sketch, 3, 4),
  ofPhase('layers', deepToShallow, 0, 1),
  ofPhase('layers', deepToShallow, 1, 1),
  ofPhase('layers', deepToShallow, 2, 5),
  ofPhase('layers', deepToShallow, 3, 6),
  ofPhase('layers', deepToShallow, 4, 8),
  // From black paper, so that the lower bound is met.
  ofPhase('layers', deepToShallow, 3, 6, 'black'),
  ...contourDrawings.map(
    ([name, iterations]): GoldenDrawing => ({
      ...ofPhase(name, presets[name], presets[name].phases.length - 1, iterations),
      weights: 'contour:1',
    }),
  ),
  { ...ofPhase('style', presets.style, 0, 1), name: 'style', weights: 'contour:1', style: goldenPhotoPath },
];

/** A drawing whose strokes are held, and not its last frame alone. */
export interface GoldenStrokes extends Pick<GoldenDrawing, 'name' | 'weights' | 'preset'> {}

/**
 * Tiny drawings of strokes: two rounds of three iterations each. More would part: the points that Adam moves by a whole step whatever the
 * size of their gradient go another way where rounding changes the sign of one that is next to nothing.
 */
export const goldenStrokes: readonly GoldenStrokes[] = (['pen', 'hatching', 'brush'] as const).map((name) => {
  const { medium, phases, ...preset } = presets[name];
  if (medium?.kind !== 'strokes') throw new Error(`${name} draws with pixels`);
  const few = { ...medium, count: 24, rounds: 2 };
  return { name, weights: 'contour:1', preset: { ...preset, medium: few, phases: [{ ...phases[0]!, iterations: 6 }] } };
});

/** Where the numbers of all of them are kept. */
export const goldenStrokesPath = fileURLToPath(new URL('test/golden/strokes.json', root));

/** Strokes after an iteration: points and widths in pixels, opacities and colours from 0 to 1. */
export type StrokeNumbers = Record<'points' | 'width' | 'opacity' | 'colour', readonly number[]>;

/** The strokes after each iteration, to a hundredth of what is tolerated. */
export async function strokesDrawn({
  preset,
  weights,
}: Pick<DrawOptions, 'preset' | 'weights'>): Promise<StrokeNumbers[]> {
  const drawn: StrokeNumbers[] = [];
  for await (const { strokes, index } of draw(goldenPhotoPath, { preset, weights, provider: 'cpu' })) {
    const { points, width, opacity, colour } = strokes!;
    const rounded = (values: Float32Array) => Array.from(values, (value) => Math.round(1e4 * value) / 1e4);
    if (index > 0)
      drawn.push({
        points: rounded(points),
        width: rounded(width),
        opacity: rounded(opacity),
        colour: rounded(colour),
      });
  }
  return drawn;
}

/**
 * What strokes may be apart on average after any iteration: of points, in pixels, and of widths, opacities and colours. Weights that are changed
 * by 1e-6 make less than half of it, a learning rate that is 5 % off more. Not the farthest: a point whose gradient is next to nothing goes
 * a whole step to either side.
 */
export const strokesTolerance = 0.005;

/** How far apart two lists of strokes are, iteration by iteration, and number by number. */
export function strokesApart(some: readonly StrokeNumbers[], others: readonly StrokeNumbers[]): number {
  if (some.length !== others.length) return Number.POSITIVE_INFINITY;
  const parts = some.flatMap((one, i) =>
    (['points', 'width', 'opacity', 'colour'] as const).map((name) => {
      const [a, b] = [one[name], others[i]![name]];
      if (a.length !== b.length) return Number.POSITIVE_INFINITY;
      return a.reduce((sum, value, j) => sum + Math.abs(value - b[j]!), 0) / a.length;
    }),
  );
  return Math.max(...parts);
}

function ofPhase(
  name: string,
  preset: Preset,
  position: number,
  iterations: number,
  start = preset.canvas.start,
): GoldenDrawing {
  const phase: Phase = { ...preset.phases[position]!, iterations, keepOptimizer: false };
  // Strokes that all come at once: where a second round puts new ones hangs on ties.
  const medium = preset.medium?.kind === 'strokes' ? { ...preset.medium, rounds: 1 } : preset.medium;
  return {
    name: `${name}-${layersIn(phase).join('+')}${start === 'black' ? '-black' : ''}`,
    preset: { ...preset, medium, canvas: { ...preset.canvas, start }, phases: [phase] },
    weights: 'seeded:1',
  };
}

/** The preset with learning rates that are so many times as large. */
export const withRates = (preset: Preset, factor: number): Preset => ({
  ...preset,
  phases: preset.phases.map((phase) => {
    const { learningRate } = phase;
    if (typeof learningRate === 'number') return { ...phase, learningRate: learningRate * factor };
    const { from, to, decay } = learningRate;
    return { ...phase, learningRate: { from: from * factor, to: to * factor, decay } };
  }),
});

/** Draws the small sample picture, and returns the last frame. */
export async function lastFrame(
  { preset, weights, style, size }: Pick<DrawOptions, 'preset' | 'weights' | 'style' | 'size'>,
  provider = 'cpu',
  pool?: ThreadPool,
): Promise<Picture> {
  let last: Picture | undefined;
  for await (const { picture } of draw(goldenPhotoPath, { preset, weights, style, size, provider }, pool))
    last = picture;
  return last!;
}

/** Mean absolute difference of two pictures of the same size, in grey levels. */
export function meanDifference(a: Picture, b: Picture): number {
  if (a.width !== b.width || a.height !== b.height) return Number.POSITIVE_INFINITY;
  return a.rgb.reduce((sum, value, i) => sum + Math.abs(value - b.rgb[i]!), 0) / a.rgb.length;
}
