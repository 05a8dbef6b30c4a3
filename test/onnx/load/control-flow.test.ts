import { describe, expect, test } from '@jest/globals';
import { encodeModel, loadModel, type Tensor, tensor } from '../../../src/onnx/index.js';
import { bodyOf, fileOf, type GraphLines, outputsOf, outputsOfLoaded } from './file.js';

const operators = (bytes: Uint8Array): string[] => loadModel(bytes).nodes.map(({ opType }) => opType);
const bool = (value: boolean): Tensor => tensor('bool', [Number(value)], []);
const int = (value: number): Tensor => tensor('int64', [value], []);
const scalar = (dtype: 'bool' | 'int64') => ({ dtype, shape: [] });

describe('an If with a constant condition is the branch that it takes', () => {
  const branches = {
    then_branch: bodyOf({
      nodes: [['Mul', 'x two', 'twice']],
      outputs: 'twice',
      constants: { two: tensor('float32', [2], []) },
    }),
    else_branch: bodyOf({ nodes: [['Neg', 'x', 'less']], outputs: 'less' }),
  };

  test.each([true, false])('%s', async (condition) => {
    const bytes = fileOf({
      nodes: [
        ['If', 'c', 'y', branches],
        ['Relu', 'y', 'z'],
      ],
      inputs: { x: [3] },
      outputs: 'y z',
      constants: { c: bool(condition) },
    });
    expect(operators(bytes)).toEqual([condition ? 'Mul' : 'Neg', 'Identity', 'Relu']);
    expect(await outputsOfLoaded(bytes, { x: [3] })).toEqual(await outputsOf(bytes, { x: [3] }));
  });

  test('computed of a shape, inside another one', async () => {
    const inner = bodyOf({ nodes: [['If', 'c', 'r', branches]], outputs: 'r' });
    const bytes = fileOf({
      nodes: [
        ['Shape', 'x', 's'],
        ['ReduceProd', 's', 'n', { keepdims: 0 }],
        ['Equal', 'n six', 'c'],
        ['If', 'c', 'y', { then_branch: inner, else_branch: branches.else_branch }],
      ],
      inputs: { x: [2, 3] },
      outputs: 'y',
      constants: { six: int(6) },
    });
    expect(operators(bytes)).toEqual(['Mul', 'Identity']);
    expect(await outputsOfLoaded(bytes, { x: [2, 3] })).toEqual(await outputsOf(bytes, { x: [2, 3] }));
  });

  test('of which nothing is known, it stays, and sees the constants around it', async () => {
    const bytes = fileOf({
      nodes: [
        ['Constant', '', 'k', { value_float: { float: 3 } }],
        ['ReduceSum', 'x', 'total', { keepdims: 0 }],
        ['Greater', 'total k', 'c'],
        [
          'If',
          'c',
          'y',
          { then_branch: bodyOf({ nodes: [['Mul', 'x k', 'm']], outputs: 'm' }), else_branch: branches.else_branch },
        ],
      ],
      inputs: { x: [3] },
      outputs: 'y',
    });
    expect(operators(bytes)).toContain('If');
    const wanted = await outputsOf(bytes, { x: [3] }, { x: [1, 2, 3] });
    expect(await outputsOfLoaded(bytes, { x: [3] }, { x: [1, 2, 3] })).toEqual(wanted);
    expect(wanted.y!.data).toEqual([3, 6, 9]);
  });
});

