/**
 * Times one iteration of a drawing, against PyTorch on the same machine in the same run where it is installed.
 * Every measurement is a process of its own; the two sides take turns, so that a machine that slows down slows both.
 */
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
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
  warmUp,
} from './measuring.js';

interface Row {
  layer: string;
  size: number;
  ours: Summary;
  pytorch?: Summary;
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
    default: ['block2_conv2', 'block5_conv2'],
    describe: 'Layers to draw from',
  })
  .option('sizes', { type: 'array', number: true, default: [224, 512], describe: 'Sides of the square picture' })
  .option('rounds', { type: 'number', default: 5, describe: 'Processes of each side' })
  .option('seconds', { type: 'number', default: 6, describe: 'About how long each process runs' })
  .option('threads', { type: 'number', default: cpus().length, describe: 'Threads of each side' })
  .option('peer', { type: 'string', default: '../shared/peers/pytorch_vgg19.py', describe: 'The PyTorch script' })
  .option('json', { type: 'boolean', default: false, describe: 'Print JSON' })
  .strict()
  .parseAsync();

const python = await pythonWithTorch();
if (!python) say('PyTorch is not compared: no python3 that imports torch (Debian: apt-get install python3-torch)');
else if (!existsSync(options.peer)) say(`PyTorch is not compared: there is no ${options.peer}`);

const rows: Row[] = [];
for (const layer of options.layers) {
  for (const size of options.sizes) rows.push(await measure(layer, size));
}
if (options.json) process.stdout.write(`${JSON.stringify({ machine: machine(), threads: options.threads, rows })}\n`);
else printTable(rows);

async function measure(layer: string, size: number): Promise<Row> {
  const [probe] = (await ownSample(layer, size, size, warmUp + 1, options.threads)).ms.slice(-1);
  const iterations = iterationsFor(options.seconds, probe!);
  const samples: { ours: Sample[]; pytorch: Sample[] } = { ours: [], pytorch: [] };
  for (let round = 0; round < options.rounds; round++) {
    say(`${layer} ${size}×${size}: round ${round + 1} of ${options.rounds}, ${iterations} iterations`);
    samples.ours.push(await ownSample(layer, size, size, iterations, options.threads));
    if (python && existsSync(options.peer)) {
      samples.pytorch.push(
        await sampleOf(python, [options.peer, layer, ...[size, size, iterations, options.threads].map(String)]),
      );
    }
  }
  const row: Row = { layer, size, ours: summarize(samples.ours) };
  if (samples.pytorch.length === 0) return row;
  const pytorch = summarize(samples.pytorch);
  return { ...row, pytorch, speed: pytorch.median / row.ours.median, memory: row.ours.peakMB / pytorch.peakMB };
}

function printTable(all: Row[]): void {
  const cells = (summary: Summary) => `${spread(summary)} | ${summary.peakMB}`;
  process.stdout.write(`${machine()}, ${options.threads} threads\n\n`);
  process.stdout.write(
    '| layer | size | ms per iteration, median (min–max) | peak MB | PyTorch ms | peak MB | speed | memory |\n',
  );
  process.stdout.write('| --- | --- | --- | --- | --- | --- | --- | --- |\n');
  for (const { layer, size, ours: own, pytorch, speed, memory } of all) {
    const peer = pytorch ? `${cells(pytorch)} | ${speed!.toFixed(2)}× | ${memory!.toFixed(2)}×` : '– | – | – | –';
    process.stdout.write(`| ${layer} | ${size} | ${cells(own)} | ${peer} |\n`);
  }
}
