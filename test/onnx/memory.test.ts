import { describe, expect, test } from '@jest/globals';
import { differentiate, Graph, Operators, peakBytes, tensor } from '../../src/onnx/index.js';

const floats = (count: number): number => 4 * count;

describe('peakBytes', () => {
  test('a chain holds two of its values at a time, and its input throughout', () => {
    const graph = new Graph('chain');
    let value = graph.input('x', 'float32', [100]);
    for (let i = 0; i < 5; i++) value = graph.add('Exp', [value]);
    graph.output(value, 'y');
    expect(peakBytes(graph)).toBe(floats(100) * 3);
  });

  test('what the gradient needs is held until it is used', () => {
    const graph = new Graph('gradient');
    const x = graph.input('x', 'float32', [100]);
    let value: string = x;
    for (let i = 0; i < 5; i++) value = graph.add('Exp', [value]);
    const sum = graph.add('ReduceSum', [value], { keepdims: 0 });
    const [gradient] = differentiate(graph, { of: sum, wrt: [x] });
    graph.output(gradient!, 'x_grad');
    // The input, all five outputs, and beside them the gradient while it is expanded and multiplied.
    expect(peakBytes(graph)).toBeGreaterThanOrEqual(floats(100) * 7);
    expect(peakBytes(graph)).toBeLessThan(floats(100) * 9);
  });

  test('outputs are held to the end', () => {
    const graph = new Graph('outputs');
    const x = graph.input('x', 'float32', [100]);
    for (let i = 0; i < 4; i++) graph.output(graph.add('Exp', [x]), `y${i}`);
    expect(peakBytes(graph)).toBeGreaterThanOrEqual(floats(100) * 5);
  });

  test('constants take nothing, and neither does what is folded out of them', () => {
    const graph = new Graph('constants');
    const o = new Operators(graph);
    const x = graph.input('x', 'float32', [10]);
    const table = graph.initializer('table', tensor('float32', Array(1000).fill(1), [1000]));
    const total = o.reduceSum(graph.add('Exp', [table]), [0], false);
    graph.output(o.mul(x, total), 'y');
    expect(peakBytes(graph)).toBeLessThanOrEqual(floats(10) * 3);
  });

  describe('convolutions', () => {
    const graph = (): Graph => {
      const convolutions = new Graph('convolutions');
      let value = convolutions.input('x', 'float32', [1, 32, 10, 10]);
      convolutions.initializer('kernel', tensor('float32', Array(32 * 32).fill(0.1), [32, 32, 1, 1]));
      for (let i = 0; i < 3; i++) value = convolutions.add('Relu', [convolutions.add('Conv', [value, 'kernel'])]);
      convolutions.output(value, 'y');
      return convolutions;
    };

    test('a ReLU is part of its convolution', () => {
      // The input, and a convolution's own input and output.
      expect(peakBytes(graph())).toBe(floats(3200) * 3);
    });

    test('what reads another layout reads a copy', () => {
      const copied = graph();
      const last = copied.producer('y')!.inputs[0]!;
      copied.output(copied.add('ReduceSum', [copied.add('Conv', [last, 'kernel'])], { keepdims: 0 }), 'sum');
      // The input; the last value in both layouts, because a convolution is still to read it; and the output that is its copy.
      expect(peakBytes(copied)).toBe(floats(3200) * 4);
    });
  });
});
