import { describe, expect, test } from '@jest/globals';
import {
  type Attributes,
  type DType,
  differentiate,
  encodeModel,
  Graph,
  loadModel,
  type Shape,
  sizeOf,
  tensor,
  unsupportedNodes,
} from '../../../src/onnx/index.js';
import { dtypeNumber } from '../../../src/onnx/tensor.js';
import { openSession } from '../../../src/runtime/session.js';
import { fileOf, type ModelLines, type NodeLine, outputsOf, outputsOfLoaded } from './file.js';

const load = (lines: ModelLines, shapes?: Readonly<Record<string, Shape>>): Graph =>
  loadModel(fileOf(lines), shapes ? { inputShapes: shapes } : {});
const operators = ({ nodes }: Graph): string[] => nodes.map(({ opType }) => opType);

describe('constants', () => {
  const forms: [Attributes, DType, number[], Shape][] = [
    [{ value: { tensor: tensor('float64', [1, 2], [2]) } }, 'float64', [1, 2], [2]],
    [{ value_float: { float: 2 } }, 'float32', [2], []],
    [{ value_floats: { floats: [2, 3] } }, 'float32', [2, 3], [2]],
    [{ value_int: 2 }, 'int64', [2], []],
    [{ value_ints: [2, 3, 4] }, 'int64', [2, 3, 4], [3]],
  ];

  test.each(forms)('%j', (attributes, dtype, values, shape) => {
    const graph = load({
      nodes: [
        ['Constant', '', 'c', attributes],
        ['Add', 'c c', 'y'],
      ],
      outputs: 'y',
    });
    expect(graph.type('y')).toEqual({ dtype, shape });
    expect(graph.constantValues(graph.producer('y')!.inputs[0]!)).toEqual(values.map((value) => 2 * value));
  });

  test('a sparse one is written out, in a node and among the initializers', () => {
    const sparse = (indices: number[], dims: number[]) => ({
      values: { name: 's', dims: [2], dataType: dtypeNumber('float32'), floatData: [5, 7] },
      indices: { dims, dataType: dtypeNumber('int64'), int64Data: indices },
      dims: [2, 3],
    });
    const bytes = fileOf(
      {
        nodes: [
          ['Constant', '', 'c'],
          ['Add', 'c s', 'y'],
        ],
        outputs: 'y',
      },
      ({ graph }) => {
        graph!.node![0]!.attribute = [{ name: 'sparse_value', type: 11, sparseTensor: sparse([1, 5], [2]) }];
        graph!.sparseInitializer = [sparse([0, 1, 1, 2], [2, 2])];
      },
    );
    const graph = loadModel(bytes);
    expect(graph.constantValues('y')).toEqual([0, 10, 0, 0, 0, 14]);
    const large = fileOf({ nodes: [['Neg', 's', 'y']], outputs: 'y' }, ({ graph: it }) => {
      it!.sparseInitializer = [{ ...sparse([1, 5], [2]), dims: [2 ** 20, 2 ** 20] }];
    });
    expect(() => loadModel(large)).toThrow(
      "the sparse tensor 's' can't have the sides [1048576, 1048576], or is too large",
    );
  });

  test('of strings is refused', () => {
    const lines = { nodes: [['Constant', '', 'y', { value_string: 'a' }]] as NodeLine[], outputs: 'y' };
    expect(() => load(lines)).toThrow("Constant node 'Constant of y': tensors of strings are not supported");
  });

  test.each<DType>(['bfloat16', 'float8e4m3fn', 'float8e5m2fnuz', 'uint16', 'uint64', 'complex64', 'int4'])(
    '%s passes through',
    (dtype) => {
      const graph = new Graph('g', 21);
      const shape = [3, 2];
      const bits = { float8e4m3fn: 8, float8e5m2fnuz: 8, uint64: 64, complex64: 64, int4: 4 } as Record<string, number>;
      const data = Uint8Array.from({ length: (6 * (bits[dtype] ?? 16)) / 8 }, (_, i) => i);
      graph.output(graph.add('Transpose', [graph.initializer('c', { dtype, shape, data })]), 'y');
      const back = loadModel(encodeModel(graph));
      expect(back.type('y')).toEqual({ dtype, shape: [2, 3] });
      expect(back.initializers.get('c')).toEqual({ dtype, shape, data });
    },
  );

  test('one that is shared by a second name is one', () => {
    const constants = { b: tensor('float32', [1], [1]) };
    const nodes: NodeLine[] = [
      ['Identity', 'b', 'also'],
      ['Add', 'x also', 'y'],
    ];
    const graph = load({ nodes, inputs: { x: [1] }, outputs: 'y', constants });
    expect(graph.producer('y')!.inputs).toEqual(['x', 'b']);
    expect(graph.initializers.size).toBe(1);
  });

  test('its bytes are the file’s, not copied', () => {
    const bytes = fileOf({
      nodes: [['Add', 'x c', 'y']],
      inputs: { x: [4] },
      outputs: 'y',
      constants: { c: tensor('float32', [1, 2, 3, 4], [4]) },
    });
    expect((loadModel(bytes).initializers.get('c')!.data as Uint8Array).buffer).toBe(bytes.buffer);
  });

  test('in an Identity, and in nodes that a graph was built with, no provider lacks', () => {
    const graph = new Graph('g');
    const c = graph.add('Constant', [], { value: { tensor: tensor('float32', [1], [1]) } });
    graph.output(graph.add('Add', [graph.input('x', 'float32', [1]), c]));
    expect(unsupportedNodes(graph, 'webgpu')).toEqual([]);
  });
});

