/**
 * Times torchvision's networks, forth and the gradient in the picture, against PyTorch on the same machine in the same run. Every measurement
 * is a process of its own, and the sides take turns. Takes a python3 that imports torchvision.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { differentiate, encodeModelAndData, loadModel, tuneForCpu } from '../src/onnx/index.js';
import {
  iterationsFor,
  machine,
  median,
  pythonWithTorch,
  type Sample,
  sampleOf,
  say,
  spread,
  summarize,
  toolArgs,
  warmUp,
} from './measuring.js';

const options = await yargs(hideBin(process.argv))
  .usage('npm run bench-networks -- [options]')
  .option('networks', {
    type: 'array',
    string: true,
    default: ['resnet50', 'mobilenet_v2', 'efficientnet_b0', 'squeezenet1_1', 'vgg19', 'vit_b_16'],
    describe: "Networks, by torchvision's names",
  })
  .option('rounds', { type: 'number', default: 3, describe: 'Processes of each side' })
  .option('seconds', { type: 'number', default: 4, describe: 'About how long each process runs' })
  .option('threads', { type: 'number', default: cpus().length, describe: 'Threads of each side' })
  .strict()
  .parseAsync();

const python = await pythonWithTorch();
if (!python) throw new Error('there is no python3 that imports torch (Debian: python3-torch, python3-torchvision)');
// Seen from dist/tools, where this runs.
const script = join(import.meta.dirname, '../../tools/networks.py');
const folder = await mkdtemp(join(tmpdir(), 'vggdraw-networks-'));
const write = (line: string) => process.stdout.write(`${line}\n`);
write(`${machine()}, ${options.threads} threads; ms: median (min–max); speed is of the medians, and of the least`);
write('');
write('| network | ms | MB | PyTorch ms | MB | speed | memory | loading s |');
write(`|${' --- |'.repeat(8)}`);
try {
  for (const name of options.networks) write(await row(name, python));
} finally {
  await rm(folder, { recursive: true });
}

async function row(name: string, interpreter: string): Promise<string> {
  const model = join(folder, `${name}.onnx`);
  await promisify(execFile)(interpreter, [script, 'export', name, model]);
  const gradient = join(folder, `${name}-gradient.onnx`);
  const seconds = await makeGradient(model, gradient);
  const sides = [
    (iterations: number) =>
      sampleOf(process.execPath, toolArgs('bench-network', [gradient, iterations, options.threads])),
    (iterations: number) => sampleOf(interpreter, [script, 'time', name, String(iterations), String(options.threads)]),
  ];
  const iterations: number[] = [];
  for (const side of sides) iterations.push(iterationsFor(options.seconds, (await side(warmUp + 1)).ms.at(-1)!));
  const samples: Sample[][] = sides.map(() => []);
  for (let round = 0; round < options.rounds; round++) {
    say(`${name}: round ${round + 1} of ${options.rounds}`);
    for (const [i, side] of sides.entries()) samples[i]!.push(await side(iterations[i]!));
  }
  await rm(model);
  const [own, theirs] = samples.map(summarize) as [ReturnType<typeof summarize>, ReturnType<typeof summarize>];
  const speed = [theirs.median / own.median, theirs.min / own.min].map((ratio) => `${ratio.toFixed(2)}×`).join(', ');
  const cells = [name, spread(own), own.peakMB, spread(theirs), theirs.peakMB, speed];
  return `| ${[...cells, `${(own.peakMB / theirs.peakMB).toFixed(2)}×`, seconds.toFixed(2)].join(' | ')} |`;
}

/** Writes the model with its gradient, and its weights beside. @returns seconds without reading and writing, the median of three. */
async function makeGradient(model: string, path: string): Promise<number> {
  const bytes = await readFile(model);
  const seconds: number[] = [];
  const location = 'weights.data';
  for (let i = 0; ; i++) {
    const start = performance.now();
    const graph = loadModel(bytes);
    const [gradient] = differentiate(graph, { of: 'loss', wrt: ['x'], target: 'cpu' });
    graph.output(gradient, 'x_grad');
    const files = encodeModelAndData(tuneForCpu(graph), location);
    seconds.push((performance.now() - start) / 1000);
    if (i < 2) continue;
    await writeFile(path, files.model);
    await writeFile(join(folder, location), files.data);
    return median(seconds);
  }
}
