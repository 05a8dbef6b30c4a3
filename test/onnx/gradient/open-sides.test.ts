/** Gradients that are made with sides left open: at each size they are those that are made for that size. */
import { describe, expect, test } from '@jest/globals';
import {
  type Attributes,
  appendLoss,
  differentiate,
  encodeModel,
  Graph,
  type LossName,
  lossNames,
  Operators,
  openSide,
  type Shape,
  type Sides,
  type Target,
  tensor,
  type Value,
} from '../../../src/onnx/index.js';
import { plus, sideAt } from '../../../src/onnx/sides.js';
import { sizeOf } from '../../../src/onnx/tensor.js';
import { openSession, Tensor } from '../../../src/runtime/session.js';

/** What is differentiated: of x, with other values that are trained. */
type Network = (o: Operators, x: Value) => Value;

interface Case {
  readonly shape: Sides;
  readonly network: Network;
  readonly opset?: number;
  readonly target?: Target;
}

const [n, h, w, t] = ['N', 'H', 'W', 'T'].map((name) => openSide(name));
const picture: Sides = [n!, 2, h!, w!];
const sizes = [
  { N: 2, H: 9, W: 12, T: 5 },
  { N: 1, H: 14, W: 11, T: 8 },
  { N: 5, H: 10, W: 9, T: 6 },
].map((numbers) => new Map(Object.entries(numbers)));

/** Gradients of Σ y · sin(y) in x and in all constants that are weights. */
function differentiated({ network, opset = 17, target }: Case, shape: Sides): Graph {
  const graph = new Graph('case', opset);
  const o = new Operators(graph);
  const y = network(o, graph.input('x', 'float32', shape));
  const loss = o.reduceSum(o.mul(y, o.sin(y)), [...graph.sides(y).keys()], false);
  const wrt = ['x', ...[...graph.initializers.keys()].filter((name) => name.startsWith('weight'))];
  differentiate(graph, { of: loss, wrt, target }).forEach((gradient, i) => {
    graph.output(gradient, `${wrt[i]} gradient`);
  });
  return graph;
}

async function run(graph: Graph, feeds: Readonly<Record<string, Tensor>>) {
  const session = await openSession(encodeModel(graph), { threads: 1 });
  const results = await session.run(feeds);
  await session.release();
  return Object.entries(results).map(([name, { dims, data }]) => ({
    name,
    dims,
    data: Array.from(data as Float32Array),
  }));
}

/** The same in every graph. */
const waves = (shape: Shape): number[] => Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(12.9898 * (i + 1)));
const weight = (o: Operators, shape: Shape): Value =>
  o.graph.initializer(o.graph.unusedName('weight'), tensor('float32', waves(shape), shape));
const ints = (o: Operators, ...values: number[]): Value => o.graph.constant('int64', values);
const node =
  (opType: string, attributes: Attributes, ...weights: number[][]): Network =>
  (o, x) =>
    o.graph.add(opType, [x, ...weights.map((shape) => weight(o, shape))], attributes);
const pool = (opType: string, attributes: Attributes) => ({ shape: picture, network: node(opType, attributes) });
const square = { kernel_shape: [3, 3], strides: [2, 2] };
const resized = (scales: number[], attributes: Attributes): Case => ({
  shape: picture,
  network: (o, x) => o.graph.add('Resize', [x, '', o.graph.constant('float32', scales)], attributes),
});

