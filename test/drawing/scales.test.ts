/** Drawings that begin small, through the whole loop. */
import { describe, expect, test } from '@jest/globals';
import { rgb, toSpace } from '../../src/colour/spaces.js';
import { drawingLoop, type Iteration, type LoopOptions } from '../../src/drawing/loop.js';
import type { Phase } from '../../src/drawing/phase.js';
import type { PhasePlan } from '../../src/drawing/plan/phase-plan.js';
import { reachOf, tilingOf } from '../../src/drawing/plan/tiles.js';
import { segmentsOf } from '../../src/drawing/segments.js';
import type { Medium } from '../../src/media/medium.js';
import { pixels } from '../../src/media/pixels/pixels.js';
import { contentShare } from '../../src/objectives/content.js';
import { ink } from '../../src/objectives/ink.js';
import { smoothness } from '../../src/objectives/smoothness.js';
import { adam } from '../../src/onnx/optimizers/adam.js';
import { descent, edges, mean, wash } from '../support/doubles.js';

const size = { height: 37, width: 53 };
const paper = pixels({ start: 'white', lower: 'black', upper: 'white' });
const chalk = pixels({ colours: 'grey', paper: '#406080', lower: 'black', upper: 'white' });
/** Blobs, which look the same at any of the sizes. */
const picture = Uint8Array.from({ length: 3 * size.height * size.width }, (_, i) => {
  const [x, y] = [Math.floor(i / 3) % size.width, Math.floor(i / 3 / size.width)];
  return 128 + 100 * Math.sin(x / 6) * Math.cos(y / 5);
});

const phase = (given: Partial<Phase>): Phase => ({
  label: 'test',
  objective: { terms: [contentShare('edges', 1), ink(0.1, chalk.space, [64, 96, 128]), smoothness(1, chalk.space)] },
  optimizer: adam({ beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }),
  keepOptimizer: false,
  iterations: 4,
  learningRateAt: () => 5,
  ...given,
});

interface Drawn extends Iteration {
  readonly parameters: Readonly<Record<string, Float32Array>>;
}

async function drawn(medium: Medium, phases: readonly Phase[], given: Partial<LoopOptions> = {}): Promise<Drawn[]> {
  const results: Drawn[] = [];
  const options = { network: edges(), medium, phases, tone: 'photo' as const, ...size };
  for await (const done of drawingLoop({ ...options, photo: toSpace(picture, rgb), ...given })) {
    results.push({ ...done, parameters: await done.readParameters() });
  }
  return results;
}

const meanOf = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const distance = (a: Float32Array, b: Float32Array): number => meanOf(a.map((value, i) => Math.abs(value - b[i]!)));

describe('a drawing that begins small', () => {
  test('is drawn at one size after another, with frames of that size and parameters of the whole one', async () => {
    const results = await drawn(chalk, [phase({ iterations: 5 }), phase({ iterations: 4 })], {
      scales: [0.25, 0.5, 1],
    });
    expect(results.map(({ phase, iteration, size }) => [phase, iteration, size.width, size.height])).toEqual([
      [0, 0, 13, 9],
      [0, 1, 13, 9],
      [0, 2, 13, 9],
      [0, 3, 27, 19],
      [0, 4, 27, 19],
      [1, 0, 27, 19],
      [1, 1, 53, 37],
      [1, 2, 53, 37],
      [1, 3, 53, 37],
    ]);
    for (const { frame, size, parameters } of results) {
      expect(frame).toHaveLength(3 * size.width * size.height);
      expect(parameters.pixels).toHaveLength(53 * 37);
    }
  });

  test('at the whole size alone it is the same to the bit', async () => {
    const phases = [phase({}), phase({ keepOptimizer: true })];
    const [plain, scaled] = [await drawn(chalk, phases), await drawn(chalk, phases, { scales: [1] })];
    expect(scaled.map(({ parameters, loss }) => [parameters.pixels, loss])).toEqual(
      plain.map(({ parameters, loss }) => [parameters.pixels, loss]),
    );
  });

  test('comes as near to the photo, and nearer with every size', async () => {
    const phases = [phase({ iterations: 24 })];
    const [scaled, plain] = [await drawn(chalk, phases, { scales: [0.25, 0.5, 1] }), await drawn(chalk, phases)];
    expect(scaled.at(-1)!.loss).toBeLessThan(scaled[0]!.loss / 2);
    expect(scaled.at(-1)!.loss).toBeLessThan(1.1 * plain.at(-1)!.loss);
  });

  test("a phase's schedules go on across a boundary", async () => {
    const asked: number[] = [];
    const rate = (iteration: number) => {
      asked.push(iteration);
      return 5;
    };
    await drawn(chalk, [phase({ learningRateAt: rate })], { scales: [0.5, 1] });
    expect(asked).toEqual([0, 1, 2, 3]);
  });

  test('of a medium that is the same at any size, the parameters are taken over as they are', async () => {
    const phases = [phase({ objective: { terms: [mean(3)] }, optimizer: descent, learningRateAt: () => 10 })];
    const [scaled, plain] = [await drawn(wash, phases, { scales: [0.5, 1] }), await drawn(wash, phases)];
    expect(scaled.at(-1)!.parameters.colour!).toHaveLength(3);
    expect(distance(scaled.at(-1)!.parameters.colour!, plain.at(-1)!.parameters.colour!)).toBeLessThan(1e-4);
  });
});