describe('external data', () => {
  const lines = { nodes: [['Add', 'x c', 'y']] as NodeLine[], inputs: { x: [2] }, outputs: 'y' };
  const file = (location: string, more: Readonly<Record<string, string>> = {}) =>
    fileOf(lines, ({ graph }) => {
      const entries = { location, ...more };
      const externalData = Object.entries(entries).map(([key, value]) => ({ key, value }));
      graph!.initializer = [{ name: 'c', dims: [2], dataType: 1, dataLocation: 1, externalData }];
    });

  test('keeps its place, or is taken from the bytes that are given', () => {
    const bytes = file('weights/c.bin', { offset: '4' });
    expect(loadModel(bytes).initializers.get('c')!.data).toEqual({ location: 'weights/c.bin', offset: 4, length: 8 });
    const given = new Uint8Array(Float32Array.of(0, 1.5, 2.5).buffer);
    const graph = loadModel(bytes, { externalFiles: { 'weights/c.bin': given } });
    expect(graph.constantValues('c')).toEqual([1.5, 2.5]);
    expect(() => loadModel(bytes, { externalFiles: { 'weights/c.bin': given.subarray(4) } })).toThrow(
      "the tensor 'c' lies past the end of weights/c.bin, which has 8 bytes",
    );
  });

  test.each(['/etc/passwd', '../c.bin', 'a/../../c.bin', 'C:\\c.bin', '..\\c.bin'])('%s is outside', (location) => {
    expect(() => loadModel(file(location))).toThrow(
      `the tensor 'c' lies in ${location}, which is outside the model's folder`,
    );
  });

  test('a place that can not be is refused', () => {
    expect(() => loadModel(file('c', { offset: '-1' }))).toThrow("the tensor 'c' has the offset -1 in c");
    expect(() => loadModel(file('c', { length: '4' }))).toThrow("the tensor 'c' has 4 bytes in c instead of 8");
  });
});

