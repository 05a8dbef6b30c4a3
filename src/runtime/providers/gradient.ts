/** The small graph that a provider is proven with: a drawing's gradient in miniature. */
import { differentiate, encodeModel, Graph, Operators, tensor } from '../../onnx/index.js';
import type { Provider } from '../provider.js';
import { openSession, Tensor } from '../session.js';
import { targetOf } from '../settings.js';

const side = 8;
const channels = 4;

/**
 * The loss and the gradient of the pixels, as a provider computes them. Everything in it is a small integer or a small multiple
 * of a power of two, on which every provider's arithmetic is exact, reduced precision included, so that what differs is wrong.
 * Integers make for ties in the pool as well, which a drawing has on blank paper.
 */
export async function computeGradient(provider: Provider, { optimize }: { optimize: boolean }): Promise<Float32Array> {
  const session = await openSession(encodeModel(gradientGraph(provider)), { provider, optimize });
  const pixels = new Tensor('float32', Float32Array.from(integers(3 * side * side, 4)), [1, 3, side, side]);
  const { loss, gradient } = await session.run({ pixels });
  return Float32Array.from([...(loss!.data as Float32Array), ...(gradient!.data as Float32Array)]);
}

function gradientGraph(provider: Provider): Graph {
  const graph = new Graph('proof');
  const o = new Operators(graph);
  const pixels = graph.input('pixels', 'float32', [1, 3, side, side]);
  const convolve = (x: string, inputs: number, index: number): string => {
    const kernel = tensor('float32', integers(channels * inputs * 9, 1), [channels, inputs, 3, 3]);
    const bias = tensor('float32', integers(channels, 2), [channels]);
    const operands = [graph.initializer(`kernel_${index}`, kernel), graph.initializer(`bias_${index}`, bias)];
    return graph.add('Relu', [graph.add('Conv', [x, ...operands], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] })]);
  };
  const first = convolve(pixels, 3, 1);
  const pooled = graph.add('MaxPool', [first], { kernel_shape: [2, 2], strides: [2, 2] });
  const activation = convolve(pooled, channels, 2);
  const shape = graph.shape(activation);
  const count = shape.reduce((product, length) => product * length, 1);
  const target = graph.initializer('target', tensor('float32', integers(count, 8), shape));
  const sum = graph.add('ReduceSumSquare', [o.sub(activation, target)], { keepdims: 0 });
  const loss = o.div(sum, 4 * count);
  const [gradient] = differentiate(graph, { of: loss, wrt: [pixels], target: targetOf(provider) });
  graph.output(loss, 'loss');
  graph.output(gradient!, 'gradient');
  return graph;
}

/** `count` integers from -limit to limit, the same every time, without a pattern that a pool or a convolution would share. */
function integers(count: number, limit: number): number[] {
  let state = count * 7 + limit;
  return Array.from({ length: count }, () => {
    // The generator of POSIX' rand(), whose high bits are the random ones.
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return ((state >>> 16) % (2 * limit + 1)) - limit;
  });
}
