/**
 * One side of the benchmark, in a process of its own: iterations of a drawing, each timed.
 * usage: node bench-iteration.js LAYER HEIGHT WIDTH ITERATIONS [THREADS|-] [PROVIDER]
 * prints one JSON line: {"ms": [per iteration], "maxRssMB": peak resident memory}
 */
import { drawingLoop } from '../src/drawing/loop.js';
import { parsePreset } from '../src/drawing/preset.js';
import { cpu, parseProviders } from '../src/runtime/provider.js';
import { findLayer } from '../src/vgg19/layers.js';
import { toNetworkSpace } from '../src/vgg19/preprocessing.js';
import { loadWeights } from '../src/vgg19/weights/source.js';

const [layer = 'block2_conv2', height = '224', width = '224', iterations = '10', threads = '-', provider = 'cpu'] =
  process.argv.slice(2);
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
for await (const done of drawingLoop({ photo, height: h, width: w, preset, weights, ...computing })) {
  ms.push(Number(done.ms.toFixed(2)));
}
process.stdout.write(`${JSON.stringify({ ms, maxRssMB: Math.round(process.resourceUsage().maxRSS / 1024) })}\n`);
