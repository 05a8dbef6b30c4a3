import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  adamW,
  encodeModel,
  Graph,
  loadModel,
  Operators,
  openSide,
  type Side,
  sgd,
  tensor,
} from '../../src/onnx/index.js';
import { openSession, Tensor } from '../../src/runtime/session.js';
import { cosine, linear, stepwise } from '../../src/training/schedules.js';
import { Trainer, type TrainerOptions } from '../../src/training/trainer.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-trainer-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** y = x · weight + bias, over 4 numbers at once, or as many as come. */
function line(count: Side = 4): Graph {
  const graph = new Graph('line');
  const o = new Operators(graph);
  const x = graph.input('x', 'float32', [count, 1]);
  const weight = graph.initializer('weight', tensor('float32', [0], [1, 1]));
  const bias = graph.initializer('bias', tensor('float32', [0], [1]));
  graph.output(o.add(o.matMul(x, weight), bias), 'y');
  return graph;
}

const options: TrainerOptions = { loss: 'mse', optimizer: sgd(), learningRate: 0.1 };
const batch = { x: [-1, 0, 1, 2], target: [-1, 1, 3, 5] };
const opened = (more: Partial<TrainerOptions> = {}) => Trainer.open(encodeModel(line()), { ...options, ...more });

describe('Trainer', () => {
  test('finds the line that points lie on', async () => {
    const trainer = await opened();
    expect(trainer.inputs).toEqual(['x', 'target']);
    expect(trainer.parameters).toEqual(['weight', 'bias']);
    expect(await trainer.step(batch)).toEqual({ step: 1, loss: 9, learningRate: 0.1 });
    for (let i = 0; i < 200; i++) await trainer.step(batch);
    const { loss, outputs } = await trainer.evaluate(batch);
    expect(loss).toBeLessThan(1e-6);
    batch.target.forEach((y, i) => {
      expect(outputs.y![i]).toBeCloseTo(y, 2);
    });
    await trainer.release();
  });

  test('evaluating changes nothing, and is the loss of the next step', async () => {
    const trainer = await opened({ optimizer: adamW() });
    await trainer.step(batch);
    const { loss } = await trainer.evaluate(batch);
    expect((await trainer.evaluate(batch)).loss).toBe(loss);
    expect((await trainer.step(batch)).loss).toBe(loss);
    expect(trainer.steps).toBe(2);
    await trainer.release();
  });

  test('takes batches of any size where the model leaves that open', async () => {
    const open = await Trainer.open(encodeModel(line(openSide('N'))), { ...options, optimizer: adamW() });
    const fixed = await opened({ optimizer: adamW() });
    expect(await open.step(batch)).toEqual(await fixed.step(batch));
    expect(await open.step({ x: [3], target: [7] })).toMatchObject({ step: 2 });
    const { outputs } = await open.evaluate({ x: [0, 1, 2, 3, 4, 5, 6], target: Array(7).fill(1) });
    expect(outputs.y).toHaveLength(7);
    await expect(open.step({ x: [], target: [] })).rejects.toThrow("the input 'x' takes N numbers, [N, 1], not 0");
    await expect(open.step({ x: [1, 2], target: [1] })).rejects.toThrow(
      "the input 'target' takes 2 numbers, [N, 1], not 1",
    );
    const exported = loadModel(await open.exportModel());
    expect(exported.sides('y').join()).toBe('N,1');
    await Promise.all([open.release(), fixed.release()]);
  });

  test('gives the trained model, for inference without us', async () => {
    const trainer = await opened();
    for (let i = 0; i < 20; i++) await trainer.step(batch);
    const { outputs } = await trainer.evaluate(batch);
    const session = await openSession(await trainer.exportModel());
    expect(session.inputNames).toEqual(['x']);
    const { y } = await session.run({ x: new Tensor('float32', batch.x, [4, 1]) });
    expect(y!.data).toEqual(outputs.y);
    await Promise.all([session.release(), trainer.release()]);
  });

  test.each([
    ['AdamW', adamW()],
    ['SGD with momentum', sgd({ momentum: 0.9 })],
  ])('goes on from a checkpoint as if it had not stopped: %s', async (_, optimizer) => {
    const [one, other] = [await opened({ optimizer }), await opened({ optimizer })];
    for (let i = 0; i < 3; i++) await one.step(batch);
    await one.save(join(folder, 'checkpoint'));
    await other.load(join(folder, 'checkpoint'));
    expect(other.steps).toBe(3);
    for (let i = 0; i < 3; i++) expect(await other.step(batch)).toEqual(await one.step(batch));
    expect(await readdir(folder)).toEqual(['checkpoint']);
    await Promise.all([one.release(), other.release()]);
  });

  test('a checkpoint of before the first step is where it begins', async () => {
    const trainer = await opened({ optimizer: adamW() });
    await trainer.save(join(folder, 'checkpoint'));
    const first = await trainer.step(batch);
    await trainer.load(join(folder, 'checkpoint'));
    expect(await trainer.step(batch)).toEqual(first);
    await trainer.release();
  });

  test('gradients are clipped by the norm of all together', async () => {
    const [free, clipped] = [await opened(), await opened({ clipNorm: 0.5 })];
    // Of the mean of (0 − target)²: in the weight −2 · (1 + 0 + 3 + 10) / 4, in the bias −2 · (−1 + 1 + 3 + 5) / 4.
    const norm = Math.hypot(7, 4);
    expect((await clipped.step(batch)).gradientNorm).toBeCloseTo(norm, 5);
    await free.step(batch);
    const moved = async (trainer: Trainer) => (await trainer.evaluate({ ...batch, x: [0, 1, 1, 1] })).outputs.y!;
    const [byAll, byPart] = [await moved(free), await moved(clipped)];
    expect(byPart[0]! / byAll[0]!).toBeCloseTo(0.5 / norm, 5);
    expect(byPart[1]! / byAll[1]!).toBeCloseTo(0.5 / norm, 5);
    await Promise.all([free.release(), clipped.release()]);
  });

  test('follows a schedule', async () => {
    const trainer = await opened({ learningRate: stepwise({ rate: 0.1, every: 2, factor: 0.5 }) });
    const rates: number[] = [];
    for (let i = 0; i < 5; i++) rates.push((await trainer.step(batch)).learningRate);
    expect(rates).toEqual([0.1, 0.1, 0.05, 0.05, 0.025]);
    await trainer.release();
  });

  test.each<[string, Record<string, number[]>, string]>([
    ['lacks an input', { x: [1, 2, 3, 4] }, "the input 'target' takes 4 numbers, [4, 1], and is missing"],
    ['has too few numbers', { ...batch, x: [1] }, "the input 'x' takes 4 numbers, [4, 1], not 1"],
    ['has an input too many', { ...batch, y: [1] }, "there is no input 'y'; a batch has x, target"],
  ])('a batch that %s is refused', async (_, wrong, message) => {
    const trainer = await opened();
    await expect(trainer.step(wrong)).rejects.toThrow(message);
    expect(trainer.steps).toBe(0);
    await trainer.release();
  });

  test('a checkpoint of another training is refused, and nothing changes', async () => {
    const trainer = await opened();
    const { loss } = await trainer.evaluate(batch);
    const path = join(folder, 'other');
    await writeFile(path, 'nothing of the kind');
    await expect(trainer.load(path)).rejects.toThrow(path);
    const other = await Trainer.open(renamed(), options);
    await other.save(path);
    await expect(trainer.load(path)).rejects.toThrow(`${path} has no tensor 'weight': it is of another training`);
    expect((await trainer.evaluate(batch)).loss).toBe(loss);
    await Promise.all([trainer.release(), other.release()]);
  });
});

function renamed(): Graph {
  const graph = new Graph('other');
  const x = graph.input('x', 'float32', [4, 1]);
  const slope = graph.initializer('slope', tensor('float32', [0], [1, 1]));
  graph.output(graph.add('MatMul', [x, slope]), 'y');
  return graph;
}

describe('schedules', () => {
  test('cosine: up evenly, down along half a wave, then level', () => {
    const rate = cosine({ rate: 1, steps: 12, warmup: 2, end: 0.2 });
    expect([1, 2, 7, 12, 99].map(rate).map((value) => Number(value.toFixed(6)))).toEqual([0.5, 1, 0.6, 0.2, 0.2]);
  });

  test('linear: from a rate to its end', () => {
    expect([1, 6, 11, 20].map(linear({ rate: 1, steps: 11 }))).toEqual([1, 0.5, 0, 0]);
  });
});
