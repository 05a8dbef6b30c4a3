import { describe, expect, test } from '@jest/globals';
import { differentiate, encodeModel, Graph, Operators, type Value } from '../../../src/onnx/index.js';
import { openSession, Tensor } from '../../../src/runtime/session.js';

/** Differentiates what `build` makes of x and y, two float64[3], and evaluates the gradients. */
async function gradients(
  build: (o: Operators, x: Value, y: Value) => Value,
  wrt: string[],
  x: number[],
  y = [1, 1, 1],
) {
  const graph = new Graph('g');
  const inputs = ['x', 'y'].map((name) => graph.input(name, 'float64', [3])) as [Value, Value];
  const o = new Operators(graph);
  const of = o.reduceSum(build(o, ...inputs), [0], false);
  differentiate(graph, { of, wrt }).forEach((gradient, i) => {
    graph.output(gradient, `g${i}`);
  });
  const session = await openSession(encodeModel(graph));
  const result = await session.run({ x: new Tensor('float64', x, [3]), y: new Tensor('float64', y, [3]) });
  return wrt.map((_, i) => Array.from(result[`g${i}`]!.data as Float64Array));
}

describe('differentiate', () => {
  test('adds up what comes back from several consumers', async () => {
    // x² + 3x + x·y
    const build = (o: Operators, x: Value, y: Value) => o.add(o.add(o.mul(x, x), o.mul(3, x)), o.mul(x, y));
    expect(await gradients(build, ['x', 'y'], [1, 2, 3], [10, 20, 30])).toEqual([
      [15, 27, 39],
      [1, 2, 3],
    ]);
  });

  test('a diamond is gone through once for each path', async () => {
    const build = (o: Operators, x: Value) => {
      const y = o.mul(x, x);
      return o.mul(y, y);
    };
    expect(await gradients(build, ['x'], [1, 2, 3])).toEqual([[4, 32, 108]]);
  });

  test('a value in between has a gradient too', async () => {
    const graph = new Graph('g');
    const o = new Operators(graph);
    const middle = o.mul(graph.input('x', 'float64', [3]), 2);
    const of = o.reduceSum(o.mul(middle, middle), [0], false);
    const [gradient] = differentiate(graph, { of, wrt: [middle] });
    expect(graph.shape(gradient!)).toEqual([3]);
  });

  test('a value that nothing depends on has a gradient of zeros', async () => {
    expect(await gradients((o, x) => o.mul(x, 2), ['y', 'x'], [1, 2, 3])).toEqual([
      [0, 0, 0],
      [2, 2, 2],
    ]);
  });

  test('comes back through all outputs of a Split, used or not', async () => {
    // x₀² + y₀·x₂; nothing is made of x₁.
    const build = (o: Operators, x: Value, y: Value) => {
      const [first, , last] = o.split(x, 0, 3) as [Value, Value, Value];
      return o.add(o.mul(first, first), o.mul(o.slice(y, { starts: [0], ends: [1], axes: [0] }), last));
    };
    expect(await gradients(build, ['x', 'y'], [5, 6, 7], [2, 3, 4])).toEqual([
      [10, 0, 2],
      [7, 0, 0],
    ]);
  });

  describe('of slices', () => {
    const rows = (o: Operators, x: Value, from: number, to: number) =>
      o.slice(x, { starts: [from], ends: [to], axes: [0] });

    test.each<[string, [number, number][]]>([
      [
        'side by side',
        [
          [0, 1],
          [1, 3],
        ],
      ],
      [
        'that overlap',
        [
          [0, 2],
          [1, 3],
        ],
      ],
      [
        'one inside another',
        [
          [0, 3],
          [1, 2],
        ],
      ],
      [
        'that leave something out',
        [
          [0, 1],
          [2, 3],
        ],
      ],
      ['one alone', [[1, 2]]],
    ])('%s', async (_, stretches) => {
      // The sum of squares, the i-th slice's times i + 1, and x itself.
      const build = (o: Operators, x: Value) => {
        const squares = stretches.map(([from, to], i) => {
          const slice = rows(o, x, from, to);
          return o.mul(o.reduceSum(o.mul(slice, slice), [0], true), i + 1);
        });
        return o.add(
          squares.reduce((a, b) => o.add(a, b)),
          o.reduceSum(x, [0], true),
        );
      };
      const x = [5, 6, 7];
      const expected = x.map((value, at) =>
        stretches.reduce((sum, [from, to], i) => sum + (at >= from && at < to ? 2 * (i + 1) * value : 0), 1),
      );
      expect(await gradients(build, ['x'], x)).toEqual([expected]);
    });

    test('takes no more than the value itself, however many there are', () => {
      const graph = new Graph('g');
      const o = new Operators(graph);
      const x = graph.input('x', 'float32', [100, 10]);
      const parts = Array.from({ length: 10 }, (_, i) => rows(o, x, Math.max(0, 10 * i - 2), 10 * i + 10));
      const sums = parts.map((part) => o.reduceSum(o.mul(part, part), [0, 1], false));
      differentiate(graph, { of: sums.reduce((a, b) => o.add(a, b)), wrt: [x] });
      const made = graph.nodes.map(({ opType }) => opType);
      expect(made.filter((opType) => opType === 'Concat')).toHaveLength(1);
      expect(made).not.toContain('Pad');
    });
  });

  test('the derivative with respect to itself is one', () => {
    const graph = new Graph('g');
    const x = graph.input('x', 'float64', []);
    const [gradient] = differentiate(graph, { of: x, wrt: [x] });
    expect(graph.constantValues(gradient!)).toEqual([1]);
  });

  test('a gradient can be differentiated again', async () => {
    const build = (o: Operators, x: Value) => {
      const cubes = o.reduceSum(o.mul(x, o.mul(x, x)), [0], false);
      const [first] = differentiate(o.graph, { of: cubes, wrt: [x] });
      return first!;
    };
    expect(await gradients(build, ['x'], [1, 2, 3])).toEqual([[6, 12, 18]]);
  });

  test('what does not lead to wrt is not differentiated', () => {
    const graph = new Graph('g');
    const o = new Operators(graph);
    const [x, y] = ['x', 'y'].map((name) => graph.input(name, 'float64', [3])) as [Value, Value];
    // No rule for Unique, and none is needed.
    const [soft] = graph.node('Unique', [y], { types: [{ dtype: 'float64', shape: [3] }] });
    const of = o.reduceSum(o.mul(x, soft!), [0], false);
    const before = graph.nodes.length;
    differentiate(graph, { of, wrt: [x] });
    expect(graph.nodes.slice(before).map(({ opType }) => opType)).toEqual(['Reshape', 'Expand', 'Mul']);
  });

  test('rounding ends the path, as in PyTorch', async () => {
    const build = (o: Operators, x: Value, y: Value) => o.add(o.mul(o.round(x), y), o.mul(o.sign(x), o.floor(y)));
    expect(await gradients(build, ['x', 'y'], [1.2, 2, 3.7], [10, 20, 30])).toEqual([
      [0, 0, 0],
      [1, 2, 4],
    ]);
  });

  test('comparisons and shapes end the path, and do no harm', async () => {
    const build = (o: Operators, x: Value) => o.where(o.greater(x, 2), o.mul(x, x), o.neg(x));
    expect(await gradients(build, ['x'], [1, 2, 3])).toEqual([[-1, -1, 6]]);
  });
});

