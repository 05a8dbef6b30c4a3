import { describe, expect, it } from '@jest/globals';
import { countFlops } from '../../../../src/onnx/flops.js';
import { differentiate, encodeModel, Graph, tensor, type Value } from '../../../../src/onnx/index.js';
import {
  type ConvolutionSite,
  kernelTransformGraph,
  rewriteWinograd,
  type WinogradChoice,
  withWinograd,
} from '../../../../src/onnx/passes/winograd/index.js';
import { openSession, Tensor } from '../../../../src/runtime/session.js';
import { integer, uniforms } from '../../../support/random.js';
import { relativeError } from '../../../support/relative-error.js';

type Feeds = Record<string, Tensor>;

/** A picture through layers such as 'conv 5' (to five channels), 'relu' and 'pool', and the gradient of the sum of squares. */
function network(layers: readonly string[], [channels, height, width]: readonly [number, number, number]): Graph {
  const graph = new Graph('network');
  const pixels = graph.input('pixels', 'float32', [1, channels, height, width]);
  const y = layers.reduce<Value>((value, layer, i) => {
    const [kind, size] = layer.split(' ');
    if (kind === 'relu') return graph.add('Relu', [value]);
    if (kind === 'pool') return graph.add('MaxPool', [value], { kernel_shape: [2, 2], strides: [2, 2] });
    const [outputs, inputs] = [Number(size), graph.shape(value)[1]!];
    const constant = (name: string, shape: number[], range: number) =>
      graph.initializer(`${name}_${i}`, tensor('float32', uniforms(shape, -range, range), shape));
    const kernel = constant('kernel', [outputs, inputs, 3, 3], Math.sqrt(3 / (9 * inputs)));
    const bias = kind === 'conv' ? [constant('bias', [outputs], 0.1)] : [];
    const pads = kind === 'valid' ? [0, 0, 0, 0] : [1, 1, 1, 1];
    return graph.add('Conv', [value, kernel, ...bias], { kernel_shape: [3, 3], pads });
  }, pixels);
  const loss = graph.add('ReduceSumSquare', [y], { keepdims: 0 });
  const [gradient] = differentiate(graph, { of: loss, wrt: [pixels] });
  graph.output(y, 'activation');
  graph.output(loss, 'loss');
  graph.output(gradient!, 'gradient');
  return graph;
}

async function run(graph: Graph, feeds: Feeds): Promise<Feeds> {
  const session = await openSession(encodeModel(graph));
  const results = await session.run(feeds);
  await session.release();
  return results;
}

async function runRewritten(graph: Graph, feeds: Feeds, choose: (site: ConvolutionSite) => WinogradChoice | undefined) {
  const rewritten = rewriteWinograd(graph, choose);
  const kernels: Feeds = {};
  for (const { input, kernel, tile } of rewritten.kernels) {
    const { shape, data } = graph.initializers.get(kernel)!;
    const values = new Float32Array(Uint8Array.from(data as Uint8Array).buffer);
    const count = shape[0]! * shape[1]!;
    const taps = new Tensor('float32', values, [1, 1, count, 9]);
    const { transformed } = await run(kernelTransformGraph(count, tile), { kernel: taps });
    kernels[input] = transformed!.reshape([(tile + 2) ** 2, shape[0]!, shape[1]!]);
  }
  for (const [name, table] of rewritten.tables) {
    kernels[name] = new Tensor(table instanceof Int32Array ? 'int32' : 'float32', table, [1, 1, table.length]);
  }
  return { ...rewritten, results: await run(rewritten.graph, { ...feeds, ...kernels }) };
}

function errorOf(actual: Tensor, expected: Tensor): number {
  expect(actual.dims).toEqual(expected.dims);
  return relativeError(actual.data as Float32Array, expected.data as Float32Array);
}

const pixelsFor = (graph: Graph): Feeds => {
  const { shape } = graph.type('pixels');
  return { pixels: new Tensor('float32', Float32Array.from(uniforms(shape)), shape) };
};

