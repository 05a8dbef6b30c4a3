/** A new medium, term, optimizer or network is drawn with by the whole loop, which knows none of them. */
import { describe, expect, test } from '@jest/globals';
import { rgb, toSpace } from '../../src/colour/spaces.js';
import type { Iteration, LoopOptions } from '../../src/drawing/loop.js';
import { drawingLoop } from '../../src/drawing/loop.js';
import type { Phase } from '../../src/drawing/phase.js';
import type { PhasePlan } from '../../src/drawing/plan/phase-plan.js';
import { reachOf, tilingOf } from '../../src/drawing/plan/tiles.js';
import type { Medium } from '../../src/media/medium.js';
import { pixels } from '../../src/media/pixels/pixels.js';
import { content, contentShare } from '../../src/objectives/content.js';
import { ink } from '../../src/objectives/ink.js';
import { smoothness } from '../../src/objectives/smoothness.js';
import { adam } from '../../src/onnx/optimizers/adam.js';
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
const tiled = (phases: readonly Phase[], keepGoals = true): { plan: PhasePlan[] } => ({
  plan: phases.map(({ objective }) => ({
    bands: undefined,
    budget: undefined,
    winograd: false,
    tiles: { tiling: tilingOf(reachOf(edges(), objective)!, size, 2, 2)!, keepGoals },
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
});
