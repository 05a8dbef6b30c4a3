/** Recorded iterations: computed once more they are the same to the bit on the CPU, and what is not shows. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { encodeGolden, type Golden, readGolden } from '../../src/golden/golden-file.js';
import { record } from '../../src/golden/record.js';
import { type Distance, isWithin, replay } from '../../src/golden/replay.js';
import { run } from '../support/cli.js';
import { runInTurn } from '../support/command-lines.js';
import { residual } from '../support/networks.js';
import { samplePath } from './drawings.js';

let folder: string;
let golden: Golden;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-golden-'));
  const phases = [
    { layer: 'block1_conv2', iterations: 3, learningRate: 8 },
    { layer: 'block1_conv1', iterations: 3, learningRate: 4 },
  ];
  const options = { preset: { scales: [0.5, 1], phases }, weights: 'contour', provider: 'cpu', threads: 1, size: 32 };
  golden = await record(samplePath, options, 3);
  await writeFile(join(folder, 'a.golden'), encodeGolden(golden));
});
afterAll(() => rm(folder, { recursive: true }));

async function distances(of: Golden): Promise<Distance[]> {
  const all: Distance[] = [];
  for await (const { distance } of replay(of, 1e-3, { provider: 'cpu' })) all.push(distance);
  return all;
}

describe('a golden file', () => {
  test('has iterations from the second to the last', () => {
    const iterations = golden.moments.map(({ after }) => after.iterations);
    expect([iterations[0], iterations.at(-1)]).toEqual([2, 6]);
    for (const { before, after } of golden.moments) expect(after.iterations).toBe(before.iterations + 1);
  });

  test('holds them to the bit', async () => {
    expect(await readGolden(join(folder, 'a.golden'))).toEqual(golden);
  });

  test('computed once more they are the same', async () => {
    const again = await distances(await readGolden(join(folder, 'a.golden')));
    expect(again.map(({ loss, gradient, parted, step }) => [loss, gradient, parted, step])).toEqual(
      golden.moments.map(() => [0, 0, 0, 0]),
    );
  });

  test('and what was recorded otherwise is found to be', async () => {
    const [moment] = golden.moments;
    const { values } = moment!.after.state.slots.exp_avg!;
    const changed = { ...moment!, loss: moment!.loss * 1.01, after: structuredClone(moment!.after) };
    // Twice the gradient m ← m + (1−β₁)g, as if from no average before.
    changed.after.state.slots.exp_avg!.values.set(values.map((value) => 1.1 * value));
    const [distance] = await distances({ ...golden, moments: [changed] });
    expect(distance!.loss).toBeCloseTo(0.01 / 1.01, 6);
    expect(distance!.gradient).toBeGreaterThan(0.1);
    expect(distance!.parted).toBeGreaterThan(0.1);
    expect(isWithin(distance!, 1e-3)).toBe(false);
    const within = { ...distance!, loss: 1e-3, gradient: 0.02, parted: 0.03 };
    expect(isWithin(within, 1e-3)).toBe(true);
    for (const wrong of [
      { loss: 0.01 },
      { gradient: 0.2 },
      { parted: 0.2 },
      { gradient: Number.NaN },
      { step: Number.NaN },
    ]) {
      expect(isWithin({ ...within, ...wrong }, 1e-3)).toBe(false);
    }
  });

  test.each([
    ['cut', (bytes: Buffer) => bytes.subarray(0, -8), /is no golden file, or cut/],
    ['of other tensors', (bytes: Buffer) => replaced(bytes, '"photo"', '"photx"'), /is damaged/],
    ['of another version', (bytes: Buffer) => replaced(bytes, '"version":"1"', '"version":"2"'), /of another version/],
    ['without numbers in a canvas', (bytes: Buffer) => withoutNumbers(bytes, '0/after/canvas'), /is damaged/],
    ['no golden file', () => Buffer.from('{}'), /is no golden file/],
  ])('that is %s is refused', async (name, damage, message) => {
    const path = join(folder, `${name}.golden`);
    await writeFile(path, damage(await readFile(join(folder, 'a.golden'))));
    await expect(readGolden(path)).rejects.toMatchObject({ field: 'file', message: expect.stringMatching(message) });
  });

  /** With NaN for all that a tensor has. */
  function withoutNumbers(bytes: Buffer, name: string): Buffer {
    const start = 8 + Number(bytes.readBigUInt64LE());
    const [begin, end] = JSON.parse(bytes.toString('utf8', 8, start))[name].data_offsets;
    return Buffer.from(bytes).fill(0xff, start + begin, start + end);
  }

  const replaced = (bytes: Buffer, from: string, to: string): Buffer =>
    Buffer.from(bytes.toString('latin1').replace(from, to), 'latin1');
});

test.each([
  ['style pictures', { style: [{ picture: samplePath, weight: 2 }], preset: 'style.json', weights: 'contour' }],
  ['a network of a file', { network: 'small.onnx', preset: 'own.json' }],
])('of %s, which have to be given again', async (_, named) => {
  const phases = { phases: [{ layer: 'block1_conv1', iterations: 2, learningRate: 5 }] };
  const style = { block1_conv1: 1 };
  await writeFile(join(folder, 'style.json'), JSON.stringify({ phases: [{ ...phases.phases[0], style }] }));
  await writeFile(join(folder, 'own.json'), JSON.stringify(phases));
  await writeFile(join(folder, 'small.onnx'), residual().file('scores'));
  const { preset, ...again } = {
    ...named,
    preset: join(folder, named.preset),
    ...('network' in named ? { network: join(folder, named.network) } : {}),
  };
  const drawn = await record(samplePath, { ...again, preset, provider: 'cpu', threads: 1, size: 24, memory: 4e9 }, 1);
  const found = [];
  for await (const { distance } of replay(drawn, 1e-3, { ...again, provider: 'cpu' })) found.push(distance);
  expect(found).toMatchObject([{ iteration: 2, loss: 0, gradient: 0, parted: 0, step: 0 }]);
  await expect(replay(drawn, 1e-3, { provider: 'cpu' }).next()).rejects.toMatchObject({ field: Object.keys(named)[0] });
});

test('vggdraw record and replay', async () => {
  const args = [
    '--size',
    '16',
    '--weights',
    'contour',
    '--threads',
    '1',
    '--memory',
    '2G',
    '--moments',
    '1',
    '--quiet',
  ];
  const done = await runInTurn(['record', samplePath, '-o', 'b.golden', ...args], { cwd: folder });
  expect(done).toMatchObject({ code: 0, stdout: 'b.golden: iterations 2\n', stderr: '' });
  const { code, stdout } = await run(['replay', 'b.golden', '--json'], { cwd: folder });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ provider: 'cpu', within: true, iterations: [{ iteration: 2, loss: 0 }] });
});