describe('rewriteWinograd', () => {
  const networks: [string, string[]][] = [
    ['one convolution', ['conv 7']],
    ['without a bias', ['plain 7']],
    ['without padding', ['valid 6']],
    ['a chain', ['conv 5', 'relu', 'conv 4', 'relu', 'valid 3']],
    ['a pool', ['conv 5', 'relu', 'pool', 'conv 4']],
    ['a pool before the ReLU', ['conv 5', 'pool', 'relu', 'conv 4', 'relu']],
    ['two pools', ['conv 4', 'pool', 'relu', 'conv 6', 'relu', 'conv 4', 'pool', 'relu', 'conv 3']],
    ['a pool first', ['pool', 'conv 4', 'relu']],
    ['a pool last', ['conv 4', 'relu', 'pool']],
    ['two pools in a row', ['conv 4', 'pool', 'pool', 'relu', 'conv 5']],
  ];

  it.each(networks)('computes the same: %s', async (_, layers) => {
    for (const tile of [2, 4] as const) {
      const graph = network(layers, [integer(1, 6), integer(8, 19), integer(8, 19)]);
      const feeds = pixelsFor(graph);
      const expected = await run(graph, feeds);
      const { results } = await runRewritten(graph, feeds, () => ({ tile, parts: integer(1, 3) }));
      for (const output of ['activation', 'loss', 'gradient']) {
        // Winograd's transforms add and subtract before they multiply, which costs float32 about two digits at the worst.
        expect(errorOf(results[output]!, expected[output]!)).toBeLessThan(2e-5);
      }
    }
  });

  it('computes the same where only some convolutions are rewritten', async () => {
    const graph = network(['conv 4', 'relu', 'conv 5', 'pool', 'relu', 'conv 6', 'relu', 'conv 3'], [3, 18, 15]);
    const feeds = pixelsFor(graph);
    const expected = await run(graph, feeds);
    for (const chosen of [3, 4, 5, 6]) {
      const choose = ({ inChannels }: ConvolutionSite) =>
        inChannels === chosen ? { tile: 4 as const, parts: 1 } : undefined;
      const { graph: rewritten, results } = await runRewritten(graph, feeds, choose);
      expect(rewritten.nodes.some(({ opType }) => opType === 'Conv')).toBe(true);
      expect(errorOf(results.gradient!, expected.gradient!)).toBeLessThan(2e-5);
    }
  });

  it('sends the gradient of a tie to the first of the maxima, as the graph that it rewrites does', async () => {
    const graph = network(['conv 4', 'pool', 'relu', 'conv 4'], [2, 12, 12]);
    const feeds = { pixels: new Tensor('float32', new Float32Array(2 * 12 * 12).fill(1), [1, 2, 12, 12]) };
    const expected = await run(graph, feeds);
    // Only the second convolution, so that the pool sees the same bits: all elements alike but for the border.
    const { results } = await runRewritten(graph, feeds, ({ inChannels, height }) =>
      inChannels === 4 && height === 6 ? { tile: 4, parts: 1 } : undefined,
    );
    expect(errorOf(results.gradient!, expected.gradient!)).toBeLessThan(2e-5);
  });

  it('transforms a kernel once for a convolution and its gradient, and takes it as an input', () => {
    const graph = network(['conv 4', 'relu', 'conv 4'], [3, 16, 16]);
    const { graph: rewritten, kernels, tables } = rewriteWinograd(graph, () => ({ tile: 4, parts: 1 }));
    expect(kernels).toEqual([
      { input: 'kernel_0/winograd-4', kernel: 'kernel_0', tile: 4 },
      { input: 'kernel_2/winograd-4', kernel: 'kernel_2', tile: 4 },
    ]);
    expect(rewritten.shape('kernel_0/winograd-4')).toEqual([36, 4, 3]);
    expect(rewritten.inputs.toSorted()).toEqual(
      ['pixels', ...kernels.map(({ input }) => input), ...tables.keys()].toSorted(),
    );
    expect([...rewritten.initializers.keys()].filter((name) => name.startsWith('kernel'))).toEqual([]);
    expect(rewritten.nodes.filter(({ opType }) => opType === 'Conv')).toEqual([]);
  });

  it('leaves what it is not asked to rewrite, and what is no such convolution', () => {
    const graph = new Graph('others');
    const x = graph.input('pixels', 'float32', [1, 4, 12, 12]);
    const kernel = (name: string, shape: number[]) =>
      graph.initializer(name, tensor('float32', uniforms(shape), shape));
    const strided = graph.add('Conv', [x, kernel('a', [4, 4, 3, 3])], { kernel_shape: [3, 3], strides: [2, 2] });
    const wide = graph.add('Conv', [strided, kernel('b', [4, 4, 5, 5])], { kernel_shape: [5, 5] });
    graph.output(wide, 'y');
    graph.output(graph.add('Conv', [x, kernel('c', [4, 1, 3, 3])], { kernel_shape: [3, 3], group: 4 }), 'z');
    const { graph: rewritten, kernels } = rewriteWinograd(graph, () => ({ tile: 4, parts: 1 }));
    expect(kernels).toEqual([]);
    expect(rewritten.nodes.map(({ opType }) => opType).sort()).toEqual([
      'Conv',
      'Conv',
      'Conv',
      'Identity',
      'Identity',
    ]);
  });

  it('needs less than half of the arithmetic for tiles of 4×4', () => {
    const graph = network(['conv 128', 'relu', 'conv 128'], [128, 32, 32]);
    const { graph: rewritten } = rewriteWinograd(graph, () => ({ tile: 4, parts: 1 }));
    // 36 multiplications instead of 144, and the transforms.
    expect(countFlops(rewritten) / countFlops(graph)).toBeLessThan(0.45);
  });
});

