/** Models that leave sides of their inputs open. */
import { describe, expect, test } from '@jest/globals';
import { differentiate, encodeModel, type Graph, loadModel, tensor } from '../../../src/onnx/index.js';
import { fileOf, type ModelLines, type NodeLine } from './file.js';

const load = (lines: ModelLines): Graph => loadModel(fileOf(lines));
const open = (...shape: (number | string)[]) => ({ dtype: 'float32', shape }) as const;
const ints = (...values: number[]) => tensor('int64', values, [values.length]);
const shown = (graph: Graph, value: string): string => `[${graph.sides(value).join(', ')}]`;

/** The graph of some nodes from x to y. */
const through = (x: (number | string)[], nodes: NodeLine[], constants: ModelLines['constants'] = {}): Graph =>
  load({ nodes, inputs: { x: open(...x) }, outputs: 'y', constants });

describe('sides that a file leaves open', () => {
  test.each<[string, (number | string)[], NodeLine[], Record<string, ReturnType<typeof tensor>>, string]>([
    ['are those of what is computed element by element', ['N', 3], [['Relu', 'x', 'y']], {}, '[N, 3]'],
    [
      'are halved by strides',
      ['N', 1, 'H', 8],
      [['MaxPool', 'x', 'y', { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }]],
      {},
      '[N, 1, floor((H - 1)/2) + 1, 4]',
    ],
    ['are multiplied where axes are joined', ['N', 4, 'T'], [['Flatten', 'x', 'y', { axis: 2 }]], {}, '[4*N, T]'],
    ['are summed where values are joined', ['N', 4], [['Concat', 'x x x', 'y', { axis: 0 }]], {}, '[3*N, 4]'],
    ['are what is left', ['N', 'T', 6], [['Reshape', 'x s', 'y']], { s: ints(0, -1, 3) }, '[N, 2*T, 3]'],
    [
      'are counted from their end',
      [1, 'T'],
      [['Slice', 'x b e a', 'y']],
      { b: ints(-3), e: ints(2 ** 31), a: ints(1) },
      '[1, min(T, 3)]',
    ],
    [
      'bound what is cut',
      [1, 'T'],
      [['Slice', 'x b e a', 'y']],
      { b: ints(1), e: ints(4), a: ints(1) },
      '[1, min(T, 4) - 1]',
    ],
    [
      'are scaled',
      [1, 1, 'H', 'W'],
      [['Resize', 'x _ s', 'y']],
      { s: tensor('float32', [1, 1, 2, 0.5], [4]) },
      '[1, 1, 2*H, floor(W/2)]',
    ],
  ])('%s', (_, x, nodes, constants, shape) => {
    const graph = through(x, nodes, constants);
    expect(shown(graph, 'y')).toBe(shape);
    // And again, out of a file.
    expect(shown(loadModel(encodeModel(graph)), 'y')).toBe(shape);
  });

  test('have names where the file gives none, and one name is one side', () => {
    const bytes = fileOf(
      { nodes: [['Add', 'a b', 'y']], inputs: { a: open('N', 2), b: open('N', 1) }, outputs: 'y' },
      ({ graph }) => {
        graph!.input!.push({ name: 'c', type: { tensorType: { elemType: 1, shape: { dim: [{}] } } } });
      },
    );
    const graph = loadModel(bytes);
    expect(shown(graph, 'y')).toBe('[N, 2]');
    expect(shown(graph, 'c')).toBe('[c_side_0]');
  });

  test('what a graph computes of them is known, and what of it is a number is folded', () => {
    const graph = through(
      ['N', 3, 'H'],
      [
        ['Shape', 'x', 'sides'],
        ['Gather', 'sides zero', 'images', { axis: 0 }],
        ['Gather', 'sides one', 'channels', { axis: 0 }],
        ['Mul', 'images channels', 'rows'],
        ['Unsqueeze', 'rows first', 'row'],
        ['Concat', 'row rest', 'wanted', { axis: 0 }],
        ['Reshape', 'x wanted', 'y'],
      ],
      { zero: tensor('int64', [0], []), one: tensor('int64', [1], []), first: ints(0), rest: ints(-1) },
    );
    expect(shown(graph, 'y')).toBe('[3*N, H]');
    expect(graph.constantValues(graph.producer('rows')!.inputs[1]!)).toEqual([3]);
  });

  test('what nothing takes of them is not computed', () => {
    const nodes: NodeLine[] = [
      ['Shape', 'x', 'sides'],
      ['Gather', 'sides one', 'channels', { axis: 0 }],
      ['Mul', 'channels channels', 'squared'],
      ['Unsqueeze', 'squared first', 'wanted'],
      ['Expand', 'c wanted', 'more'],
      ['Add', 'x more', 'y'],
    ];
    const constants = { c: tensor('float32', [2], [1]), one: tensor('int64', [1], []), first: ints(0) };
    const { nodes: left } = through(['N', 1], nodes, constants);
    expect(left.map(({ opType }) => opType)).toEqual(['Expand', 'Add']);
  });

  test('where more than one number would do, the line names node, side and what to give', () => {
    const graph = load({ nodes: [['Add', 'a b', 'y']], inputs: { a: open('N', 2), b: open('M', 2) }, outputs: 'y' });
    expect(() => graph.sides('y')).toThrow(
      "the shape of 'y' is not known: Add node 'Add of y': whether the sides N and M are the same is not known; give them in inputShapes",
    );
    expect(() => load({ nodes: [['Add', 'a a', 'y']], inputs: { a: open('N', 2) }, outputs: 'y' }).shape('y')).toThrow(
      "it takes the side N as a number: N of the input 'a' is open; give it in inputShapes",
    );
  });

  test('what takes the number of a side says so, and the node', () => {
    const graph = through(
      ['N', 3],
      [
        ['ReduceProd', 'x', 'p', { axes: [0], keepdims: 0 }],
        ['ReduceSum', 'p', 'y', { keepdims: 0 }],
      ],
    );
    expect(() => differentiate(graph, { of: 'y', wrt: ['x'] })).toThrow(
      "ReduceProd node 'ReduceProd of p': it takes the side N as a number: N of the input 'x' is open; give it in inputShapes",
    );
  });

  test('a formula that each node would double is given up', () => {
    const nodes = Array.from({ length: 40 }, (_, i): NodeLine => ['Mul', `n${i} n${i}`, `n${i + 1}`]);
    const graph = through(
      ['N', 'M'],
      [['Size', 'x', 'n0'], ...nodes, ['Unsqueeze', 'n40 first', 'wanted'], ['Expand', 'one wanted', 'y']],
      { first: ints(0), one: tensor('float32', [1], [1]) },
    );
    expect(() => graph.sides('y')).toThrow("the shape of 'y' is not known: Expand node 'Expand of y': ");
  });
});
