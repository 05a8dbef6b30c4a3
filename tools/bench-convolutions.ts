/**
 * Compares the model of what convolutions cost (src/onnx/passes/winograd/cost.ts) with measurements: VGG-19's convolutions, each and
 * its gradient's as a pair, computed directly and by Winograd's method in turns. Prints the seconds of a convolution in milliseconds.
 */
import { setTimeout } from 'node:timers/promises';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { findLayer, layersThrough } from '../src/networks/vgg19/layers.js';
import { encodeModel, Graph, type Value } from '../src/onnx/index.js';
import {
  type ConvolutionSite,
  chooseWinograd,
  directSeconds,
  kernelTransformGraph,
  rewriteWinograd,
  type WinogradChoice,
  winogradSeconds,
} from '../src/onnx/passes/winograd/index.js';
import { openSession, Tensor } from '../src/runtime/session.js';
import { machine, median, say } from './measuring.js';

/** Runs in a row that count as one. */
const repeats = 3;

const options = await yargs(hideBin(process.argv))
  .usage('npm run bench-convolutions -- [options]')
  .option('sizes', { type: 'array', number: true, default: [224, 512], describe: 'Sides of the square picture' })
  .option('rounds', { type: 'number', default: 9, describe: 'Measurements of each, of which the median counts' })
  .option('threads', { type: 'number', describe: 'Threads that compute' })
  .strict()
  .parseAsync();

process.stdout.write(`${machine()}; ms of one convolution: expected, measured\n\n`);
process.stdout.write(`| channels | side | chosen | direct | | Winograd | | ratio | |\n|${' --- |'.repeat(9)}\n`);
for (const size of options.sizes) {
  for (const site of sites(size)) {
    say(`${site.inChannels}→${site.outChannels} at ${site.height}`);
    const chosen = chooseWinograd(site);
    const choice = chosen ?? { tile: 4, parts: 1 };
    const [direct, winograd] = await measure(site, choice);
    const expected = [directSeconds(site) * 1e3, winogradSeconds(site, choice) * 1e3] as const;
    const cells = [
      `${site.inChannels}→${site.outChannels}`,
      site.height,
      chosen ? `${chosen.tile}×${chosen.tile}, ${chosen.parts} parts` : 'direct',
      ...[expected[0], direct, expected[1], winograd, expected[0] / expected[1], direct / winograd].map((value) =>
        value.toFixed(2),
      ),
    ];
    process.stdout.write(`| ${cells.join(' | ')} |\n`);
  }
}

/** The different convolutions of the network at a picture's size. */
function sites(size: number): ConvolutionSite[] {
  const found = new Map<string, ConvolutionSite>();
  let side = size;
  for (const layer of layersThrough(findLayer('block5_conv4'))) {
    if (layer.kind === 'pool') side = Math.floor(side / 2);
    else if (layer.inChannels >= 64) {
      const { inChannels, outChannels } = layer;
      found.set(`${inChannels} ${outChannels} ${side}`, { inChannels, outChannels, height: side, width: side });
    }
  }
  return [...found.values()];
}

/** Milliseconds of a convolution, directly and by Winograd's method: of a long chain less a short one, over the difference. */
async function measure(site: ConvolutionSite, choice: WinogradChoice): Promise<[direct: number, winograd: number]> {
  const [few, many] = [1, 3];
  const runs: (() => Promise<unknown>)[] = [];
  for (const winograd of [false, true]) {
    for (const pairs of [few, many]) runs.push(await open(chain(site, pairs), winograd ? choice : undefined));
  }
  const times = runs.map((): number[] => []);
  for (let round = 0; round < options.rounds; round++) {
    for (const [i, run] of runs.entries()) {
      // The threads of the session before spin for a while, on cores that this one needs; its own have to wake up.
      await setTimeout(50);
      await run();
      const started = performance.now();
      for (let repeat = 0; repeat < repeats; repeat++) await run();
      times[i]!.push((performance.now() - started) / repeats);
    }
  }
  const [fewDirect, manyDirect, fewWinograd, manyWinograd] = times.map(median) as [number, number, number, number];
  const convolutions = 2 * (many - few);
  return [(manyDirect - fewDirect) / convolutions, (manyWinograd - fewWinograd) / convolutions];
}

/** Convolutions there and back again, each with its ReLU. */
function chain({ inChannels, outChannels, height, width }: ConvolutionSite, pairs: number): Graph {
  const graph = new Graph('chain');
  let value: Value = graph.input('pixels', 'float32', [1, inChannels, height, width]);
  for (let i = 0; i < pairs; i++) {
    for (const [from, to] of [
      [inChannels, outChannels],
      [outChannels, inChannels],
    ] as const) {
      const name = `kernel ${i} ${from}→${to}${from === to ? ` ${graph.nodes.length}` : ''}`;
      const kernel = Float32Array.from({ length: 9 * from * to }, (_, k) => (((k * 7919) % 1001) / 1001 - 0.5) / from);
      const data = new Uint8Array(kernel.buffer);
      const initializer = graph.initializer(name, { dtype: 'float32', shape: [to, from, 3, 3], data });
      const bias = graph.constant('float32', Array<number>(to).fill(0.1));
      value = graph.add('Relu', [graph.add('Conv', [value, initializer, bias], { pads: [1, 1, 1, 1] })]);
    }
  }
  graph.output(graph.add('ReduceSum', [value], { keepdims: 0 }), 'sum');
  return graph;
}

async function open(graph: Graph, choice: WinogradChoice | undefined): Promise<() => Promise<unknown>> {
  const { threads } = options;
  const { shape } = graph.type('pixels');
  const length = shape.reduce((product, side) => product * side, 1);
  const feeds: Record<string, Tensor> = {
    pixels: new Tensor(
      'float32',
      Float32Array.from({ length }, (_, i) => Math.sin(i)),
      shape,
    ),
  };
  const { graph: rewritten, kernels, tables } = rewriteWinograd(graph, () => choice);
  for (const { input, kernel, tile } of kernels) {
    const { shape: sides, data } = graph.initializers.get(kernel)!;
    const count = sides[0]! * sides[1]!;
    const session = await openSession(encodeModel(kernelTransformGraph(count, tile)), { threads });
    const values = new Float32Array((data as Uint8Array).buffer as ArrayBuffer);
    const { transformed } = await session.run({ kernel: new Tensor('float32', values, [1, 1, count, 9]) });
    feeds[input] = (transformed as Tensor).reshape([(tile + 2) ** 2, sides[0]!, sides[1]!]);
    await session.release();
  }
  for (const [name, table] of tables) {
    feeds[name] = new Tensor(table instanceof Int32Array ? 'int32' : 'float32', table, [1, 1, table.length]);
  }
  const session = await openSession(encodeModel(choice ? rewritten : graph), { threads });
  return () => session.run(choice ? feeds : { pixels: feeds.pixels! });
}