describe('a rule by formula', () => {
  const formed = () => {
    const graph = new Graph('g', 20);
    const x = graph.input('x', 'float32', [3]);
    const y = graph.add('Gelu', [x]);
    const of = new Operators(graph).reduceSum(y, [0], false);
    return { graph, x, of };
  };

  test('leaves the node to its kernel, and nothing of the formula that the gradient does not read', () => {
    const { graph, x, of } = formed();
    const [gradient] = differentiate(graph, { of, wrt: [x] });
    graph.output(gradient, 'dx');
    const read = new Set([...graph.outputs, of, ...graph.nodes.flatMap(({ inputs }) => inputs)]);
    expect(graph.nodes.filter(({ outputs }) => !outputs.some((output) => read.has(output)))).toEqual([]);
    expect(graph.nodes.filter(({ opType }) => opType === 'Gelu')).toHaveLength(1);
    expect([...graph.initializers.keys()].filter((name) => !read.has(name))).toEqual([]);
  });

  test('gives nothing to what nothing is asked of', () => {
    const { graph, of } = formed();
    const z = graph.input('z', 'float32', [2]);
    const before = graph.nodes.length;
    differentiate(graph, { of, wrt: [z] });
    expect(graph.nodes.slice(before).map(({ opType }) => opType)).toEqual(['Expand']);
  });
});