describe('a Loop with a known count is its rounds', () => {
  const body: GraphLines = {
    nodes: [
      ['Identity', 'going', 'goesOn'],
      ['Cast', 'i', 'f', { to: 1 }],
      ['Add', 'v f', 'next'],
      ['Mul', 'next x', 'row'],
    ],
    inputs: { i: scalar('int64'), going: scalar('bool'), v: [2] },
    outputs: 'goesOn next row',
  };

  test('of a constant', async () => {
    const bytes = fileOf({
      nodes: [['Loop', 'count _ x', 'last rows', { body: bodyOf(body) }]],
      inputs: { x: [2] },
      outputs: 'last rows',
      constants: { count: int(3) },
    });
    expect(operators(bytes)).not.toContain('Loop');
    const graph = loadModel(bytes);
    expect([graph.shape('last'), graph.shape('rows')]).toEqual([[2], [3, 2]]);
    expect(await outputsOfLoaded(bytes, { x: [2] })).toEqual(await outputsOf(bytes, { x: [2] }));
  });

  test('that ends by a condition on what it carries', async () => {
    const counting: GraphLines = {
      nodes: [
        ['Add', 'n one', 'm'],
        ['Less', 'm four', 'goesOn'],
        ['Mul', 'v x', 'next'],
      ],
      inputs: { i: scalar('int64'), going: scalar('bool'), n: scalar('int64'), v: [2] },
      outputs: 'goesOn m next',
      constants: { one: int(1), four: int(4) },
    };
    const bytes = fileOf({
      nodes: [['Loop', '_ yes zero x', 'm y', { body: bodyOf(counting) }]],
      inputs: { x: [2] },
      outputs: 'y',
      constants: { yes: bool(true), zero: int(0) },
    });
    expect(operators(bytes).filter((opType) => opType === 'Mul')).toHaveLength(4);
    expect(await outputsOfLoaded(bytes, { x: [2] })).toEqual(await outputsOf(bytes, { x: [2] }));
  });

  test('that no end is known of: it stays', async () => {
    const open: GraphLines = {
      nodes: [
        ['ReduceSum', 'next', 's', { keepdims: 0 }],
        ['Less', 's hundred', 'goesOn'],
      ],
      inputs: { i: scalar('int64'), going: scalar('bool'), v: [2] },
      outputs: 'goesOn next',
      constants: { hundred: tensor('float32', [100], []) },
    };
    const bytes = fileOf({
      nodes: [['Loop', '_ yes x', 'y', { body: bodyOf({ ...open, nodes: [['Add', 'v x', 'next'], ...open.nodes] }) }]],
      inputs: { x: [2] },
      outputs: 'y',
      constants: { yes: bool(true) },
    });
    expect(operators(bytes)).toEqual(['Loop']);
    const [x, given] = [{ x: [2] }, { x: [3, 4] }];
    expect(await outputsOf(encodeModel(loadModel(bytes)), x, given)).toEqual(await outputsOf(bytes, x, given));
  });

  test('that never ends is refused', () => {
    const bytes = fileOf({
      nodes: [
        ['Loop', '_ yes x', 'y', { body: bodyOf({ ...body, nodes: body.nodes.slice(0, 3), outputs: 'goesOn next' }) }],
      ],
      inputs: { x: [2] },
      outputs: 'y',
      constants: { yes: bool(true) },
    });
    expect(() => loadModel(bytes)).toThrow("Loop node 'Loop of y': it goes on for more than 4096 rounds");
  });

  test('loops in loops are refused before they fill the memory', () => {
    const nested = (depth: number): GraphLines => ({
      ...body,
      nodes: [
        ['Identity', 'going', 'goesOn'],
        depth === 0 ? ['Add', 'v x', 'next'] : ['Loop', 'count _ v', 'next', { body: bodyOf(nested(depth - 1)) }],
      ],
      outputs: 'goesOn next',
    });
    const bytes = fileOf({
      nodes: [['Loop', 'count _ x', 'y', { body: bodyOf(nested(3)) }]],
      inputs: { x: [2] },
      outputs: 'y',
      constants: { count: int(1000) },
    });
    expect(() => loadModel(bytes)).toThrow('have more than 65536 nodes');
  });
});

describe('a Scan is its rounds', () => {
  const body = bodyOf({
    nodes: [
      ['Add', 's e', 'sum'],
      ['Mul', 'sum e', 'row'],
    ],
    inputs: { s: [2], e: [2] },
    outputs: 'sum row',
  });

  test.each([
    [{}, [3, 2]],
    [{ scan_input_directions: [1], scan_output_directions: [1] }, [3, 2]],
    [{ scan_input_axes: [1], scan_output_axes: [1] }, [2, 3]],
  ])('%j', async (attributes, sides) => {
    const bytes = fileOf({
      nodes: [['Scan', 's x', 'last rows', { body, num_scan_inputs: 1, ...attributes }]],
      inputs: { s: [2], x: sides },
      outputs: 'last rows',
    });
    const shapes = { s: [2], x: sides };
    expect(operators(bytes)).not.toContain('Scan');
    expect(await outputsOfLoaded(bytes, shapes)).toEqual(await outputsOf(bytes, shapes));
  });
});
