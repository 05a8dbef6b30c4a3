/** A new medium, term, optimizer or network is drawn with by the whole loop, which knows none of them. */
import { describe, expect, test } from '@jest/globals';
import { rgb, toSpace } from '../../src/colour/spaces.js';
import type { Iteration, LoopOptions } from '../../src/drawing/loop.js';
import { drawingLoop } from '../../src/drawing/loop.js';
import type { Phase } from '../../src/drawing/phase.js';
import { type PhasePlan, plainPlan } from '../../src/drawing/plan/phase-plan.js';
import { reachOf, tilingOf } from '../../src/drawing/plan/tiles.js';
import type { Medium } from '../../src/media/medium.js';
import { pixels } from '../../src/media/pixels/pixels.js';
import { colour } from '../../src/objectives/colour.js';
import { content, contentShare } from '../../src/objectives/content.js';
import { ink } from '../../src/objectives/ink.js';
import { smoothness } from '../../src/objectives/smoothness.js';
import { style } from '../../src/objectives/style.js';
import { adam } from '../../src/onnx/optimizers/adam.js';
import { lbfgs } from '../../src/onnx/optimizers/lbfgs.js';
import { descent, edges, mean, wash } from '../support/doubles.js';
import { uniforms } from '../support/random.js';

const size = { height: 21, width: 30 };
const paper = pixels({ start: 'white', lower: 'black', upper: 'white' });
const picture = Uint8Array.from(uniforms([3 * size.height * size.width], 0, 255));
const constants = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };

const phase = (given: Partial<Phase>): Phase => ({
  label: 'test',
  objective: { terms: [content('edges')] },
  optimizer: adam(constants),
  keepOptimizer: false,
  iterations: 4,
  learningRateAt: () => 5,
  ...given,
});

async function drawn(medium: Medium, phases: readonly Phase[], given: Partial<LoopOptions> = {}) {
  const results: Iteration[] = [];
  let parameters = {};
  const options = { network: edges(), medium, phases, tone: 'photo' as const, ...size };
  for await (const done of drawingLoop({ ...options, photo: toSpace(picture, rgb), ...given })) {
    results.push(done);
    parameters = await done.readParameters();
  }
  return { results, parameters: parameters as Record<string, Float32Array>, losses: results.map(({ loss }) => loss) };
}

/** In 2 × 2 tiles. */
const tiled = (phases: readonly Phase[], keepGoals = true, whole = size): { plan: PhasePlan[] } => ({
  plan: phases.map(({ objective }) => ({
    bands: undefined,
    budget: undefined,
    winograd: false,
    tiles: { tiling: tilingOf(reachOf(edges(), objective)!, whole, 2, 2)!, keepGoals },
  })),
});

