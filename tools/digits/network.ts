/** A small convolutional network for pictures of digits, written as an ONNX graph. */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { Graph, sizeOf, tensor } from '../../src/onnx/index.js';
import type { Trainer } from '../../src/training/trainer.js';
import { type Digits, side } from './pictures.js';

/** Channels of the two convolutions; each is followed by a ReLU and a pool, and both by one layer of ten classes. */
const channels = [16, 32] as const;

/** Input `pictures` [batch, 1, 28, 28], output `scores` [batch, 10]; its weights are uniform in ±1/√(inputs of a sum). */
export function digitsNetwork(batch: number, seed: number): Graph {
  const graph = new Graph('digits');
  const random = xoroshiro128plus(seed);
  const parameter = (name: string, shape: readonly number[], inputs: number): string => {
    const bound = 1 / Math.sqrt(inputs);
    const values = Array.from({ length: sizeOf(shape) }, () => bound * (2 * uniformFloat64(random) - 1));
    return graph.initializer(name, tensor('float32', values, shape));
  };
  let value = graph.input('pictures', 'float32', [batch, 1, side, side]);
  let before = 1;
  channels.forEach((count, i) => {
    const weight = parameter(`conv${i + 1}.weight`, [count, before, 3, 3], before * 9);
    const bias = parameter(`conv${i + 1}.bias`, [count], before * 9);
    value = graph.add('Conv', [value, weight, bias], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] });
    value = graph.add('MaxPool', [graph.add('Relu', [value])], { kernel_shape: [2, 2], strides: [2, 2] });
    before = count;
  });
  const features = before * (side / 4) ** 2;
  const weight = parameter('classes.weight', [10, features], features);
  const scores = graph.add('Gemm', [graph.add('Flatten', [value]), weight, parameter('classes.bias', [10], features)], {
    transB: 1,
  });
  graph.output(scores, 'scores');
  return graph;
}

export const batchSize = 64;

/**
 * How it is trained, with PyTorch beside it: SGD with a momentum of 0.9. With higher rates PyTorch's own losses, in float32 and in float64,
 * part by more than 1e-4 within 100 steps, because what is rounded decides which side of a ReLU, and which pixel of a pool, is taken.
 */
export const trainings = [
  { name: 'adamw', rate: 0.0005 },
  { name: 'sgd', rate: 0.005 },
] as const;

/** The batch of a step, counted from 0; behind the last one the first comes again. */
export function batchOf({ pictures, labels }: Digits, step: number, size = batchSize) {
  const batches = Math.floor(labels.length / size);
  const [from, pixels] = [(step % batches) * size, side * side];
  return {
    pictures: pictures.subarray(from * pixels, (from + size) * pixels),
    labels: labels.subarray(from, from + size),
  };
}

/** Which part of the digits, in whole batches, have the highest score where they should. */
export async function accuracy(trainer: Trainer, digits: Digits): Promise<number> {
  const batches = Math.floor(digits.labels.length / batchSize);
  let right = 0;
  for (let i = 0; i < batches; i++) {
    const batch = batchOf(digits, i);
    const scores = (await trainer.evaluate(batch)).outputs.scores!;
    batch.labels.forEach((label, n) => {
      const own = scores.subarray(10 * n, 10 * n + 10);
      if (own.indexOf(Math.max(...own)) === label) right++;
    });
  }
  return right / (batches * batchSize);
}
