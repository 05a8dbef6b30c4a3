/** ONNX models, as the library's users differentiate them: damaged, and claiming what can't be. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import onnxProto, { type onnx as Onnx } from 'onnx-proto';
import { encodeModel, Graph, Operators, tensor, type Value } from '../../src/onnx/index.js';
import type { Case, Draw, Family } from './case.js';
import { damage, hostileTexts } from './damage.js';
import type { Random } from './random.js';

const { onnx } = onnxProto;

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => ((i * 37) % 19) / 10 - 0.9);

/** Small models with a loss, of every family of operators. */
const builders: Readonly<Record<string, (graph: Graph, o: Operators) => Value>> = {
  convolutions(graph, o) {
    const x = graph.input('x', 'float32', [1, 3, 8, 9]);
    const kernel = graph.initializer('kernel', tensor('float32', numbers(4 * 3 * 9), [4, 3, 3, 3]));
    const wide = o.conv(x, kernel, { kernel_shape: [3, 3], pads: [1, 1, 1, 1] });
    const pooled = graph.add('MaxPool', [graph.add('Relu', [wide])], { kernel_shape: [2, 2], strides: [2, 2] });
    const mean = graph.add('AveragePool', [pooled], { kernel_shape: [2, 2], ceil_mode: 1 });
    return o.reduceSum(o.mul(mean, mean), [0, 1, 2, 3], false);
  },
  matrices(graph, o) {
    const x = graph.input('x', 'float32', [2, 6]);
    const y = graph.input('y', 'float32', [6, 4]);
    const b = graph.initializer('b', tensor('float32', numbers(4), [4]));
    const product = graph.add(
      'Gemm',
      [o.matMul(x, y), graph.add('Identity', [y.length > 0 ? o.transposeMatrix(x) : x]), b]
        .slice(0, 1)
        .concat([o.slice(y, { starts: [0], ends: [4], axes: [0] }), b]),
    );
    return o.reduceSum(graph.add('Sigmoid', [product]), [0, 1], false);
  },
  movement(graph, o) {
    const x = graph.input('x', 'float64', [2, 3, 4]);
    const [a, b] = o.split(o.transpose(o.reshape(x, [4, 3, 2]), [2, 0, 1]), 1, 2);
    const both = o.concat([o.pad(a!, [0, 1, 0], [0, 0, 1]), o.pad(b!, [0, 0, 1], [0, 1, 0])], 2);
    return o.reduceSum(o.tanh(o.slice(both, { starts: [0, 1], ends: [2, 3], axes: [0, 1] })), [0, 1, 2], false);
  },
  elements(graph, o) {
    const x = graph.input('x', 'float32', [5]);
    const y = graph.input('y', 'float32', [3, 1]);
    const chosen = o.where(o.greater(x, y), o.clip(x, -1, 1), o.mul(y, 2));
    const cast = o.cast(o.sqrt(o.add(o.mul(chosen, chosen), 1)), 'float64');
    return o.reduceSum(o.log(cast), [0, 1], false);
  },
};

export const models: Readonly<Record<string, Buffer>> = Object.fromEntries(
  Object.entries(builders).map(([name, build]) => {
    const graph = new Graph(name);
    graph.output(build(graph, new Operators(graph)), 'loss');
    return [name, Buffer.from(encodeModel(graph))];
  }),
);
const names = Object.keys(models);

const reading = (what: string, bytes: Uint8Array, sound = false): Case => ({
  what,
  prepare: (folder) => writeFileSync(join(folder, 'model.onnx'), bytes),
  read: { kind: 'model', file: 'model.onnx', sound },
});

/** A sound model, changed as a model and not as bytes. */
export function changed(name: string, change: (graph: Onnx.IGraphProto, model: Onnx.IModelProto) => void): Uint8Array {
  const model = onnx.ModelProto.decode(models[name]!);
  change(model.graph!, model);
  return onnx.ModelProto.encode(model).finish();
}