const cases: Readonly<Record<string, Case>> = {
  'a convolution': { shape: picture, network: node('Conv', { pads: [1, 1, 1, 1] }, [4, 2, 3, 3], [4]) },
  'a convolution with strides': {
    shape: picture,
    network: node('Conv', { strides: [2, 3], pads: [1, 0, 0, 2] }, [4, 2, 3, 3]),
  },
  'a convolution of channels apart': {
    shape: picture,
    network: node('Conv', { group: 2, dilations: [2, 1] }, [2, 1, 3, 3]),
  },
  'a transposed convolution': {
    shape: picture,
    network: node('ConvTranspose', { strides: [2, 2], pads: [1, 0, 0, 1] }, [2, 3, 3, 3]),
  },
  'a pool by maximum': pool('MaxPool', { kernel_shape: [2, 2], strides: [2, 2] }),
  'a pool by maximum that overlaps': pool('MaxPool', { ...square, pads: [1, 1, 1, 1] }),
  'a pool by maximum, rounded up': pool('MaxPool', { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 }),
  'a pool by mean': pool('AveragePool', { ...square, pads: [1, 1, 1, 1] }),
  'a pool by mean that counts its padding': pool('AveragePool', {
    ...square,
    pads: [1, 0, 0, 1],
    count_include_pad: 1,
  }),
  'pools of everything': {
    shape: picture,
    network: (o, x) => o.mul(o.graph.add('GlobalMaxPool', [x]), o.graph.add('GlobalAveragePool', [x])),
  },
  'repeated pixels': resized([1, 1, 2, 3], {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
  }),
  'interpolated pixels': resized([1, 1, 2, 0.5], { mode: 'linear' }),
  'pixels interpolated between corners': resized([1, 1, 2, 2], {
    mode: 'linear',
    coordinate_transformation_mode: 'align_corners',
  }),
  'pixels that are interpolated to sides': {
    shape: picture,
    network: (o, x) => {
      const [images, channels, , columns] = o.graph.sides(x);
      const sides = o.graph.openValues.list([images!, channels!, 7, plus(columns!, 3)]);
      return o.graph.add('Resize', [x, '', '', sides], { mode: 'cubic' });
    },
  },
  'reflected borders': {
    shape: picture,
    network: (o, x) => o.graph.add('Pad', [x, ints(o, 0, 0, 2, 1, 0, 0, 1, 3)], { mode: 'reflect' }),
  },
  'what is cut': {
    shape: picture,
    network: (o, x) => o.slice(x, { starts: [-7, 1], ends: [2 ** 31, 6], axes: [2, 3], steps: [2, 1] }),
  },
  'what is cut past an end': { shape: [n!, t!], network: (o, x) => o.slice(x, { starts: [1], ends: [6], axes: [1] }) },
  'what is turned round': { shape: [n!, t!], network: (o, x) => o.flip(x, [1]) },
  'what is joined': { shape: [n!, t!], network: (o, x) => o.concat([x, o.mul(x, 2), x], 1) },
  'what is taken': {
    shape: [n!, t!],
    network: (o, x) => o.concat([o.gather(x, ints(o, -1), 1), o.gather(x, ints(o, 3, 0, 3), 1)], 1),
  },
  'what is taken, without sums in scatters': {
    shape: [n!, t!],
    opset: 15,
    network: (o, x) => o.gather(x, ints(o, 3, 0, 3), 1),
  },
  'what is repeated': { shape: [n!, t!], network: (o, x) => o.graph.add('Tile', [x, ints(o, 2, 3)]) },
  'a mean and a variance': {
    shape: [n!, t!, 3],
    network: (o, x) => o.reduceMean(o.mul(x, o.sub(x, o.reduceMean(x, [1], true))), [0, 1], true),
  },
  'a maximum': { shape: [n!, t!], network: (o, x) => o.reduceMax(x, [1], false) },
  'products of matrices': {
    shape: [n!, t!, 4],
    network: (o, x) =>
      o.matMul(
        o.graph.add('Softmax', [o.matMul(x, o.transposeMatrix(x))], { axis: -1 }),
        o.matMul(x, weight(o, [4, 3])),
      ),
  },
  'layers that are normalized': { shape: [n!, t!, 4], network: node('LayerNormalization', {}, [4], [4]) },
  'groups that are normalized': {
    shape: [n!, 4, h!],
    network: node('GroupNormalization', { num_groups: 2 }, [4], [4]),
    opset: 21,
  },
  'a recurrent network over an open batch': {
    shape: [4, n!, 3],
    network: (o, x) => o.graph.add('GRU', [x, weight(o, [1, 6, 3]), weight(o, [1, 6, 2])], { hidden_size: 2 }),
  },
  'channels as pixels': { shape: [n!, 4, h!, w!], network: node('DepthToSpace', { blocksize: 2 }) },
  'a grid over an open batch': {
    shape: [n!, 2, 5, 6],
    network: (o, x) => {
      const places = o.slice(o.tanh(x), { starts: [0], ends: [2], axes: [3] });
      return o.graph.add('GridSample', [x, o.reshape(places, [o.graph.sides(x)[0]!, 2, 5, 2])]);
    },
  },
};

describe('a gradient that is made once holds at every size', () => {
  test.each(Object.entries(cases))('of %s', async (_, tried) => {
    const open = differentiated(tried, tried.shape);
    for (const numbers of sizes) {
      const shape = tried.shape.map((side) => sideAt(side, numbers));
      const x = new Tensor('float32', Float32Array.from(waves(shape)), shape);
      const expected = await run(differentiated(tried, shape), { x });
      const found = await run(open, { x });
      expect(found.map(({ name, dims }) => ({ name, dims }))).toEqual(
        expected.map(({ name, dims }) => ({ name, dims })),
      );
      found.forEach(({ data }, i) => {
        const reference = expected[i]!.data;
        // Rounding of float32, where what is summed is summed in another order.
        const apart = Math.hypot(...data.map((value, k) => value - reference[k]!));
        expect(apart).toBeLessThanOrEqual(2e-6 * Math.hypot(1e-3, ...reference));
      });
    }
  });

  test.each(lossNames.map((name) => [name]))('of the loss %s', async (name: LossName) => {
    const losses = async (shape: Sides, numbers: ReadonlyMap<string, number>) => {
      const graph = new Graph('loss');
      const { loss, input } = appendLoss(graph, name, graph.input('x', 'float32', shape));
      graph.output(loss);
      graph.output(differentiate(graph, { of: loss, wrt: ['x'] })[0]);
      const [ofX, ofTarget] = ['x', input].map((value) => graph.sides(value).map((side) => sideAt(side, numbers)));
      const target =
        name === 'cross-entropy'
          ? new Tensor(
              'int64',
              BigInt64Array.from({ length: sizeOf(ofTarget!) }, (_, i) => BigInt(i % 3)),
              ofTarget!,
            )
          : new Tensor('float32', Float32Array.from(waves(ofTarget!)), ofTarget!);
      return run(graph, { x: new Tensor('float32', Float32Array.from(waves(ofX!)), ofX!), [input]: target });
    };
    for (const numbers of sizes) {
      const shape: Sides = [n!, 3, t!];
      const known = shape.map((side) => sideAt(side, numbers));
      const [open, closed] = [await losses(shape, numbers), await losses(known, numbers)];
      expect(open.map(({ data }) => data)).toEqual(closed.map(({ data }) => data));
    }
  });
});
