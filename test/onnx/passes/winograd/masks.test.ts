import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { InferenceSession } from 'onnxruntime-node';
import { encodeModel, Graph, Operators } from '../../../../src/onnx/index.js';
import { after } from '../../../../src/onnx/passes/after.js';
import { isPositive, where } from '../../../../src/onnx/passes/winograd/masks.js';
import { openSession, Tensor } from '../../../../src/runtime/session.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'masks-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The operators of a graph in the order in which ONNX Runtime computes them. */
async function orderOf(graph: Graph, x: Tensor): Promise<string[]> {
  const profileFilePrefix = join(folder, graph.name);
  const model = encodeModel(graph, { openSides: true });
  const session = await InferenceSession.create(model, { enableProfiling: true, profileFilePrefix });
  await session.run({ x });
  session.endProfiling();
  await session.release();
  const file = (await readdir(folder)).find((name) => name.startsWith(graph.name))!;
  const events = JSON.parse(await readFile(join(folder, file), 'utf8')) as {
    name: string;
    ts: number;
    args: { op_name?: string };
  }[];
  const kernels = events.filter(({ name }) => name.endsWith('_kernel_time')).sort((a, b) => a.ts - b.ts);
  return kernels.map(({ args }) => args.op_name!);
}

const x = new Tensor(
  'float32',
  Float32Array.from({ length: 12 }, (_, i) => i - 6),
  [1, 1, 3, 4],
);

/** A ReLU, something made of it, and that multiplied with the ReLU's mask. */
function masked(name: string, isGated: boolean): Graph {
  const graph = new Graph(name);
  const o = new Operators(graph);
  const relu = graph.add('Relu', [graph.input('x', 'float32', x.dims)]);
  const mask = o.greater(relu, 0);
  const further = graph.add('Tanh', [graph.add('Exp', [isGated ? after(graph, relu, [mask]) : relu])]);
  graph.output(where(graph, further, mask), 'y');
  return graph;
}

describe('ONNX Runtime', () => {
  test('makes numbers of a mask when that with which they are multiplied is there', async () => {
    const order = await orderOf(masked('numbers', true), x);
    expect(order.indexOf('Cast')).toBeGreaterThan(order.indexOf('Tanh'));
  });

  test('finds a mask at once where what follows comes after it, and else as late as it can', async () => {
    const gated = await orderOf(masked('gated', true), x);
    expect(gated.indexOf('Greater')).toBeLessThan(gated.indexOf('Exp'));
    const free = await orderOf(masked('free', false), x);
    expect(free.indexOf('Greater')).toBeGreaterThan(free.indexOf('Tanh'));
  });
});

test('isPositive is 1 above zero, however little, and else 0', async () => {
  const graph = new Graph('positive');
  graph.output(isPositive(graph, graph.input('x', 'float32', [4])), 'y');
  const session = await openSession(encodeModel(graph));
  const { y } = await session.run({ x: new Tensor('float32', [-3, 0, 1.2e-38, 5], [4]) });
  expect([...(y!.data as Float32Array)]).toEqual([0, 0, 1, 1]);
  await session.release();
});