const claim =
  (what: string, name: string, change: Parameters<typeof changed>[1]): Draw =>
  () =>
    reading(`${name}: ${what}`, changed(name, change));

const known: readonly Draw[] = [
  ...names.map(
    (name): Draw =>
      () =>
        reading(`${name}: sound`, models[name]!, true),
  ),
  () => reading('an empty file', Buffer.alloc(0)),
  () => reading('text', Buffer.from('not a model')),
  claim('a side of 2^40', 'elements', (graph) => {
    graph.input![0]!.type!.tensorType!.shape!.dim![0]!.dimValue = 2 ** 40;
  }),
  claim('a kernel of 2^31 outputs', 'convolutions', (graph) => {
    graph.initializer!.find(({ name }) => name === 'kernel')!.dims = [2 ** 31, 3, 3, 3];
  }),
  claim('a kernel of -1 outputs', 'convolutions', (graph) => {
    graph.initializer!.find(({ name }) => name === 'kernel')!.dims = [-1, 3, 3, 3];
  }),
  claim('a stride of 0', 'convolutions', (graph) => {
    for (const node of graph.node!) for (const one of node.attribute!) if (one.name === 'strides') one.ints = [0, 0];
  }),
  claim('pads of 2^31', 'convolutions', (graph) => {
    for (const node of graph.node!)
      for (const one of node.attribute!) if (one.name === 'pads') one.ints = Array(4).fill(2 ** 31);
  }),
  claim('names with newlines and escapes', 'movement', (graph) => {
    graph.node![0]!.opType = 'Unknown\n\u001b[31m';
    graph.node![0]!.name = 'x'.repeat(1e6);
  }),
  claim('a node of its own output', 'elements', (graph) => {
    graph.node![0]!.input![0] = graph.node![0]!.output![0]!;
  }),
  claim('operator set 2^31', 'elements', (_, model) => {
    model.opsetImport![0]!.version = 2 ** 31;
  }),
  claim('an external kernel in another folder', 'convolutions', (graph) => {
    const kernel = graph.initializer!.find(({ name }) => name === 'kernel')!;
    const externalData = [{ key: 'location', value: '../../../../etc/passwd' }];
    Object.assign(kernel, { rawData: undefined, dataLocation: 1, externalData });
  }),
  claim('a loop of 2^40 rounds', 'elements', (graph) => {
    const loss = graph.output![0]!.name!;
    const body: Onnx.IGraphProto = {
      input: [{ name: 'i' }, { name: 'going' }, { name: 'v' }],
      output: [{ name: 'goesOn' }, { name: 'next' }],
      node: [
        { opType: 'Identity', input: ['going'], output: ['goesOn'] },
        { opType: 'Neg', input: ['v'], output: ['next'] },
      ],
    };
    graph.initializer!.push({ name: 'rounds', dataType: 7, dims: [], int64Data: [2 ** 40] });
    const attribute = [{ name: 'body', type: 5, g: body }];
    graph.node!.push({ opType: 'Loop', name: 'loop', input: ['rounds', '', loss], output: ['end'], attribute });
    graph.output = [{ ...graph.output![0], name: 'end' }];
  }),
  claim('functions that call themselves twice', 'elements', (graph, model) => {
    const call = (input: string, output: string): Onnx.INodeProto => ({
      opType: 'f',
      domain: 'own',
      input: [input],
      output: [output],
    });
    model.opsetImport!.push({ domain: 'own', version: 1 });
    model.functions = [
      { name: 'f', domain: 'own', input: ['a'], output: ['c'], node: [call('a', 'b'), call('b', 'c')] },
    ];
    graph.node!.push(call(graph.output![0]!.name!, 'end'));
    graph.output = [{ ...graph.output![0], name: 'end' }];
  }),
  claim('constants of 2^14 numbers, ten thousand times', 'elements', (graph) => {
    graph.initializer!.push({ name: 'sides', dataType: 7, dims: [1], int64Data: [2 ** 14] });
    for (let i = 0; i < 10_000; i++)
      graph.node!.push({ opType: 'ConstantOfShape', name: `c${i}`, input: ['sides'], output: [`c${i}`] });
  }),
  claim('100,000 nodes', 'elements', (graph) => {
    const loss = graph.output![0]!.name!;
    let last = loss;
    for (let i = 0; i < 100_000; i++) {
      graph.node!.push({ opType: 'Neg', name: `n${i}`, input: [last], output: [`v${i}`] });
      last = `v${i}`;
    }
    graph.output = [{ ...graph.output![0], name: last }];
  }),
];