describe('weights keep what is computed of them', () => {
  const weights = { w: tensor('float32', [1, 2, 3, 4, 5, 6], [2, 3]), s: tensor('float32', [2], []) };

  test('so that they have a gradient', async () => {
    const graph = load({
      nodes: [
        ['Transpose', 'w', 't', { perm: [1, 0] }],
        ['Mul', 't s', 'm'],
        ['Expand', 'm sides', 'wide'],
        ['ReduceSum', 'wide', 'y', { keepdims: 0 }],
      ],
      constants: { ...weights, sides: tensor('int64', [4, 3, 2], [3]) },
      outputs: 'y',
    });
    expect(graph.constantValues('m')).toEqual([2, 8, 4, 10, 6, 12]);
    const [ofWeight, ofScale] = differentiate(graph, { of: 'y', wrt: ['w', 's'] });
    graph.output(ofWeight, 'w_grad');
    graph.output(ofScale, 's_grad');
    const session = await openSession(encodeModel(graph), { threads: 1 });
    const found = await session.run({});
    await session.release();
    expect(Array.from(found.w_grad!.data as Float32Array)).toEqual([8, 8, 8, 8, 8, 8]);
    expect(found.s_grad!.data[0]).toBe(84);
  });

  test('but a computation that only decides on shapes is gone', () => {
    const graph = load({
      nodes: [
        ['Mul', 's s', 'four'],
        ['Cast', 'four', 'rows', { to: dtypeNumber('int64') }],
        ['Unsqueeze', 'rows zero', 'sides'],
        ['Expand', 'x sides', 'y'],
      ],
      inputs: { x: [1] },
      constants: { ...weights, zero: tensor('int64', [0], [1]) },
      outputs: 'y',
    });
    expect(graph.nodes.map(({ opType }) => opType)).toEqual(['Expand']);
    expect(graph.shape('y')).toEqual([4]);
  });

  test('and what has to be known of it is: the factors of a Resize', () => {
    const graph = load({
      nodes: [
        ['Concat', 'ones factors', 'scales', { axis: 0 }],
        ['Resize', 'x _ scales', 'y'],
      ],
      inputs: { x: [1, 1, 2, 3] },
      constants: { ones: tensor('float32', [1, 1], [2]), factors: tensor('float32', [2, 3], [2]) },
      outputs: 'y',
    });
    expect(graph.shape('y')).toEqual([1, 1, 4, 9]);
  });
});

describe('shapes that are computed are folded', () => {
  test('a flattened picture, of any size that is given', () => {
    const lines: ModelLines = {
      nodes: [
        ['Shape', 'x', 's'],
        ['Gather', 's zero', 'n'],
        ['Unsqueeze', 'n axes', 'first'],
        ['Concat', 'first rest', 'sides', { axis: 0 }],
        ['Reshape', 'x sides', 'y'],
      ],
      inputs: { x: { dtype: 'float32', shape: ['batch', 3, 'h', 'w'] } },
      outputs: 'y',
      constants: { zero: tensor('int64', [0], []), axes: tensor('int64', [0], [1]), rest: tensor('int64', [-1], [1]) },
    };
    const graph = load(lines, { x: [2, 3, 4, 5] });
    expect(operators(graph)).toEqual(['Reshape']);
    expect(graph.shape('y')).toEqual([2, 60]);
  });

  test('an output that is constant stays one', async () => {
    const bytes = fileOf({
      nodes: [
        ['Shape', 'x', 's'],
        ['Cast', 's', 'f', { to: 1 }],
        ['Mul', 'x f', 'y'],
      ],
      inputs: { x: [2] },
      outputs: 'f y',
    });
    expect(await outputsOfLoaded(bytes, { x: [2] })).toEqual(await outputsOf(bytes, { x: [2] }));
  });

  test('a value that only running tells has no type, which is no error until it is asked for', () => {
    const graph = load({
      nodes: [
        ['NonZero', 'x', 'n'],
        ['Transpose', 'n', 't'],
        ['Neg', 't', 'y'],
      ],
      inputs: { x: [3] },
      outputs: 'y',
    });
    expect(() => graph.shape('y')).toThrow(
      "the shape of 'y' is not known: NonZero node 'NonZero of n': input 0 has to be a constant",
    );
  });

  test('what is large is left to who runs the graph', () => {
    const constants = { sides: tensor('int64', [1000, 1000], [2]) };
    const graph = load({
      nodes: [
        ['ConstantOfShape', 'sides', 'z'],
        ['Add', 'z x', 'y'],
      ],
      inputs: { x: [1] },
      outputs: 'y',
      constants,
    });
    expect(operators(graph)).toEqual(['ConstantOfShape', 'Add']);
    expect(graph.shape('y')).toEqual([1000, 1000]);
  });

  test('what a file states does not overrule what follows from the sides that are given', () => {
    const bytes = fileOf({ nodes: [['Relu', 'x', 'y']], inputs: { x: [1, 4] }, outputs: 'y' }, ({ graph }) => {
      graph!.output![0]!.type = { tensorType: { elemType: 1, shape: { dim: [{ dimValue: 1 }, { dimValue: 4 }] } } };
    });
    expect(loadModel(bytes, { inputShapes: { x: [7, 4] } }).shape('y')).toEqual([7, 4]);
  });
});

