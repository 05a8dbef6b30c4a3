/**
 * Checks the accelerators of a machine: whether they agree with the CPU, how long an iteration of a drawing takes on them and how
 * much of their memory, side by side with PyTorch where that is installed. Prints tables for BENCHMARKS.md.
 * Every measurement is a process of its own.
 */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { release, type, version } from 'node:os';
import { promisify } from 'node:util';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { messageOf } from '../src/errors.js';
import { inspectProviders } from '../src/runtime/providers/inspect.js';
import { runtimeVersion } from '../src/runtime/providers/package.js';
import { withPeakMemory } from './gpu-memory.js';
import {
  iterationsFor,
  machine,
  ownSample,
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
  .usage('npm run gpu-check -- [options]')
  .option('software', { type: 'boolean', default: false, describe: 'Check software renderers too' })
  .option('compared', {
    type: 'array',
    string: true,
    default: ['block1_conv2', 'block2_conv2', 'block3_conv3', 'block5_conv2', 'block5_pool'],
    describe: "Layers whose gradients are compared with the CPU's",
  })
  .option('comparedSize', { type: 'number', default: 128, describe: 'Side of the square picture for that' })
  .option('layers', {
    type: 'array',
    string: true,
    default: ['block2_conv2', 'block5_conv2'],
    describe: 'Layers to time',
  })
  .option('sizes', { type: 'array', number: true, default: [224, 512, 1024], describe: 'Sides of the square pictures' })
  .option('rounds', { type: 'number', default: 3, describe: 'Processes of each side' })
  .option('seconds', { type: 'number', default: 3, describe: 'About how long each process runs' })
  .option('peer', {
    type: 'string',
    default: '../shared/peers/pytorch_vgg19.py',
    describe: 'The PyTorch script; it is taken to compute on a GPU if its usage line ends in [DEVICE]',
  })
  .strict()
  .parseAsync();

const accelerators = (await inspectProviders()).filter(
  ({ name, usable, isSoftware }) => name !== 'cpu' && usable && (options.software || !isSoftware),
);
const peer = await findPeer();
await printHead();
if (accelerators.length === 0) {
  say(
    `there is nothing to check: 'vggdraw providers' says why${options.software ? '' : '; --software takes software renderers too'}`,
  );
  process.exit(1);
}
await printAgreement();
await printTimes();

async function printHead(): Promise<void> {
  const driver = await execute('nvidia-smi', ['--query-gpu=name,driver_version,memory.total', '--format=csv,noheader']);
  const lines = [
    machine(),
    `${type()} ${release()} ${version()}`,
    `onnxruntime-node ${runtimeVersion()}`,
    ...(driver === undefined ? [] : driver.split('\n').map((line) => `NVIDIA: ${line}`)),
    ...accelerators.map(({ name, device }) => `${name}: ${device ?? 'a device whose name is not known'}`),
    peer.text,
  ];
  print(`${lines.map((line) => `- ${line}`).join('\n')}\n`);
}

async function printAgreement(): Promise<void> {
  print(`Gradient of the pixels at ${options.comparedSize}², seeded weights, relative L2 distance from the CPU's:\n`);
  const rows = [];
  for (const { name } of accelerators) {
    const cells = [];
    for (const layer of options.compared) {
      say(`${name}: gradient of ${layer}`);
      const args = toolArgs('gpu-gradient', [layer, options.comparedSize, options.comparedSize, name]);
      cells.push(
        await attempt(async () =>
          (await sampleOf<{ difference: number }>(process.execPath, args)).difference.toExponential(1),
        ),
      );
    }
    rows.push([name, ...cells]);
  }
  printTable(['provider', ...options.compared], rows);
}

async function printTimes(): Promise<void> {
  print('Time and device memory of one iteration:\n');
  const rows = [];
  for (const { name } of accelerators) {
    for (const layer of options.layers) {
      for (const size of options.sizes) {
        const own = await measure(`${name}, ${layer}, ${size}²`, (iterations) =>
          ownSample(layer, size, size, iterations, '-', name),
        );
        const theirs = peer.device
          ? await measure(`PyTorch, ${layer}, ${size}²`, (iterations) =>
              sampleOf(peer.python!, [options.peer, layer, ...[size, size, iterations, 1].map(String), peer.device!]),
            )
          : undefined;
        const speed = own.median && theirs?.median ? `${(theirs.median / own.median).toFixed(2)}×` : '–';
        rows.push([name, layer, String(size), own.ms, own.memory, theirs?.ms ?? '–', theirs?.memory ?? '–', speed]);
      }
    }
  }
  printTable(
    ['provider', 'layer', 'size', 'ms per iteration, median (min–max)', 'peak MB', 'PyTorch ms', 'peak MB', 'speed'],
    rows,
  );
}

interface Cells {
  ms: string;
  memory: string;
  median?: number;
}

/** One side of a row: how long it takes, in rounds, and how much memory at most. */
async function measure(what: string, sample: (iterations: number) => Promise<Sample>): Promise<Cells> {
  try {
    const [probe] = (await sample(warmUp + 1)).ms.slice(-1);
    const iterations = iterationsFor(options.seconds, probe!);
    const samples: Sample[] = [];
    const peaks: number[] = [];
    for (let round = 0; round < options.rounds; round++) {
      say(`${what}: round ${round + 1} of ${options.rounds}, ${iterations} iterations`);
      const { result, peakMB } = await withPeakMemory(() => sample(iterations));
      samples.push(result);
      if (peakMB !== undefined) peaks.push(peakMB);
    }
    const summary = summarize(samples);
    return {
      ms: spread(summary),
      memory: peaks.length === 0 ? '–' : String(Math.max(...peaks)),
      median: summary.median,
    };
  } catch (error) {
    return { ms: failure(error), memory: '–' };
  }
}

async function attempt(compute: () => Promise<string>): Promise<string> {
  try {
    return await compute();
  } catch (error) {
    return failure(error);
  }
}

/** What goes into a table where a process failed; the rest of it goes to stderr. */
function failure(error: unknown): string {
  process.exitCode = 1;
  const text = messageOf(error);
  say(text);
  const [said] = text.split('\n').filter((line) => /error/i.test(line) && !line.startsWith('Command failed'));
  return `failed: ${(said ?? 'it ended without a word').trim().slice(0, 120).replaceAll('|', '/')}`;
}

/** PyTorch on the GPU: what runs it, or why it does not run. */
async function findPeer(): Promise<{ python?: string; device?: string; text: string }> {
  const not = (why: string) => ({ text: `PyTorch is not compared: ${why}` });
  const python = await pythonWithTorch();
  if (!python) return not('no python3 that imports torch');
  if (!existsSync(options.peer)) return not(`there is no ${options.peer}`);
  const usage = /^.*usage:.*$/im.exec(readFileSync(options.peer, 'utf8'))?.[0] ?? '';
  if (!/\[DEVICE\]\s*$/.test(usage))
    return not(`${options.peer} has no GPU mode (its usage line does not end in [DEVICE])`);
  const script =
    'import torch; print(torch.__version__, "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "")';
  const [torch, device] = ((await execute(python, ['-c', script])) ?? '').split(' ');
  if (!device) return not(`PyTorch ${torch} sees no GPU`);
  return { python, device, text: `PyTorch ${torch} on ${device}` };
}

/** What a program prints, or undefined where it cannot be run. */
async function execute(command: string, args: string[]): Promise<string | undefined> {
  return promisify(execFile)(command, args).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
}

function printTable(head: string[], rows: string[][]): void {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  print(`${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