/** Changes a number, a name or a place of the model. */
function mutate(graph: Onnx.IGraphProto, random: Random): string {
  const node = random.pick(graph.node!);
  const number = () => random.pick([-(2 ** 31), -7, -1, 0, 1, 2, 3, 7, 255, 65_536, 2 ** 31 - 1, 2 ** 40]);
  const ways: readonly (() => string)[] = [
    () => {
      node.opType = random.pick(
        graph.node!.map(({ opType }) => opType!).concat('Softmax', 'Loop', 'If', 'Resize', 'constructor'),
      );
      return `${node.name} is a ${node.opType}`;
    },
    () => {
      const values = graph.node!.flatMap(({ input, output }) => [...input!, ...output!]);
      node.input![random.integer(0, Math.max(0, node.input!.length - 1))] = random.pick([...values, '', 'missing']);
      return `another input of ${node.name}`;
    },
    () => {
      node.input!.pop();
      return `an input of ${node.name} less`;
    },
    () => {
      const attribute = node.attribute?.length ? random.pick(node.attribute) : undefined;
      if (!attribute) return `nothing of ${node.name}`;
      if (attribute.ints?.length) attribute.ints[random.integer(0, attribute.ints.length - 1)] = number();
      else attribute.i = number();
      if (random.chance(0.2)) attribute.type = random.integer(0, 12);
      return `${attribute.name} of ${node.name}`;
    },
    () => {
      const constant = graph.initializer?.length ? random.pick(graph.initializer) : undefined;
      if (!constant) return 'nothing of the constants';
      if (random.chance(0.5)) constant.dims = random.chance(0.5) ? [] : [...(constant.dims ?? []), number()];
      else constant.dataType = random.integer(0, 20);
      return `type or shape of ${constant.name}`;
    },
    () => {
      const constant = graph.initializer?.find(({ dataType }) => dataType === onnx.TensorProto.DataType.INT64);
      if (!constant) return 'nothing of the numbers';
      constant.rawData = random.bytes(constant.rawData?.length ?? 8);
      return `the numbers of ${constant.name}`;
    },
    () => {
      const [input] = graph.input!;
      const dims = input!.type!.tensorType!.shape!.dim!;
      if (random.chance(0.3)) dims.pop();
      else dims[random.integer(0, dims.length - 1)] = { dimValue: number() };
      return `the shape of ${input!.name}`;
    },
    () => {
      node.name = random.pick(hostileTexts);
      node.output![0] = random.pick(hostileTexts);
      return 'hostile names';
    },
  ];
  return random.pick(ways)();
}

/** A model with something wrong about it, as bytes or as a model. */
export function drawDamaged(random: Random): { what: string; bytes: Uint8Array } {
  const name = random.pick(names);
  if (random.chance(0.4)) {
    const { bytes, how } = damage(models[name]!, random, models[random.pick(names)]!);
    return { what: `${name}: ${how}`, bytes };
  }
  let how = '';
  const bytes = changed(name, (graph) => {
    how = mutate(graph, random);
    if (random.chance(0.3)) how += `; ${mutate(graph, random)}`;
  });
  return { what: `${name}: ${how}`, bytes };
}

export const modelFiles: Family = {
  name: 'models',
  what: 'damaged ONNX models, impossible shapes, loaded and differentiated by the library',
  share: 50,
  known: () => known,
  draw(random) {
    const { what, bytes } = drawDamaged(random);
    return reading(what, bytes);
  },
};
