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
    /** How often PyTorch and we are timed. */
    turns: { type: 'string', default: '3' },
    write: { type: 'boolean', default: false },
  },
});
const [steps, until, threads, turns] = [options.steps, options.until, options.threads, options.turns].map(Number) as [
  number,
  number,
  number,
  number,
];

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
    const opened = () =>
      Trainer.open(digitsNetwork(batchSize, 1), {
        loss: 'cross-entropy',
        optimizer: name === 'adamw' ? adamW() : sgd({ momentum: 0.9 }),
        learningRate: rate,
        threads,
      });
    const peer = async (precision: string): Promise<Peer | undefined> => {
      const args = ['tools/digits.py', folder, ...[batchSize, steps, name, rate, threads, precision].map(String)];
      return python === undefined ? undefined : sampleOf<Peer>(python, args);
    };
    let trainer = await opened();
    await trainer.save(join(folder, 'checkpoint'));
    const [losses, ours, theirs]: [number[], number[], number[]] = [[], [], []];
    let single: Peer | undefined;
    // In turns, because machines are noisy.
    for (let turn = 0; turn < turns; turn++) {
      single = await peer('float32');
      theirs.push(...(single?.seconds ?? []));
      await trainer.release();
      trainer = await opened();
      losses.length = 0;
      for (let i = 0; i < steps; i++) {
        const before = process.cpuUsage();
        losses.push((await trainer.step(batchOf(training, i))).loss);
        const { user, system } = process.cpuUsage(before);
        ours.push((user + system) / 1e6);
      }
    }
    for (let i = steps; i < until; i++) await trainer.step(batchOf(training, i));
    const right = await accuracy(trainer, heldOut);
    await trainer.release();
    say(`${name}: ${(100 * right).toFixed(2)} % of ${heldOut.labels.length} held-out digits after ${until} steps`);
    const double = await peer('float64');
    if (!single || !double) continue;
    const apart = (a: readonly number[], b: readonly number[]): string =>
      Math.max(...b.map((loss, i) => Math.abs(a[i]! - loss) / loss)).toExponential(1);
    const reference = double.losses;
    say(
      `  loss ${losses[0]!.toFixed(4)} → ${losses[steps - 1]!.toFixed(4)}; apart in ${steps} steps, of itself, at most:`,
    );
    say(`  from PyTorch ${single.version} ${apart(losses, single.losses)};`);
    say(`  from PyTorch in float64 ${apart(losses, reference)}, PyTorch from that ${apart(single.losses, reference)}`);
    const [own, other] = [median(ours), median(theirs)].map((seconds) => 1e3 * seconds) as [number, number];
    say(
      `  a step ${own.toFixed(1)} ms of processor time, PyTorch's ${other.toFixed(1)}: ${(own / other).toFixed(2)} ×`,
    );
    stored[name] = single.losses;
  }
  if (options.write) await writeFile('test/training/digits-losses.json', `${JSON.stringify(stored)}\n`);
} finally {
  await rm(folder, { recursive: true });
}
