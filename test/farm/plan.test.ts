import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type FarmPlan, planFarm, shared } from '../../src/farm/plan.js';
import { encodePng } from '../../src/image/encode-png.js';
import { movingSquare } from '../support/films.js';

describe('work that is shared out', () => {
  test.each<[readonly number[], number, number]>([
    [[2, 2, 2, 2], 1, 8],
    [[2, 2, 2, 2], 2, 4],
    [[2, 2, 2, 2], 3, 4],
    [[2, 2, 2, 2], 100, 2],
    // The long one comes last.
    [[1, 1, 1, 5], 2, 6],
    [[], 3, 0],
  ])('%j among %d takes %d', (seconds, workers, expected) => {
    expect(shared(seconds, workers)).toBe(expected);
  });
});

describe('a plan', () => {
  let folder: string;
  let plan: FarmPlan;
  const told: string[] = [];
  const photos: string[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vggdraw-plan-test-'));
    for (const [i, width] of [24, 48].entries()) {
      photos.push(join(folder, `${i}.png`));
      await writeFile(photos[i]!, await encodePng(movingSquare(1, { width, height: 24 })[0]!));
    }
    const preset = join(folder, 'mine.json');
    const phases = [5, 50].map((iterations) => ({ layer: 'block1_conv2', iterations, learningRate: 4 }));
    await writeFile(preset, JSON.stringify({ phases }));
    const drawn = { preset, size: 64, weights: 'contour', threads: 1, style: [], provider: 'cpu', hold: 0 };
    const given = [...photos, join(folder, 'none.png')];
    plan = await planFarm(given, { ...drawn, outputs: ['still'] }, 2, (text) => told.push(text));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('says for each photo how long it takes, by the work that its size is, from three iterations of each phase', () => {
    expect(told).toEqual([`drawing ${photos[1]} with 6 of 55 iterations, twice`]);
    expect(plan.calibration).toEqual({ photo: photos[1], iterations: 6, provider: 'cpu' });
    expect(plan.iterations).toBe(55);
    const [small, large] = plan.photos;
    expect(small).toMatchObject({ photo: photos[0], size: { width: 24, height: 24 }, memory: 2 ** 28 });
    expect(small!.seconds).toBeGreaterThan(0);
    expect(large!.seconds / small!.seconds).toBeGreaterThan(1.5);
    expect(large!.seconds / small!.seconds).toBeLessThan(2.5);
    expect(plan.seconds).toBeCloseTo(plan.startSeconds + large!.seconds, 6);
  });

  test('says what lies in the store: photos and drawings, and while they are drawn the frames so far', async () => {
    const bytes = await Promise.all(photos.map(async (photo) => (await stat(photo)).size));
    expect(plan.storage.photos).toBe(bytes[0]! + bytes[1]!);
    expect(plan.storage.drawings).toBeGreaterThan(200);
    expect(plan.storage.drawings).toBeLessThan(20_000);
    // Two workers draw at a time: 56 frames of both, with a sum each.
    expect(plan.storage.checkpoints).toBe(56 * (3 * 24 * 24 + 4 + 3 * 48 * 24 + 4));
  });

  test('tells of a photo that will not do', () => {
    expect(plan.refused).toEqual([
      {
        photo: join(folder, 'none.png'),
        error: expect.objectContaining({ message: expect.stringMatching(/no such/) }),
      },
    ]);
  });
});
