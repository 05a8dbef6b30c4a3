import { describe, expect, test } from '@jest/globals';
import onnxProto from 'onnx-proto';
import {
  differentiate,
  encodeModel,
  encodeModelAndData,
  encodeModelInParts,
  Graph,
  loadModel,
  Operators,
  tensor,
} from '../../src/onnx/index.js';
import { openSession, Tensor } from '../../src/runtime/session.js';
import { uniforms } from '../support/random.js';

const { onnx } = onnxProto;

function example(): Graph {
  const graph = new Graph('example');
  const x = graph.input('x', 'float32', [1, 2, 5, 4]);
  const kernel = graph.initializer(
    'kernel',
    tensor(
      'float32',
      [...Array(36).keys()].map((i) => i / 36 - 0.5),
      [2, 2, 3, 3],
    ),
  );
  const y = graph.add('LeakyRelu', [graph.add('Conv', [x, kernel], { auto_pad: 'SAME_UPPER' })], {
    alpha: { float: 0.1 },
  });
  graph.output(graph.add('ReduceSumSquare', [y], { keepdims: 0 }), 'loss');
  return graph;
}

describe('encodeModelInParts', () => {
  test('the bytes of constants are not copied, and all together are what protobuf encodes', () => {
    const graph = example();
    const parts = encodeModelInParts(graph);
    expect(parts).toContain(graph.initializers.get('kernel')!.data);
    const bytes = encodeModel(graph);
    expect(Buffer.concat(parts).equals(bytes)).toBe(true);
    expect(Buffer.from(onnx.ModelProto.encode(onnx.ModelProto.decode(bytes)).finish()).equals(bytes)).toBe(true);
  });
});

describe('encodeModelAndData', () => {
  test('large constants lie in the other file, each from a page on, and small ones in the model', async () => {
    const graph = new Graph('beside');
    const o = new Operators(graph);
    const x = graph.input('x', 'float32', [1000]);
    const weights = ['a', 'b'].map((name) => graph.initializer(name, tensor('float32', uniforms([1000]), [1000])));
    graph.output(
      o.mul(
        weights.reduce((sum, weight) => o.add(sum, weight), x),
        2,
      ),
      'y',
    );
    const { model, data } = encodeModelAndData(graph, 'weights.data');
    expect(data.filter(({ length }) => length > 0).map(({ length }) => length)).toEqual([4000, 96, 4000]);
    for (const name of weights) expect(data).toContain(graph.initializers.get(name)!.data);
    const read = loadModel(Buffer.concat(model));
    expect(weights.map((name) => read.initializers.get(name)!.data)).toEqual([
      { location: 'weights.data', offset: 0, length: 4000 },
      { location: 'weights.data', offset: 4096, length: 4000 },
    ]);
    const externalData = [{ path: 'weights.data', data: Buffer.concat(data) }];
    const [inside, beside] = [
      await openSession(encodeModel(graph)),
      await openSession(Buffer.concat(model), { externalData }),
    ];
    const feeds = { x: new Tensor('float32', uniforms([1000]), [1000]) };
    expect((await beside.run(feeds)).y!.data).toEqual((await inside.run(feeds)).y!.data);
    await Promise.all([inside.release(), beside.release()]);
  });
});

