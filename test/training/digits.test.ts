/** A small convolutional network that learns to read digits, beside PyTorch. `npm run digits` compares more, and times. */
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { adamW, sgd } from '../../src/onnx/index.js';
import { Trainer } from '../../src/training/trainer.js';
import { accuracy, batchOf, batchSize, digitsNetwork, trainings } from '../../tools/digits/network.js';
import { drawDigits } from '../../tools/digits/pictures.js';

const reference = JSON.parse(await readFile('test/training/digits-losses.json', 'utf8')) as Record<string, number[]>;
const steps = 40;
const digits = drawDigits(steps * batchSize, 1);

const opened = (name: string, learningRate: number) =>
  Trainer.open(digitsNetwork(batchSize, 1), {
    loss: 'cross-entropy',
    optimizer: name === 'adamw' ? adamW() : sgd({ momentum: 0.9 }),
    learningRate,
    threads: 1, // More only wait for each other where other tests run beside this one.
  });

describe('a network that reads digits', () => {
  test.each(trainings)("$name: losses are PyTorch's", async ({ name, rate }) => {
    const trainer = await opened(name, rate);
    for (const [step, expected] of reference[name]!.slice(0, steps).entries()) {
      const { loss } = await trainer.step(batchOf(digits, step));
      // Measured: 1e-6 in 40 steps. Rounding, which differs between processors, grows to 4e-5 in 100.
      expect(Math.abs(loss - expected) / expected).toBeLessThan(1e-4);
    }
    await trainer.release();
  });

  test('after 120 steps it knows 97 of 100 digits that it has not seen', async () => {
    const trainer = await opened('adamw', 0.002);
    for (let step = 0; step < 120; step++) await trainer.step(batchOf(digits, step));
    // Measured: 99.5 %.
    expect(await accuracy(trainer, drawDigits(8 * batchSize, 2))).toBeGreaterThanOrEqual(0.97);
    await trainer.release();
  });
});
