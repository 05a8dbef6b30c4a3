/** A drawing that begins with what another one has come to. */
import { afterAll, describe, expect, test } from '@jest/globals';
import { draw } from '../../src/drawing/draw.js';
import type { Frame } from '../../src/drawing/frame.js';
import type { DrawOptions } from '../../src/drawing/recipe/options.js';
import { ThreadPool } from '../../src/drawing/thread/pool.js';
import { samplePath } from '../golden/drawings.js';

const usual = { size: 24, weights: 'contour', provider: 'cpu', threads: 1, checkpoints: 1000 };
const phases = [{ layer: 'block1_conv2', iterations: 2, learningRate: 4 }];
const medium = {
  ...{ kind: 'strokes' as const, count: 6, rounds: 1, width: [3, 2] as [number, number] },
  ...{ lengths: [20, 60] as [number, number], colours: 'photo' as const },
};

const pool = new ThreadPool();
afterAll(() => pool.close());

async function framesOf(options: DrawOptions): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of draw(samplePath, { ...usual, ...options }, pool)) frames.push(frame);
  return frames;
}

describe('a drawing with a start', () => {
  test.each<[string, DrawOptions['preset']]>([
    ['pixels', { phases }],
    ['pixels, at half the size first', { scales: [0.5, 1], phases }],
    ['strokes', { medium, phases }],
  ])('begins with it: %s', async (_, preset) => {
    const before = await framesOf({ preset });
    const last = before.at(-1)!;
    const next = await framesOf({ preset, start: last.checkpoint!.state.parameters });
    expect(next[0]!.index).toBe(0);
    expect(next[0]!.picture).toEqual(last.picture);
    expect(next[1]!.picture).not.toEqual(before[1]!.picture);
    expect(next).toHaveLength(3);
  });

  test('of another size, medium or form is refused', async () => {
    const { checkpoint } = (await framesOf({ preset: { phases } })).at(-1)!;
    const start = checkpoint!.state.parameters;
    const refused = (options: DrawOptions) => framesOf({ start, ...options });
    await expect(refused({ preset: { phases }, size: 16 })).rejects.toMatchObject({ field: 'start' });
    await expect(refused({ preset: { phases, medium } })).rejects.toMatchObject({ field: 'start' });
    await expect(refused({ preset: { phases }, resume: checkpoint! })).rejects.toMatchObject({ field: 'start' });
    await expect(refused({ start: { pixels: [1] } as never })).rejects.toMatchObject({ field: 'start.pixels' });
  });
});