describe('encodeModel', () => {
  test('the same graph gives the same bytes, whatever the order its attributes are written in', () => {
    expect(encodeModel(example())).toEqual(encodeModel(example()));
    const pool = (attributes: Record<string, number[]>) => {
      const graph = new Graph('g');
      graph.output(graph.add('MaxPool', [graph.input('x', 'float32', [1, 1, 4, 4])], attributes));
      return encodeModel(graph);
    };
    expect(pool({ kernel_shape: [2, 2], strides: [2, 2] })).toEqual(pool({ strides: [2, 2], kernel_shape: [2, 2] }));
  });

  test('a default is there without being given, leaves its sides open, and is loaded as a constant', async () => {
    const graph = new Graph('default');
    const rows = { ...tensor('int32', [1, 0, 1], [1, 1, 3]), isDefault: true };
    const table = graph.initializer('rows', rows);
    graph.output(graph.add('Gather', [graph.input('x', 'float32', [2]), table]), 'y');
    const bytes = encodeModel(graph);
    const session = await openSession(bytes);
    expect(session.inputNames).toEqual(['x']);
    const x = new Tensor('float32', Float32Array.of(3, 4), [2]);
    expect((await session.run({ x })).y!.data).toEqual(Float32Array.of(4, 3, 4));
    const [, input] = onnx.ModelProto.decode(bytes).graph!.input!;
    const sides = input!.type!.tensorType!.shape!.dim!.map((side) => Object.hasOwn(side, 'dimValue'));
    expect([input!.name, sides]).toEqual(['rows', [true, true, false]]);
    await session.release();
    const loaded = loadModel(bytes);
    expect([loaded.inputs, [...loaded.initializers.keys()], loaded.shape('y')]).toEqual([['x'], ['rows'], [1, 1, 3]]);
  });

  test('outputs are named without a copy, where a value has one name only', async () => {
    const graph = new Graph('names');
    const o = new Operators(graph);
    const x = graph.input('x', 'float32', [2]);
    const sum = o.add(x, 1);
    graph.output(sum, 'sum');
    graph.output(sum, 'again');
    graph.output(o.mul(sum, 2), 'double');
    graph.output(x, 'same');
    const bytes = encodeModel(graph);
    const identities = onnx.ModelProto.decode(bytes).graph!.node!.filter(({ opType }) => opType === 'Identity');
    expect(identities.map(({ output }) => output)).toEqual([['again'], ['same']]);
    const session = await openSession(bytes);
    const results = await session.run({ x: new Tensor('float32', [3, 4], [2]) });
    expect(
      Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, [...(data as Float32Array)]])),
    ).toEqual({
      sum: [4, 5],
      again: [4, 5],
      double: [8, 10],
      same: [3, 4],
    });
    await session.release();
  });

  test('with open sides it computes the same', async () => {
    const x = new Tensor(
      'float32',
      Float32Array.from({ length: 40 }, (_, i) => Math.sin(i)),
      [1, 2, 5, 4],
    );
    const losses = [];
    for (const openSides of [false, true]) {
      const model = encodeModel(example(), { openSides });
      const dims = onnx.ModelProto.decode(model).graph!.input![0]!.type!.tensorType!.shape!.dim!;
      expect(dims.map(({ dimValue }) => Number(dimValue ?? 0))).toEqual(openSides ? [1, 2, 0, 0] : [1, 2, 5, 4]);
      const session = await openSession(model);
      losses.push((await session.run({ x })).loss!.data);
      await session.release();
    }
    expect(losses[1]).toEqual(losses[0]);
  });

  test('opset 15, IR 8', () => {
    const model = onnx.ModelProto.decode(encodeModel(example()));
    expect(Number(model.irVersion)).toBe(8);
    expect(model.opsetImport.map(({ domain, version }) => [domain, Number(version)])).toEqual([['', 15]]);
  });
});