describe('withWinograd', () => {
  it('computes the same, with the inputs and outputs that there were', async () => {
    const graph = network(['conv 5', 'relu', 'pool', 'conv 4', 'relu', 'conv 4'], [3, 14, 13]);
    const feeds = pixelsFor(graph);
    const expected = await run(graph, feeds);
    const rewritten = withWinograd(graph, () => ({ tile: 4, parts: 1 }));
    expect([rewritten.inputs, rewritten.outputs]).toEqual([graph.inputs, graph.outputs]);
    // Lengths that go with the picture's size are open, so that ONNX Runtime plans no buffer for what is made with them.
    const tables = [...rewritten.initializers].filter(([name]) => name.startsWith('table'));
    expect(tables.map(([, { isDefault }]) => isDefault)).toEqual(tables.map(() => true));
    // What is left are those that tell which pixels are the same.
    const convolved = rewritten.nodes.flatMap(({ opType, inputs }) => (opType === 'Conv' ? [inputs[1]!] : []));
    expect(convolved.filter((kernel) => kernel.startsWith('kernel'))).toEqual([]);
    const results = await run(rewritten, feeds);
    for (const output of graph.outputs) expect(errorOf(results[output]!, expected[output]!)).toBeLessThan(2e-5);
  });

  it('transforms each kernel once for both directions, out of the one constant that there was', () => {
    const graph = network(['conv 4', 'relu', 'conv 4'], [3, 16, 16]);
    const rewritten = withWinograd(graph, () => ({ tile: 4, parts: 1 }));
    const reading = (name: string) => rewritten.nodes.filter(({ inputs }) => inputs.includes(name)).length;
    expect([reading('kernel_0/taps'), reading('kernel_2/taps')]).toEqual([1, 1]);
    const kernels = [...rewritten.initializers.keys()].filter((name) => name.startsWith('kernel'));
    expect(kernels.sort()).toEqual(['kernel_0/taps', 'kernel_2/taps']);
  });

  it('takes kernels that lie in other files from there', async () => {
    const graph = network(['conv 4'], [3, 8, 8]);
    const feeds = pixelsFor(graph);
    const expected = await run(graph, feeds);
    const { data, ...type } = graph.initializers.get('kernel_0')!;
    const bytes = data as Uint8Array;
    graph.initializers.set('kernel_0', { ...type, data: { location: 'weights', offset: 0, length: bytes.length } });
    const rewritten = withWinograd(graph, () => ({ tile: 4, parts: 1 }));
    const session = await openSession(encodeModel(rewritten), { externalData: [{ path: 'weights', data: bytes }] });
    const results = await session.run(feeds);
    await session.release();
    for (const output of graph.outputs) expect(errorOf(results[output]!, expected[output]!)).toBeLessThan(2e-5);
  });

  it('leaves the names of outputs to them', async () => {
    const graph = new Graph('names');
    const x = graph.input('pixels', 'float32', [1, 2, 8, 8]);
    const kernel = graph.initializer('k', tensor('float32', uniforms([2, 2, 3, 3]), [2, 2, 3, 3]));
    const node = graph.node('Conv', [x, kernel], {
      attributes: { pads: [1, 1, 1, 1] },
      outputs: ['table'],
      name: 'matrix',
    });
    graph.output(node[0]!);
    const rewritten = withWinograd(graph, () => ({ tile: 2, parts: 1 }));
    expect(rewritten.outputs).toEqual(['table']);
    expect((await run(rewritten, pixelsFor(graph))).table!.dims).toEqual([1, 2, 8, 8]);
  });

  it('is the graph itself where nothing is chosen', () => {
    const graph = network(['conv 4'], [3, 8, 8]);
    expect(withWinograd(graph, () => undefined)).toBe(graph);
  });
});