describe('a drawing', () => {
  const media: [string, Medium][] = [
    ['pixels', paper],
    ['a medium of two parameters', wash],
  ];
  test.each(media)(
    'of %s, by a network from a file: nearer to the photo, in tiles as in the whole',
    async (_, medium) => {
      const phases = [phase({ learningRateAt: () => (medium === wash ? 0.5 : 5) }), phase({ keepOptimizer: true })];
      const whole = await drawn(medium, phases);
      expect(whole.losses).toHaveLength(8);
      if (medium === paper) expect(whole.losses.at(-1)!).toBeLessThan(whole.losses[0]!);
      for (const keepGoals of [true, false]) {
        const parts = await drawn(medium, phases, tiled(phases, keepGoals));
        parts.losses.forEach((loss, i) => {
          expect(loss / whole.losses[i]!).toBeCloseTo(1, 4);
        });
        for (const [name, values] of Object.entries(parts.parameters)) {
          const worst = values.reduce(
            (most, value, i) => Math.max(most, Math.abs(value - whole.parameters[name]![i]!)),
            0,
          );
          // Sums of float32 in another order, through eight steps of Adam.
          expect(worst).toBeLessThan(2e-2);
        }
      }
    },
  );

  test('that begins as the photo has nothing to mend, and in grey what colour adds: in tiles as in the whole', async () => {
    for (const colours of ['rgb', 'grey'] as const) {
      const medium = pixels({ colours, start: 'photo', lower: 'black', upper: 'white' });
      const phases = [phase({ objective: { terms: [contentShare('edges', 1)] }, iterations: 2 })];
      const whole = await drawn(medium, phases, { startPhoto: picture });
      const parts = await drawn(medium, phases, { startPhoto: picture, ...tiled(phases) });
      if (colours === 'rgb') expect(Math.max(whole.losses[0]!, parts.losses[0]!)).toBeLessThan(1e-9);
      else expect(parts.losses[0]! / whole.losses[0]!).toBeCloseTo(1, 4);
      // All of the content would be 1.
      expect(whole.losses[0]!).toBeLessThan(1);
    }
  });

  test('by plain descent, of a term that looks at the canvas alone: each step is known', async () => {
    const phases = [phase({ objective: { terms: [mean(3)] }, optimizer: descent, learningRateAt: () => 1000 })];
    const { losses, parameters } = await drawn(wash, phases);
    // The mean of the canvas is that of the colours, and of the ramp times the fall.
    expect(losses[0]!).toBeCloseTo(3 * 180, 3);
    // Each colour's share of the mean is a third.
    expect(parameters.colour![0]).toBe(0);
    const inTiles = await drawn(wash, phases, tiled(phases));
    expect(inTiles.losses[0]!).toBeCloseTo(losses[0]!, 2);
    expect(inTiles.parameters.colour).toEqual(parameters.colour);
  });

  test('of two terms: each has its own loss, and they add up', async () => {
    const phases = [phase({ objective: { terms: [content('edges'), mean(0.5)] }, iterations: 1 })];
    for (const given of [{}, tiled(phases)]) {
      const { results } = await drawn(paper, phases, given);
      const { loss, losses } = results[0]!;
      expect(Object.keys(losses)).toEqual(['content', 'mean']);
      expect(losses.content! + losses.mean!).toBeCloseTo(loss, 2);
    }
  });

  test('shows the canvas of a medium after the step, in its own colours', async () => {
    const phases = [
      phase({ objective: { terms: [mean(3)] }, optimizer: descent, learningRateAt: () => 1, iterations: 1 }),
    ];
    const { results, parameters } = await drawn(wash, phases);
    const shown = results[0]!.frame.subarray(0, 3);
    expect([...shown]).toEqual([...parameters.colour!].map(Math.round));
  });

  test('of shares of content, ink that changes and smoothness, grey on any paper: in tiles as in the whole', async () => {
    const chalk = pixels({ colours: 'grey', paper: '#406080', lower: 'black', upper: 'white' });
    const terms = [
      contentShare('edges', 1),
      ink((iteration) => 2 - 0.5 * iteration, chalk.space, [64, 96, 128]),
      smoothness(4, chalk.space),
    ];
    const phases = [phase({ objective: { terms } })];
    const whole = await drawn(chalk, phases);
    expect(whole.losses.at(-1)!).toBeLessThan(whole.losses[0]!);
    expect(Object.keys(whole.results[0]!.losses)).toEqual(['content edges', 'ink', 'smoothness']);
    // Blank paper: nothing is drawn, and no pixel differs from its neighbour.
    expect(whole.results[0]!.losses.ink).toBeCloseTo(0, 6);
    expect(whole.results[0]!.losses.smoothness).toBeCloseTo(0, 6);
    for (const keepGoals of [true, false]) {
      const parts = await drawn(chalk, phases, tiled(phases, keepGoals));
      parts.losses.forEach((loss, i) => {
        expect(loss / whole.losses[i]!).toBeCloseTo(1, 4);
      });
    }
  });

  test('of style and content, by Adam and by L-BFGS: in tiles as in the whole', async () => {
    const picture = Float32Array.from(uniforms([3 * 19 * 16], 0, 255));
    const styles = [{ height: 19, width: 16, plan: plainPlan, read: async () => picture }];
    const terms = [contentShare('edges', 1), style('edges', (iteration) => 4 - iteration, [1]), mean(0.001)];
    for (const [optimizer, rate] of [
      [adam(constants), 5],
      [lbfgs, 1],
    ] as const) {
      const phases = [phase({ objective: { terms }, optimizer, learningRateAt: () => rate })];
      const whole = await drawn(paper, phases, { styles });
      expect(whole.losses.at(-1)!).toBeLessThan(whole.losses[0]!);
      expect(Object.keys(whole.results[0]!.losses)).toEqual(['content edges', 'style edges', 'mean']);
      for (const keepGoals of [true, false]) {
        const parts = await drawn(paper, phases, { ...tiled(phases, keepGoals), styles });
        expect(Object.keys(parts.results[0]!.losses)).toEqual(['content edges', 'style edges', 'mean']);
        for (const [i, { loss, losses }] of parts.results.entries()) {
          expect(loss / whole.losses[i]!).toBeCloseTo(1, 4);
          expect(losses['style edges']! / whole.results[i]!.losses['style edges']!).toBeCloseTo(1, 3);
        }
      }
    }
  });

  test('of style alone, in tiles as in the whole', async () => {
    const picture = Float32Array.from(uniforms([3 * 19 * 16], 0, 255));
    const styles = [{ height: 19, width: 16, plan: plainPlan, read: async () => picture }];
    const phases = [phase({ objective: { terms: [style('edges', 1, [1])] }, optimizer: descent })];
    const whole = await drawn(paper, phases, { styles });
    const parts = await drawn(paper, phases, { ...tiled(phases), styles });
    expect(parts.losses[0]! / whole.losses[0]!).toBeCloseTo(1, 5);
    expect(parts.losses.at(-1)! / whole.losses.at(-1)!).toBeCloseTo(1, 4);
  });
  test('of colours: blocks lie on the grid of the whole picture in any tile, and end where it ends', async () => {
    const large = { height: 53, width: 45 };
    const photo = toSpace(Uint8Array.from(uniforms([3 * large.height * large.width], 0, 255)), rgb);
    const terms = [contentShare('edges', 1), colour((iteration) => 2 - 0.5 * iteration, paper.space)];
    const phases = [phase({ objective: { terms } })];
    const whole = await drawn(paper, phases, { ...large, photo });
    expect(whole.losses.at(-1)!).toBeLessThan(whole.losses[0]!);
    for (const keepGoals of [true, false]) {
      const parts = await drawn(paper, phases, { ...large, photo, ...tiled(phases, keepGoals, large) });
      parts.results.forEach(({ losses }, i) => {
        for (const [name, loss] of Object.entries(losses)) {
          expect(loss / whole.results[i]!.losses[name]!).toBeCloseTo(1, 4);
        }
      });
    }
  });
});