describe('pools in ceil_mode whose last window is dropped', () => {
  test.each<[string, Shape, Attributes]>([
    ['MaxPool', [1, 2, 10, 10], { kernel_shape: [2, 2], strides: [3, 3], pads: [1, 1, 1, 1] }],
    ['MaxPool', [1, 2, 9, 8], { kernel_shape: [2, 2], strides: [2, 2], pads: [1, 1, 1, 1] }],
    ['MaxPool', [1, 1, 5], { kernel_shape: [1], strides: [3] }],
    ['AveragePool', [1, 2, 8, 8], { kernel_shape: [1, 1], strides: [3, 3] }],
    [
      'AveragePool',
      [1, 2, 10, 10],
      { kernel_shape: [2, 2], strides: [3, 3], pads: [1, 1, 1, 1], count_include_pad: 1 },
    ],
  ])('%s of %j %j', async (opType, x, attributes) => {
    const bytes = fileOf({ nodes: [[opType, 'x', 'y', { ...attributes, ceil_mode: 1 }]], inputs: { x }, outputs: 'y' });
    const graph = loadModel(bytes);
    expect(graph.producer('y')!.attributes.ceil_mode).toBeUndefined();
    const [found, wanted] = [await outputsOfLoaded(bytes, { x }), await outputsOf(bytes, { x })];
    expect(found).toEqual(wanted);
    expect(graph.shape('y')).toEqual(found.y!.dims);

    // With ceil_mode ONNX Runtime refused the gradient's graph.
    const squares = graph.add('ReduceSumSquare', ['y'], { keepdims: 0 });
    graph.output(differentiate(graph, { of: squares, wrt: ['x'] })[0], 'gradient');
    const { gradient } = await outputsOf(encodeModel(graph), { x });
    // The loss is of degree 2 in x, so ⟨gradient, x⟩ = 2 · loss (Euler).
    const product = gradient!.data.reduce((sum, value, i) => sum + value * Math.fround(Math.sin(i + 1)), 0);
    const loss = found.y!.data.reduce((sum, value) => sum + value ** 2, 0);
    expect(Math.abs(product - 2 * loss)).toBeLessThan(1e-5 * sizeOf(x));
  });
});

