/**
 * Times one iteration of a drawing on the CPU, against PyTorch and TensorFlow.js on the same machine in the same run where they are
 * installed. Every measurement is a process of its own; the sides take turns, so that a machine that slows down slows all.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { join } from 'node:path';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { findLayer } from '../src/networks/vgg19/layers.js';
import { countFlops } from '../src/onnx/flops.js';
import { trainingModel } from '../src/outputs/models.js';
import {
  iterationsFor,
  machine,
  ownSample,
  pythonWithTorch,
  type Sample,
  type Summary,
  sampleOf,
  say,
  spread,
  summarize,
  toolArgs,
  warmUp,
} from './measuring.js';

type Side = 'vggdraw' | 'exact' | 'pytorch' | 'tfjs';

interface Row {
  layer: string;
  size: number;
  /** Of all convolutions of an iteration, computed by their definition. */
  gflop: number;
  sides: Partial<Record<Side, Summary>>;
  /** PyTorch's median over ours: above 1, ours is faster. */
  speed?: number;
  /** Our peak memory over PyTorch's. */
  memory?: number;
}

const options = await yargs(hideBin(process.argv))
  .usage('npm run bench -- [options]')
  .option('layers', {
    type: 'array',
    string: true,
    default: ['block2_conv2', 'block4_conv2', 'block5_conv2'],
    describe: 'Layers to draw from',
  })
  .option('sizes', { type: 'array', number: true, default: [224, 512, 1024], describe: 'Sides of the square picture' })
  .option('rounds', { type: 'number', default: 3, describe: 'Processes of each side' })
  .option('seconds', { type: 'number', default: 4, describe: 'About how long each process runs' })
  .option('threads', { type: 'number', default: cpus().length, describe: 'Threads of each side' })
  .option('peer', { type: 'string', default: '../shared/peers/pytorch_vgg19.py', describe: 'The PyTorch script' })
  .option('tfjs-size', { type: 'number', default: 224, describe: 'Largest size that TensorFlow.js is measured at' })
  .option('json', { type: 'boolean', default: false, describe: 'Print JSON' })
  .strict()
  .parseAsync();

const python = existsSync(options.peer) ? await pythonWithTorch() : undefined;
if (!python) {
  say(`PyTorch is not compared: it takes ${options.peer} and a python3 that imports torch (Debian: python3-torch)`);
}
const hasTensorFlow = canResolve('@tensorflow/tfjs') && canResolve('@tensorflow/tfjs-backend-wasm');
if (!hasTensorFlow) {
  say('TensorFlow.js is not compared: npm install --no-save @tensorflow/tfjs @tensorflow/tfjs-backend-wasm');
}

const rows: Row[] = [];
for (const layer of options.layers) {
  for (const size of options.sizes) rows.push(await measure(layer, size));
}
if (options.json) process.stdout.write(`${JSON.stringify({ machine: machine(), threads: options.threads, rows })}\n`);
else printTable(rows);

async function measure(layer: string, size: number): Promise<Row> {
  const site = [layer, size, size] as const;
  const { threads } = options;
  const sample: Record<Side, ((iterations: number) => Promise<Sample>) | undefined> = {
    vggdraw: (iterations) => ownSample(...site, iterations, threads),
    exact: (iterations) => ownSample(...site, iterations, threads, 'cpu', 'exact'),
    pytorch: python
      ? (iterations) => sampleOf(python, [options.peer, ...[...site, iterations, threads].map(String)])
      : undefined,
    // Seconds each: as few as make a median.
    tfjs:
      hasTensorFlow && size <= options.tfjsSize
        ? () => sampleOf(process.execPath, toolArgs('bench-tfjs', [...site, warmUp + 1, threads]))
        : undefined,
  };
  const [probe] = (await ownSample(...site, warmUp + 1, threads)).ms.slice(-1);
  const iterations = iterationsFor(options.seconds, probe!);
  const samples = new Map<Side, Sample[]>();
  for (let round = 0; round < options.rounds; round++) {
    say(`${layer} ${size}×${size}: round ${round + 1} of ${options.rounds}, ${iterations} iterations`);
    for (const [side, run] of Object.entries(sample) as [Side, (typeof sample)[Side]][]) {
      if (run) samples.set(side, [...(samples.get(side) ?? []), await run(iterations)]);
    }
  }
  const sides = Object.fromEntries([...samples].map(([side, taken]) => [side, summarize(taken)])) as Row['sides'];
  const gflop = countFlops(trainingModel({ layer: findLayer(layer), height: size, width: size })) / 1e9;
  const row: Row = { layer, size, gflop, sides };
  const { vggdraw, pytorch } = sides;
  if (!pytorch) return row;
  return { ...row, speed: pytorch.median / vggdraw!.median, memory: vggdraw!.peakMB / pytorch.peakMB };
}

function canResolve(name: string): boolean {
  try {
    createRequire(join(process.cwd(), 'package.json')).resolve(name);
    return true;
  } catch {
    return false;
  }
}

function printTable(all: Row[]): void {
  const write = (line: string) => process.stdout.write(`${line}\n`);
  const ms = (summary: Summary | undefined) => (summary ? spread(summary) : '–');
  const peak = (summary: Summary | undefined) => (summary ? String(summary.peakMB) : '–');
  const times = (ratio: number | undefined) => (ratio === undefined ? '–' : `${ratio.toFixed(2)}×`);
  write(`${machine()}, ${options.threads} threads; ms per iteration: median (min–max)`);
  write('');
  write(
    '| layer | size | ms | GFLOP/s | MB | `--exact` ms | MB | PyTorch ms | MB | speed | memory | TensorFlow.js ms |',
  );
  write(`|${' --- |'.repeat(12)}`);
  for (const { layer, size, gflop, sides, speed, memory } of all) {
    const { vggdraw, exact, pytorch, tfjs } = sides;
    const rate = (gflop / (vggdraw!.median / 1000)).toFixed(0);
    const own = [ms(vggdraw), rate, peak(vggdraw), ms(exact), peak(exact)];
    const cells = [layer, size, ...own, ms(pytorch), peak(pytorch), times(speed), times(memory), ms(tfjs)];
    write(`| ${cells.join(' | ')} |`);
  }
}