describe('loadModel', () => {
  test('what was encoded comes back', () => {
    const bytes = encodeModel(example());
    expect(encodeModel(loadModel(bytes))).toEqual(bytes);
  });

  test('a loaded model can be differentiated', async () => {
    const graph = loadModel(encodeModel(example()));
    graph.output(differentiate(graph, { of: 'loss', wrt: ['x'] })[0]!, 'gradient');
    const session = await openSession(encodeModel(graph));
    const x = new Tensor(
      'float32',
      Float32Array.from({ length: 40 }, (_, i) => Math.sin(i)),
      [1, 2, 5, 4],
    );
    const { gradient, loss } = await session.run({ x });
    expect(gradient!.dims).toEqual([1, 2, 5, 4]);
    // The loss is homogeneous of degree 2 in x, so ⟨gradient, x⟩ = 2·loss (Euler).
    const product = (gradient!.data as Float32Array).reduce((sum, value, i) => sum + value * Number(x.data[i]), 0);
    expect(product).toBeCloseTo(2 * (loss!.data as Float32Array)[0]!, 3);
  });

  test('open sides of an input are given by whoever loads it, or stay open', () => {
    const model = onnx.ModelProto.decode(encodeModel(example()));
    model.graph!.input![0]!.type!.tensorType!.shape!.dim![2] = { dimParam: 'height' };
    const bytes = onnx.ModelProto.encode(model).finish();
    expect(String(loadModel(bytes).sides('x'))).toBe('1,2,height,4');
    const written = onnx.ModelProto.decode(encodeModel(loadModel(bytes)));
    expect(written.graph!.input![0]!.type!.tensorType!.shape!.dim![2]).toMatchObject({ dimParam: 'height' });
    expect(loadModel(bytes, { inputShapes: { x: [1, 2, 9, 4] } }).shape('x')).toEqual([1, 2, 9, 4]);
  });

  test('types that the file states serve where an operator is not known', () => {
    const graph = new Graph('g');
    const y = graph.node('Softmax', [graph.input('x', 'float32', [2, 3])], {
      types: [{ dtype: 'float32', shape: [2, 3] }],
    });
    graph.output(new Operators(graph).reduceSum(y[0]!, [0, 1], false), 'sum');
    const model = onnx.ModelProto.decode(encodeModel(graph));
    const dim = [{ dimValue: 2 }, { dimValue: 3 }];
    model.graph!.valueInfo = [
      onnx.ValueInfoProto.create({ name: y[0]!, type: { tensorType: { elemType: 1, shape: { dim } } } }),
    ];
    expect(loadModel(onnx.ModelProto.encode(model).finish()).shape(y[0]!)).toEqual([2, 3]);
  });

  test.each<[string | Uint8Array, string]>([
    ['', '; give an .onnx file'],
    ['{"not": "onnx"}', ' but text; give an .onnx file'],
    ['\xff\xd8\xff\xe0\0\x10JFIF\0', ' but a JPEG; give an .onnx file'],
    ['\0\0\0\x20ftypisom', ' but a video, or a picture as HEIC; give an .onnx file'],
    ['PK\x03\x04', ' but an archive or a pickle, as those of PyTorch; export it with torch.onnx.export'],
    ['\x20\0\0\0\0\0\0\0{"a":', ' but safetensors, which are weights without a network; export'],
    [
      'version https://git-lfs.github.com/spec/v1\n',
      " but a pointer of Git LFS; fetch the file itself, with 'git lfs pull'",
    ],
    ['\x7fELF\x02', '; give an .onnx file'],
    [encodeModel(example()).slice(0, 200), ' that is whole; get another copy of it'],
  ])('%j is not an ONNX model%s', (bytes, why) => {
    expect(() => loadModel(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)).toThrow(
      `this is not an ONNX model${why}`,
    );
  });

  test('what a file states is looked at before anything is made of it', () => {
    const refusal = (change: (kernel: Record<string, unknown>) => void) => () => {
      const model = onnx.ModelProto.decode(encodeModel(example()));
      change(model.graph!.initializer!.find(({ name }) => name === 'kernel') as unknown as Record<string, unknown>);
      loadModel(onnx.ModelProto.encode(model).finish());
    };
    for (const dims of [[-2, -2, 3, 3], [2 ** 40, 2 ** 40], [2 ** 53]]) {
      expect(refusal((kernel) => Object.assign(kernel, { dims }))).toThrow(
        "the tensor 'kernel' can't have the sides [",
      );
    }
    expect(refusal((kernel) => Object.assign(kernel, { name: 'a\nb', dims: [3] }))).toThrow(
      "the tensor 'a\\nb' does not have 12 bytes",
    );
    const half = { dims: [1], dataType: 7, rawData: new Uint8Array(), floatData: [0.5] };
    expect(refusal((kernel) => Object.assign(kernel, half))).toThrow('constants of type int64 are whole numbers');
  });

  test.each([0, 23, 2 ** 31])('operator set %d is refused by number', (version) => {
    const model = onnx.ModelProto.decode(encodeModel(example()));
    model.opsetImport = [onnx.OperatorSetIdProto.create({ domain: '', version })];
    expect(() => loadModel(onnx.ModelProto.encode(model).finish())).toThrow(
      `operator set ${version}; 1 to 22 are supported`,
    );
  });
});

test('inputs of another shape than the file says: what it says of values holds no more', () => {
  const graph = new Graph('batches');
  const x = graph.input('x', 'float32', [1, 3]);
  graph.node('Exp', [x], { outputs: ['y'] });
  graph.output('y');
  expect(loadModel(encodeModel(graph), { inputShapes: { x: [8, 3] } }).shape('y')).toEqual([8, 3]);
});
