import { describe, expect, test } from '@jest/globals';
import { Graph, Operators, tensor } from '../../src/onnx/index.js';

describe('Graph', () => {
  test('knows type and shape of every value as it is added', () => {
    const graph = new Graph('g');
    const x = graph.input('x', 'float32', [1, 3, 8, 6]);
    const kernel = graph.initializer('k', tensor('float32', Array(4 * 3 * 9).fill(0), [4, 3, 3, 3]));
    const y = graph.add('Conv', [x, kernel], { pads: [1, 1, 1, 1] });
    expect(graph.type(y)).toEqual({ dtype: 'float32', shape: [1, 4, 8, 6] });
    expect(graph.type(graph.add('Greater', [y, y]))).toEqual({ dtype: 'bool', shape: [1, 4, 8, 6] });
  });

  test('makes up names that are not taken', () => {
    const graph = new Graph('g');
    const x = graph.input('Relu_output', 'float32', [2]);
    const names = [graph.add('Relu', [x]), graph.add('Relu', [x]), x];
    expect(new Set(names).size).toBe(3);
    expect(new Set(graph.nodes.map(({ name }) => name)).size).toBe(2);
  });

  test('keeps the names it is given', () => {
    const graph = new Graph('g');
    const [y] = graph.node('Relu', [graph.input('x', 'float32', [2])], { outputs: ['y'], name: 'first' });
    expect(y).toBe('y');
    expect(graph.producer('y')?.name).toBe('first');
  });

  test('makes a small constant once', () => {
    const graph = new Graph('g');
    expect(graph.constant('float32', [2], [])).toBe(graph.constant('float32', [2], []));
    expect(graph.constant('float32', [2], [])).not.toBe(graph.constant('float64', [2], []));
    expect(graph.constant('float32', [2], [])).not.toBe(graph.constant('float32', [2], [1]));
    expect(graph.constant('float32', [0], [])).not.toBe(graph.constant('float32', [-0], []));
  });

  test('makes an input a constant', () => {
    const graph = new Graph('g');
    const [x, t] = [graph.input('x', 'float32', [2]), graph.input('t', 'float32', [2])];
    const y = graph.add('Sub', [x, t]);
    graph.fix(t, { location: 'values', offset: 0, length: 8 });
    expect(graph.inputs).toEqual(['x']);
    expect(graph.initializers.get(t)).toMatchObject({ dtype: 'float32', shape: [2], data: { location: 'values' } });
    expect(graph.type(y)).toEqual({ dtype: 'float32', shape: [2] });
    expect(() => graph.fix(t, new Uint8Array(8))).toThrow("there is no input 't'");
  });

  test('refuses a value that does not exist, and a name that is taken', () => {
    const graph = new Graph('g');
    graph.input('x', 'float32', [2]);
    expect(() => graph.node('Relu', ['nothing'], { name: 'r' })).toThrow("Relu node 'r': there is no value 'nothing'");
    expect(() => graph.input('x', 'float32', [2])).toThrow("two values named 'x'");
    graph.node('Relu', ['x'], { name: 'r' });
    expect(() => graph.node('Relu', ['x'], { name: 'r' })).toThrow("two nodes named 'r'");
  });

  test('refuses shapes that can not be, whether given or stated by a file', () => {
    const graph = new Graph('g');
    const sides = [[-1, -3], [1.5], [Number.NaN], [2 ** 53], [2 ** 40, 2 ** 40]];
    for (const shape of sides) {
      expect(() => graph.input('x', 'float32', shape)).toThrow("the input 'x' can't be");
      const types = [{ dtype: 'float32', shape }] as const;
      expect(() => graph.node('Unknown', [], { types, name: 'n' })).toThrow("Unknown node 'n': its output can't be");
    }
  });

  test('products of products are followed only so far, or a file could ask for 2^60 of them', () => {
    const graph = new Graph('g');
    const o = new Operators(graph);
    let value = graph.constant('int64', [1]);
    expect(graph.constantValues(o.mul(value, o.mul(value, 2)))).toEqual([2]);
    for (let i = 0; i < 60; i++) value = o.mul(value, value);
    expect(graph.constantValues(value)).toBeUndefined();
  });

  test('has no type for the output of an operator it does not know, and says so when asked', () => {
    const graph = new Graph('g');
    const [y] = graph.node('Unheard', [graph.input('x', 'float32', [2])], { name: 'first' });
    const z = graph.add('Neg', [graph.add('Exp', [y!])]);
    expect(graph.knownType(z)).toBeUndefined();
    expect(() => graph.shape(z)).toThrow("there is no shape inference for Unheard (node 'first')");
  });

  test('an output under another name is an identity', () => {
    const graph = new Graph('g');
    graph.output(graph.input('x', 'float32', [2]), 'y');
    expect(graph.outputs).toEqual(['y']);
    expect(graph.producer('y')?.opType).toBe('Identity');
  });
});

describe('Operators', () => {
  test('a number takes the type of the value beside it', () => {
    const graph = new Graph('g');
    const o = new Operators(graph);
    expect(graph.dtype(o.mul(2, graph.input('x', 'float64', [3])))).toBe('float64');
    expect(graph.dtype(o.add(graph.input('n', 'int64', []), 1))).toBe('int64');
  });

  test('nothing is added where nothing changes', () => {
    const graph = new Graph('g');
    const o = new Operators(graph);
    const x = graph.input('x', 'float32', [2, 3]);
    const same = [
      o.reshape(x, [2, 3]),
      o.transpose(x, [0, 1]),
      o.expand(x, [2, 3]),
      o.pad(x, [0, 0], [0, 0]),
      o.reduceSum(x, [], true),
    ];
    expect(same).toEqual([x, x, x, x, x]);
    expect(graph.nodes).toHaveLength(0);
  });
});
