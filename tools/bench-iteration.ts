/**
 * One side of the benchmark, in a process of its own: iterations of a drawing, each timed.
 * usage: node bench-iteration.js LAYER HEIGHT WIDTH ITERATIONS [THREADS|-] [PROVIDER] [exact]
 * prints one JSON line: {"ms": [per iteration], "maxRssMB": peak resident memory}
 */

import { toNetworkSpace } from '../src/colour/spaces.js';
import { drawingLoop } from '../src/drawing/loop.js';
import { fastDrawing } from '../src/drawing/plan/drawing-plan.js';
import { parsePreset } from '../src/drawing/recipe/preset.js';
import { findLayer } from '../src/networks/vgg19/layers.js';
import { loadWeights } from '../src/networks/vgg19/weights/load.js';
import { cpu, parseProviders } from '../src/runtime/provider.js';
import { loopOf } from '../test/support/loop.js';

const [layer = 'block2_conv2', height = '224', width = '224', ...rest] = process.argv.slice(2);
const [iterations = '10', threads = '-', provider = 'cpu', exact] = rest;
const [h, w] = [Number(height), Number(width)];
const phases = [{ layer, iterations: Number(iterations), learningRate: 0.7 }];
const preset = parsePreset({ canvas: { lower: 0, upper: 1 }, phases }, 'benchmark');
// Stripes; speed does not depend on what is drawn.
const photo = toNetworkSpace(Uint8Array.from({ length: 3 * h * w }, (_, i) => (i * 7) % 256));
const weights = await loadWeights('seeded:1', findLayer(layer));
const ms: number[] = [];
const choice = parseProviders(provider);
const computing = {
  threads: threads === '-' ? undefined : Number(threads),
  provider: choice === 'auto' ? cpu : choice[0],
};
const loop = loopOf(preset, { height: h, width: w }, weights);
const plan = fastDrawing(loop, loop.phases, computing.provider, exact === 'exact');
for await (const done of drawingLoop({ ...loop, photo, plan, ...computing })) {
  ms.push(Number(done.ms.toFixed(2)));
}
process.stdout.write(`${JSON.stringify({ ms, maxRssMB: Math.round(process.resourceUsage().maxRSS / 1024) })}\n`);