describe('at a boundary', () => {
  test.each([false, true])(
    'steps have the size that they had: also where another phase begins there: %p',
    async (isTwo) => {
      // Of a mean every pixel has the same gradient, and each step of Adam is the learning rate, however many pixels there are.
      const part = (given: Partial<Phase>) => phase({ objective: { terms: [mean(3)] }, ...given });
      const phases = isTwo ? [part({}), part({ keepOptimizer: true })] : [part({ iterations: 8 })];
      const results = await drawn(paper, phases, { scales: [0.25, 1] });
      const levels = results.map(({ parameters }) => parameters.pixels![0]!);
      levels.slice(1).forEach((level, i) => {
        // ε beside the gradient, at the most.
        expect(levels[i]! - level).toBeCloseTo(5, 2);
      });
    },
  );

  test('of a photo too, within a quarter', async () => {
    const phases = [phase({ iterations: 16, learningRateAt: () => 2 })];
    const results = await drawn(chalk, phases, { scales: [0.5, 1] });
    const step = (i: number) => distance(results[i]!.parameters.pixels!, results[i - 1]!.parameters.pixels!);
    const [before, first, second] = [step(7), step(8), step(9)];
    for (const after of [first, second]) {
      expect(after / before).toBeGreaterThan(0.75);
      expect(after / before).toBeLessThan(1.25);
    }
  });
});

describe('in tiles', () => {
  /** Where they are tiled: in 2 × 2. */
  const planned = (
    phases: readonly Phase[],
    scales: readonly number[],
    isTiled: (scale: number) => boolean,
  ): PhasePlan[] =>
    segmentsOf({ network: edges(), medium: chalk, ...size }, phases, scales).map(({ site, scale, phase }) => ({
      bands: undefined,
      budget: undefined,
      winograd: false,
      ...(isTiled(scale)
        ? { tiles: { tiling: tilingOf(reachOf(edges(), phase.objective)!, site, 2, 2)!, keepGoals: true } }
        : {}),
    }));

  test.each([
    ['all sizes', () => true],
    ['the whole size', (scale: number) => scale === 1],
  ])('%s: the same', async (_, isTiled) => {
    const [phases, scales] = [
      [phase({}), phase({ keepOptimizer: true })],
      [0.5, 1],
    ];
    const [whole, tiled] = [
      await drawn(chalk, phases, { scales }),
      await drawn(chalk, phases, { scales, plan: planned(phases, scales, isTiled) }),
    ];
    expect(tiled).toHaveLength(8);
    tiled.forEach(({ loss, parameters }, i) => {
      expect(loss / whole[i]!.loss).toBeCloseTo(1, 4);
      expect(distance(parameters.pixels!, whole[i]!.parameters.pixels!)).toBeLessThan(2e-3);
    });
  });
});
