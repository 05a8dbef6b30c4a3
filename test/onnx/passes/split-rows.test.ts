import { describe, expect, test } from '@jest/globals';
import {
  differentiate,
  encodeModel,
  Graph,
  Operators,
  splitRows,
  tensor,
  type Value,
} from '../../../src/onnx/index.js';
import { openSession, Tensor } from '../../../src/runtime/session.js';
import { integer, uniforms } from '../../support/random.js';
import { relativeError } from '../../support/relative-error.js';

const height = 40;
const pixelsShape = [1, 3, height, 9];

/** A layer of a random network, with any stride, dilation and padding that windows can have. */
function appendRandomLayer(graph: Graph, value: Value): Value {
  const o = new Operators(graph);
  const channels = graph.shape(value)[1]!;
  const pick = integer(0, 5);
  if (pick === 0) return graph.add('Relu', [value]);
  if (pick === 1) return o.mul(graph.add('Relu', [value]), value);
  if (pick === 2) return o.add(value, graph.initializer(graph.unusedName('offset'), constant([1, channels, 1, 1])));
  const pads = [integer(0, 1), integer(0, 1), integer(0, 1), integer(0, 1)];
  const strides = [integer(1, 2), 1];
  if (pick === 3) return graph.add('MaxPool', [value], { kernel_shape: [2, 2], strides, pads });
  const kernel = graph.initializer(graph.unusedName('kernel'), constant([4, channels, 3, 2]));
  const bias = graph.initializer(graph.unusedName('bias'), constant([4]));
  return graph.add('Conv', [value, kernel, bias], { pads, strides, dilations: [integer(1, 2), 1] });
}

const constant = (shape: number[]) => tensor('float32', uniforms(shape), shape);

/** The graph's value in its middle, `joined`, and the one at its end, `activation`. */
function randomNetwork(): { graph: Graph; joined: Value; activation: Value } {
  const graph = new Graph('network');
  const pixels = graph.input('pixels', 'float32', pixelsShape);
  const joined = [1, 2, 3].reduce((value) => appendRandomLayer(graph, value), appendConvolution(graph, pixels));
  const activation = appendRandomLayer(graph, joined);
  return { graph, joined, activation };
}

function appendConvolution(graph: Graph, value: Value): Value {
  const kernel = graph.initializer('first_kernel', constant([4, 3, 3, 3]));
  return graph.add('Conv', [value, kernel], { pads: [1, 1, 1, 1] });
}

/** The activation, and the gradient of the sum of its squares. */
async function evaluate(graph: Graph, activation: Value, pixels: Float32Array) {
  const of = graph.add('ReduceSumSquare', [activation], { keepdims: 0 });
  const [gradient] = differentiate(graph, { of, wrt: ['pixels'] });
  graph.output(activation, 'y');
  graph.output(gradient!, 'dx');
  const session = await openSession(encodeModel(graph));
  const { y, dx } = await session.run({ pixels: new Tensor('float32', pixels, pixelsShape) });
  await session.release();
  return { y: y!, dx: dx! };
}

describe('splitRows', () => {
  test.each(Array.from({ length: 24 }, (_, i) => i))('a random network, %i: the same values and gradient', async () => {
    const { graph, joined, activation } = randomNetwork();
    const bands = integer(2, Math.min(6, graph.shape(joined)[2]!));
    const split = splitRows(graph, joined, bands, [activation]);
    const pixels = Float32Array.from(uniforms(pixelsShape));
    const expected = await evaluate(graph, activation, pixels);
    const { y, dx } = await evaluate(split, activation, pixels);
    expect(y.dims).toEqual(expected.y.dims);
    // Sums over windows, in an order that may differ with the shape.
    expect(relativeError(y.data as Float32Array, expected.y.data as Float32Array)).toBeLessThan(1e-6);
    expect(relativeError(dx.data as Float32Array, expected.dx.data as Float32Array)).toBeLessThan(1e-6);
  });

  /** 3×3 convolutions and a 2×2 pool: block 1 of VGG-19, but narrower. */
  const block = () => {
    const graph = new Graph('block');
    const pixels = graph.input('pixels', 'float32', [1, 3, 16, 8]);
    const second = graph.initializer('second_kernel', constant([4, 4, 3, 3]));
    const inner = graph.add('Relu', [appendConvolution(graph, pixels)]);
    const outer = graph.add('Conv', [inner, second], { pads: [1, 1, 1, 1] });
    const joined = graph.add('MaxPool', [outer], { kernel_shape: [2, 2], strides: [2, 2] });
    graph.output(joined, 'y');
    return { graph, inner, joined };
  };

  test('a band is computed from the rows that it looks at, and padded only where the picture ends', () => {
    const { graph, joined } = block();
    const split = splitRows(graph, joined, 4);
    const convolutions = split.nodes.filter(({ opType }) => opType === 'Conv');
    const rows = convolutions.map(({ inputs }) => split.shape(inputs[0]!)[2]);
    expect(rows).toEqual([6, 5, 8, 6, 8, 6, 6, 5]);
    expect(convolutions.map(({ attributes }) => attributes.pads)).toEqual([
      [1, 1, 0, 1],
      [1, 1, 0, 1],
      ...Array(4).fill([0, 1, 0, 1]),
      [0, 1, 1, 1],
      [0, 1, 1, 1],
    ]);
  });

  test('nothing is there as a whole but what is joined, and what else is wanted', () => {
    const { graph, inner, joined } = block();
    const wholes = (split: Graph) =>
      split.nodes.filter(({ outputs }) => graph.has(outputs[0]!)).map((node) => node.opType);
    expect(wholes(splitRows(graph, joined, 2))).toEqual(['Concat', 'Identity']);
    expect(wholes(splitRows(graph, joined, 2, [inner]))).toEqual(['Concat', 'Identity', 'Conv', 'Relu']);
  });

  test('takes the same inputs and gives the same outputs', () => {
    const { graph, joined } = block();
    const split = splitRows(graph, joined, 3);
    expect([split.inputs, split.outputs]).toEqual([graph.inputs, graph.outputs]);
    expect(split.type('y')).toEqual(graph.type('y'));
  });
});
