/**
 * Trains a small network on pictures of digits and compares that with PyTorch, on the CPU, from the same weights and on the same batches:
 * losses, and processor time of a step. `npm run digits -- --write` stores PyTorch's losses for the tests.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Trainer } from '../src/index.js';
import { adamW, sgd } from '../src/onnx/index.js';
import { accuracy, batchOf, batchSize, digitsNetwork, trainings } from './digits/network.js';
import { drawDigits } from './digits/pictures.js';
import { machine, median, pythonWithTorch, sampleOf, say } from './measuring.js';

const { values: options } = parseArgs({
  options: {
    /** Steps whose losses are compared. */
    steps: { type: 'string', default: '100' },
    /** Steps in all, before the held-out digits are looked at. */
    until: { type: 'string', default: '800' },
    threads: { type: 'string', default: '1' },
    write: { type: 'boolean', default: false },
  },
});
const [steps, until, threads] = [options.steps, options.until, options.threads].map(Number) as [number, number, number];

interface Peer {
  losses: number[];
  seconds: number[];
  version: string;
}

const python = await pythonWithTorch();
const [training, heldOut] = [drawDigits(steps * batchSize, 1), drawDigits(20 * batchSize, 2)];
const folder = await mkdtemp(join(tmpdir(), 'vggdraw-digits-'));
const stored: Record<string, number[]> = {};
say(machine());
try {
  await writeFile(join(folder, 'pictures'), new Uint8Array(training.pictures.buffer));
  await writeFile(join(folder, 'labels'), new Uint8Array(training.labels.buffer));
  for (const { name, rate } of trainings) {
    const optimizer = name === 'adamw' ? adamW() : sgd({ momentum: 0.9 });
    const trainer = await Trainer.open(digitsNetwork(batchSize, 1), {
      loss: 'cross-entropy',
      optimizer,
      learningRate: rate,
      threads,
    });
    await trainer.save(join(folder, 'checkpoint'));
    const peer = async (precision: string): Promise<Peer | undefined> => {
      const args = ['tools/digits.py', folder, ...[batchSize, steps, name, rate, threads, precision].map(String)];
      return python === undefined ? undefined : sampleOf<Peer>(python, args);
    };
    const [single, double] = [await peer('float32'), await peer('float64')];
    const [losses, seconds]: [number[], number[]] = [[], []];
    for (let i = 0; i < until; i++) {
      const before = process.cpuUsage();
      const { loss } = await trainer.step(batchOf(training, i));
      const { user, system } = process.cpuUsage(before);
      losses.push(loss);
      seconds.push((user + system) / 1e6);
    }
    const right = await accuracy(trainer, heldOut);
    await trainer.release();
    say(`${name}: ${(100 * right).toFixed(2)} % of ${heldOut.labels.length} held-out digits after ${until} steps`);
    if (!single || !double) continue;
    const apart = (a: number[]) =>
      Math.max(...double.losses.map((loss, i) => Math.abs(a[i]! - loss) / loss)).toExponential(1);
    const [ours, theirs] = [median(seconds), median(single.seconds)];
    const between = Math.max(...single.losses.map((loss, i) => Math.abs(losses[i]! - loss) / loss)).toExponential(1);
    say(
      `  loss ${losses[0]!.toFixed(4)} → ${losses[steps - 1]!.toFixed(4)}; apart in ${steps} steps, of itself, at most:`,
    );
    say(
      `  from PyTorch ${single.version} ${between}; from PyTorch in float64 ${apart(losses)}, PyTorch from that ${apart(single.losses)}`,
    );
    say(
      `  a step ${(1e3 * ours).toFixed(1)} ms of processor time, PyTorch's ${(1e3 * theirs).toFixed(1)}: ${(ours / theirs).toFixed(2)} ×`,
    );
    stored[name] = single.losses;
  }
  if (options.write) await writeFile('test/training/digits-losses.json', `${JSON.stringify(stored)}\n`);
} finally {
  await rm(folder, { recursive: true });
}
