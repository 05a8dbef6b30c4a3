import { describe, expect, test } from '@jest/globals';
import { differentiate, encodeModel, Graph, Operators } from '../../../../src/onnx/index.js';
import { openSession, Tensor } from '../../../../src/runtime/session.js';
import { distinct, uniforms } from '../../../support/random.js';
import { expectGradient, type Input } from '../central-differences.js';

const double = { dtype: 'float64', opset: 16 } as const;
const ints = (values: number[], shape: number[] = [values.length]): Input => ({ shape, values, dtype: 'int64' });

describe('Gather of constant rows', () => {
  test.each<[string, number[], number[], number[]]>([
    ['a single one', [1], [], [2, 3, 4]],
    ['a single one, as a list', [-1], [1], [2, 3, 4]],
    ['some, one of them twice', [2, 0, -1], [3], [3, 3, 4]],
    ['a table of them', [0, 2, 1, 1], [2, 2], [3, 3, 3]],
    ['few of many', [7], [1, 1], [9, 9, 9]],
  ])('%s', async (_, rows, shape, data) => {
    for (const axis of [0, 1, -1]) {
      await expectGradient('Gather', [{ shape: data }, ints(rows, shape)], {
        attributes: { axis },
        ...double,
        opset: 13,
      });
    }
  });
});

describe('Gather of rows that only running tells', () => {
  const gathered = (opset: number) => {
    const graph = new Graph('g', opset);
    const table = graph.input('table', 'float64', [4, 2]);
    const rows = graph.input('rows', 'int64', [3]);
    const o = new Operators(graph);
    const taken = o.gather(table, rows);
    return { graph, table, of: o.reduceSum(o.mul(taken, taken), [0, 1], false) };
  };

  test.each([13, 16])('sums what comes back to each, in operator set %i', async (opset) => {
    const { graph, table, of } = gathered(opset);
    graph.output(differentiate(graph, { of, wrt: [table] })[0], 'dt');
    const session = await openSession(encodeModel(graph));
    const found = await session.run({
      table: new Tensor('float64', Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8), [4, 2]),
      rows: new Tensor('int64', BigInt64Array.of(2n, 0n, -2n), [3]),
    });
    expect(Array.from(found.dt!.data as Float64Array)).toEqual([2, 4, 0, 0, 20, 24, 0, 0]);
  });
});

// Before operator set 16 scatters do not add up.
describe.each([13, 16])('in operator set %i', (opset) => {
  const double = { dtype: 'float64', opset } as const;

  test.each([0, 1, -1])('GatherElements on axis %i', async (axis) => {
    const indices = ints([0, 1, 1, -1, 0, 0], [2, 3]);
    await expectGradient('GatherElements', [{ shape: [3, 3] }, indices], { attributes: { axis }, ...double });
  });

  describe('GatherND', () => {
    test('of elements and of slices', async () => {
      await expectGradient('GatherND', [{ shape: [2, 3] }, ints([0, 1, 1, -1, 0, 1], [3, 2])], double);
      await expectGradient('GatherND', [{ shape: [2, 3, 2] }, ints([1, 0, 1], [3, 1])], double);
    });

    test.each([1, 2])('along %i axes of batches', async (batch_dims) => {
      const indices = batch_dims === 1 ? ints([1, 0, 1, 2], [2, 2, 1]) : ints([1, 0, 0, 1, 1, 1], [2, 3, 1]);
      await expectGradient('GatherND', [{ shape: [2, 3, 2] }, indices], { attributes: { batch_dims }, ...double });
    });
  });
});

describe('scatters', () => {
  const apart = [ints([0, 2, 1, 1, 0, 2], [2, 3]), ints([2, 0], [2, 1])] as const;
  const again = [ints([0, 2, 1, 0, 0, 2], [2, 3]), ints([2, 2], [2, 1])] as const;
  const values = (shape: number[]) => uniforms(shape, 0.5, 2);

  test('in place of what was there', async () => {
    await expectGradient('ScatterElements', [{ shape: [3, 3] }, apart[0], { shape: [2, 3] }], double);
    await expectGradient('ScatterElements', [{ shape: [2, 4] }, apart[0], { shape: [2, 3] }], {
      attributes: { axis: 1 },
      ...double,
      opset: 13,
    });
    await expectGradient('ScatterND', [{ shape: [3, 4] }, apart[1], { shape: [2, 4] }], double);
  });

  test.each(['add', 'mul'])('with %s, to some places twice', async (reduction) => {
    const [a, b] = [
      { shape: [3, 3], values: values([3, 3]) },
      { shape: [2, 3], values: values([2, 3]) },
    ];
    await expectGradient('ScatterElements', [a, again[0], b], { attributes: { reduction }, ...double });
    await expectGradient('ScatterND', [a, again[1], b], { attributes: { reduction }, ...double });
  });

  test.each(['max', 'min'])('with %s', async (reduction) => {
    const all = distinct([15]);
    const [a, b] = [
      { shape: [3, 3], values: all.slice(0, 9) },
      { shape: [2, 3], values: all.slice(9) },
    ];
    const check = { attributes: { reduction }, dtype: 'float64', opset: 18 } as const;
    await expectGradient('ScatterElements', [a, again[0], b], check);
    await expectGradient('ScatterND', [a, again[1], b], check);
  });
});

test.each([0, -1])('TopK on axis %i', async (axis) => {
  const x = { shape: [4, 3], values: distinct([4, 3]) };
  for (const largest of [0, 1]) {
    await expectGradient('TopK', [x, ints([2])], { attributes: { axis, largest }, unused: 1, dtype: 'float64' });
  }
});

test('ReverseSequence', async () => {
  await expectGradient('ReverseSequence', [{ shape: [4, 3, 2] }, ints([1, 4, 2])], { dtype: 'float64' });
});

test.each([-1, 0])('OneHot on axis %i', async (axis) => {
  const inputs = [ints([1, 0, 3]), ints([4], []), { shape: [2] }];
  await expectGradient('OneHot', inputs, { attributes: { axis } });
});

test('Compress by a constant', async () => {
  const flags = { shape: [3], values: [1, 0, 1], dtype: 'bool' } as const;
  await expectGradient('Compress', [{ shape: [2, 3] }, flags], { attributes: { axis: 1 }, dtype: 'float64' });
  await expectGradient('Compress', [{ shape: [2, 3] }, flags], { dtype: 'float64' });
});