describe('what is wrong with a model is said in a line that names the node', () => {
  const x = { x: [2, 3] };

  test.each<[string, Omit<ModelLines, 'outputs'>, string]>([
    [
      'a circle',
      {
        nodes: [
          ['Add', 'x b', 'a'],
          ['Neg', 'a', 'b'],
          ['Neg', 'b', 'y'],
        ],
      },
      "Add node 'Add of a': there is no value 'b' yet: it is computed by a later node, or in a circle",
    ],
    ['a value that nothing gives', { nodes: [['Add', 'x b', 'y']] }, "Add node 'Add of y': there is no value 'b'"],
    [
      'an operator that ONNX does not have',
      { nodes: [['Sofmax', 'x', 'y']] },
      "Sofmax node 'Sofmax of y': ONNX has no operator Sofmax",
    ],
    [
      'a domain that is not imported',
      { nodes: [['Gelu', 'x', 'y', {}, 'com.other']] },
      "Gelu node 'Gelu of y': the model does not import its domain 'com.other'",
    ],
    [
      'a shape that does not fit',
      { nodes: [['Reshape', 'x s', 'y']], constants: { s: tensor('int64', [4, 2], [2]) } },
      "Reshape node 'Reshape of y': [2, 3] can't be reshaped to [4, 2]",
    ],
    [
      'a value that two nodes give',
      {
        nodes: [
          ['Neg', 'x', 'y'],
          ['Abs', 'x', 'y'],
        ],
      },
      "Abs node 'Abs of y': there are two values named 'y'",
    ],
    [
      'a value that two nodes give, one of them a constant by another name',
      {
        nodes: [
          ['Identity', 'c', 'y'],
          ['Abs', 'x', 'y'],
        ],
        constants: { c: tensor('float32', [1], [1]) },
      },
      "Abs node 'Abs of y': there are two values named 'y'",
    ],
    [
      'a type that there is not',
      { nodes: [['Cast', 'x', 'y', { to: 99 }]] },
      "Cast node 'Cast of y': tensors of ONNX element type 99",
    ],
    ['an output that no node gives', { nodes: [['Neg', 'x', 'z']] }, "no node gives the output 'y'"],
    ['a Loop without a body', { nodes: [['Loop', '_ _ x', 'y']] }, "Loop node 'Loop of y': it has no body"],
    ['an If without branches', { nodes: [['If', 'x', 'y']] }, "If node 'If of y': it has no then_branch"],
  ])('%s', (_, lines, message) => {
    expect(() => load({ inputs: x, ...lines, outputs: 'y' })).toThrow(message);
  });

  test('an input of any rank, a sequence, strings, another rank', () => {
    const lines: ModelLines = {
      nodes: [['Neg', 'x', 'y']],
      inputs: { x: { dtype: 'float32', shape: ['n', 3] } },
      outputs: 'y',
    };
    expect(() => load(lines, { x: [3] })).toThrow("its input 'x' is [n, 3]; [3] does not fit that");
    const typed = (type: object) => () =>
      loadModel(fileOf(lines, ({ graph }) => Object.assign(graph!.input![0]!, { type })));
    expect(typed({ tensorType: { elemType: 1 } })).toThrow(
      "the model leaves the rank of its input 'x' open; give its shape in inputShapes",
    );
    expect(typed({ sequenceType: {} })).toThrow("its input 'x' is a sequence or a map; only tensors are supported");
    expect(typed({ tensorType: { elemType: 8, shape: { dim: [] } } })).toThrow('tensors of strings');
  });

  test('the node whose shape is not inferred, not one that comes after it', () => {
    const lines: ModelLines = {
      nodes: [
        ['Trouble', 'x', 'a', {}, 'own'],
        ['Neg', 'a', 'b'],
        ['Pow', 'b b', 'y'],
      ],
      inputs: x,
      outputs: 'y',
      domains: { own: 1 },
    };
    expect(() => load(lines).shape('y')).toThrow(
      "the shape of 'y' is not known: there is no shape inference for Trouble (node 'Trouble of a')",
    );
  });

  test('a node without a name by what it gives', () => {
    const lines: ModelLines = { nodes: [['Add', 'x b', 'y']], inputs: { ...x, b: [4] }, outputs: 'y' };
    const bytes = fileOf(lines, ({ graph }) => {
      graph!.node![0]!.name = '';
    });
    expect(() => loadModel(bytes)).toThrow("Add node 'y': the shapes [2, 3] and [4] do not broadcast");
  });

  test('nodes of one name are told apart', async () => {
    const bytes = fileOf(
      {
        nodes: [
          ['Neg', 'x', 'a'],
          ['Neg', 'a', 'y'],
        ],
        inputs: x,
        outputs: 'y',
      },
      ({ graph }) => {
        for (const node of graph!.node!) node.name = 'same';
      },
    );
    expect(new Set(loadModel(bytes).nodes.map(({ name }) => name)).size).toBe(2);
    // ONNX Runtime refuses the file itself.
    expect((await outputsOfLoaded(bytes, { x: [2, 3] }, { x: [1, 2, 3, 4, 5, 6] })).y!.data).toEqual([
      1, 2, 3, 4, 5, 6,
    ]);
  });

  test('a node of another domain passes through, with its operator set', async () => {
    const lines: ModelLines = {
      nodes: [['Gelu', 'x', 'y', {}, 'com.microsoft']],
      inputs: x,
      outputs: 'y',
      domains: { 'com.microsoft': 1 },
    };
    const session = await openSession(encodeModel(loadModel(fileOf(lines))));
    expect(session.outputNames).toEqual(['y']);
    await session.release();
  });
});
