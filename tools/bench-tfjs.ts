/**
 * TensorFlow.js' side of the benchmark: one iteration on its WebAssembly backend, with the packages that the current folder has
 * (npm install --no-save @tensorflow/tfjs @tensorflow/tfjs-backend-wasm).
 * usage: node bench-tfjs.js LAYER HEIGHT WIDTH ITERATIONS [THREADS]
 * prints one JSON line: {"ms": [per iteration], "maxRssMB": peak resident memory}
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { findLayer, layersThrough } from '../src/networks/vgg19/layers.js';

/** What is used of TensorFlow.js, which is no dependency of ours. */
interface TensorLike {
  data(): Promise<Float32Array>;
}
interface TensorFlow {
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  tidy<T>(compute: () => T): T;
  variable(initial: TensorLike): TensorLike;
  ones(shape: number[]): TensorLike;
  randomUniform(shape: number[], low: number, high: number): TensorLike;
  randomNormal(shape: number[], mean: number, deviation: number): TensorLike;
  conv2d(x: TensorLike, kernel: TensorLike, strides: number, padding: string): TensorLike;
  relu(x: TensorLike): TensorLike;
  maxPool(x: TensorLike, side: number, strides: number, padding: string): TensorLike;
  sub(a: TensorLike, b: TensorLike): TensorLike;
  square(x: TensorLike): TensorLike;
  sum(x: TensorLike): TensorLike;
  train: { adam(rate: number): { minimize(cost: () => TensorLike, returnCost: true, of: TensorLike[]): TensorLike } };
}

const [name = 'block2_conv2', height = '224', width = '224', iterations = '3', threads = '1'] = process.argv.slice(2);
const require = createRequire(join(process.cwd(), 'package.json'));
const tf = require('@tensorflow/tfjs') as TensorFlow;
const wasm = require('@tensorflow/tfjs-backend-wasm') as { setThreadsCount(count: number): void };
wasm.setThreadsCount(Number(threads));
await tf.setBackend('wasm');
await tf.ready();

// Weights are random (speed does not depend on them).
const layers = layersThrough(findLayer(name)).map((layer) => ({
  kernel:
    layer.kind === 'pool'
      ? undefined
      : tf.randomNormal([3, 3, layer.inChannels, layer.outChannels], 0, Math.sqrt(2 / (9 * layer.inChannels))),
}));
const network = (pixels: TensorLike): TensorLike =>
  layers.reduce(
    (x, { kernel }) => (kernel ? tf.relu(tf.conv2d(x, kernel, 1, 'same')) : tf.maxPool(x, 2, 2, 'valid')),
    pixels,
  );
const shape = [1, Number(height), Number(width), 3];
const target = tf.tidy(() => network(tf.randomUniform(shape, -117, 138)));
const pixels = tf.variable(tf.ones(shape));
const optimizer = tf.train.adam(0.7);
const ms: number[] = [];
for (let i = 0; i < Number(iterations); i++) {
  const started = performance.now();
  const loss = optimizer.minimize(() => tf.sum(tf.square(tf.sub(network(pixels), target))), true, [pixels]);
  await loss.data();
  ms.push(Number((performance.now() - started).toFixed(2)));
}
process.stdout.write(`${JSON.stringify({ ms, maxRssMB: Math.round(process.resourceUsage().maxRSS / 1024) })}\n`);