describe('differentiate refuses', () => {
  test.each<[string, Record<string, number | number[]>, number[]]>([
    ['AveragePool', { kernel_shape: [1] }, [1, 1, 2 ** 31]],
    ['AveragePool', { kernel_shape: [2 ** 28], pads: [2 ** 28, 2 ** 28], strides: [2 ** 28] }, [1, 1, 4]],
    ['MaxPool', { kernel_shape: [2 ** 28], pads: [2 ** 28, 2 ** 28] }, [1, 1, 4]],
  ])('constants of gigabytes, however small the file that asks for them: %s %j', (opType, attributes, shape) => {
    const g = new Graph('g');
    const y = g.node(opType, [g.input('x', 'float32', shape)], { attributes, name: 'n' })[0]!;
    const of = new Operators(g).reduceSum(y, [0, 1, 2], false);
    expect(() => differentiate(g, { of, wrt: ['x'] })).toThrow(
      new RegExp(`^${opType} node 'n': its gradient would take a constant of \\d+ numbers$`),
    );
  });

  const graph = () => {
    const made = new Graph('g');
    made.input('x', 'float32', [3]);
    return made;
  };

  test('an operator without a rule, naming it and its node', () => {
    const g = graph();
    const y = g.node('Unique', ['x'], { name: 'attention', types: [{ dtype: 'float32', shape: [3] }] })[0]!;
    const of = new Operators(g).reduceSum(y, [0], false);
    expect(() => differentiate(g, { of, wrt: ['x'] })).toThrow(
      "no gradient rule for the operator Unique (node 'attention')",
    );
  });

  test('an input without a rule, naming it, the operator and its node', () => {
    const g = graph();
    const more = g.input('y', 'float32', [3]);
    const y = g.node('Softsign', ['x', more], { name: 's' })[0]!;
    const of = new Operators(g).reduceSum(y, [0], false);
    expect(() => differentiate(g, { of, wrt: [more] })).toThrow(
      "no gradient rule for input 1 ('y') of Softsign (node 's')",
    );
  });

  test('an operator of the same name in another domain', () => {
    const g = graph();
    const y = g.node('Relu', ['x'], { domain: 'com.example', types: [{ dtype: 'float32', shape: [3] }] })[0]!;
    const of = new Operators(g).reduceSum(y, [0], false);
    expect(() => differentiate(g, { of, wrt: ['x'] })).toThrow('no gradient rule for the operator Relu');
  });

  test('more than one number', () => {
    expect(() => differentiate(graph(), { of: 'x', wrt: ['x'] })).toThrow("'x' is float32[3]");
  });

  test('names that do not exist, and integers', () => {
    const g = graph();
    const of = new Operators(g).reduceSum('x', [0], false);
    expect(() => differentiate(g, { of: 'nothing', wrt: ['x'] })).toThrow("no value 'nothing'");
    expect(() => differentiate(g, { of, wrt: ['nothing'] })).toThrow("no value 'nothing'");
    g.input('n', 'int64', [3]);
    expect(() => differentiate(g, { of, wrt: ['n'] })).toThrow("'n', which is int64");
  });
});

test('through a value that is detached nothing comes back', () => {
  const graph = new Graph('detached');
  const o = new Operators(graph);
  const x = graph.input('x', 'float64', []);
  const [gradient] = differentiate(graph, { of: o.mul(x, graph.detach(o.exp(x))), wrt: ['x'] });
  // Of x · c, where c happens to be eˣ: eˣ, and not eˣ + x · eˣ.
  expect(graph.nodes.filter(({ opType }) => opType === 'Exp')).toHaveLength(1);
  expect(graph.producer(gradient)!.opType).toBe('Mul');
  expect(graph.producer(gradient)!.inputs).toContain('Exp_output');
});
