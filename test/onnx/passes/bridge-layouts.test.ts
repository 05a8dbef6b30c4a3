import { expect, test } from '@jest/globals';
import { encodeModel, Graph, Operators, tensor } from '../../../src/onnx/index.js';
import { bridgeLayouts } from '../../../src/onnx/passes/bridge-layouts.js';
import { openSession, Tensor } from '../../../src/runtime/session.js';
import { uniforms } from '../../support/random.js';

/** conv(x) + expand(s) twice, and a convolution of that; `channels` in and out. */
function residual(channels: number, kernel: 'constant' | 'given' = 'constant'): Graph {
  const graph = new Graph('residual');
  const o = new Operators(graph);
  const shape = [channels, channels, 1, 1];
  const x = graph.input('x', 'float32', [1, channels, 3, 4]);
  const s = o.expand(graph.input('s', 'float32', [1, channels, 1, 1]), [1, channels, 3, 4]);
  const weight =
    kernel === 'given'
      ? graph.input('w', 'float32', shape)
      : graph.initializer('w', tensor('float32', uniforms(shape), shape));
  const conv = (value: string) => o.conv(value, weight, { kernel_shape: [1, 1] });
  graph.output(conv(o.mul(o.add(conv(x), s), s)), 'y');
  return graph;
}

const convolutions = ({ nodes }: Graph): number => nodes.filter(({ opType }) => opType === 'Conv').length;

test('a value that is not in blocks is brought there once, and the numbers stay the same', async () => {
  const graphs = [residual(16), bridgeLayouts(residual(16))];
  expect(graphs.map(convolutions)).toEqual([2, 3]);
  graphs[1]!.initializers.set('w', graphs[0]!.initializers.get('w')!);
  const feeds = {
    x: new Tensor('float32', uniforms([192]), [1, 16, 3, 4]),
    s: new Tensor('float32', uniforms([16]), [1, 16, 1, 1]),
  };
  const results = [];
  for (const graph of graphs) {
    const session = await openSession(encodeModel(graph));
    results.push((await session.run(feeds)).y!.data);
    await session.release();
  }
  expect(results[1]).toEqual(results[0]);
});

test.each([
  ['channels that fill no blocks', residual(12)],
  ['a kernel that is not constant, which is not computed in blocks', residual(16, 'given')],
])('stays as it is: %s', (_, graph) => {
  expect(bridgeLayouts(graph)).toBe(graph);
});

test('a sum that leads to no convolution stays as it is', () => {
  const graph = residual(16);
  const last = graph.nodes.findIndex(({ opType }) => opType === 'Mul');
  graph.nodes.splice(last + 1);
  graph.outputs.splice(0, 1, graph.nodes[last]!.outputs[0]!);
  expect(bridgeLayouts(graph)).toBe(graph);
});
