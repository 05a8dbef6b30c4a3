import { describe, expect, test } from '@jest/globals';
import type { onnx as Onnx } from 'onnx-proto';
import { loadModel } from '../../../src/onnx/index.js';
import { fileOf, type NodeLine, nodeOf, outputsOfLoaded } from './file.js';

const functionOf = (name: string, input: string[], output: string[], nodes: NodeLine[], attribute: string[] = []) =>
  ({
    name,
    domain: 'own',
    input,
    output,
    node: nodes.map(nodeOf),
    attribute,
    opsetImport: [{ domain: '', version: 15 }],
  }) as Onnx.IFunctionProto;

const model = (nodes: NodeLine[], ...functions: Onnx.IFunctionProto[]) =>
  fileOf({ nodes, inputs: { x: [2] }, outputs: 'y', functions, domains: { own: 1 } });

const referring = (line: NodeLine, attribute: string, refAttrName: string): Onnx.INodeProto => ({
  ...nodeOf(line),
  attribute: [{ name: attribute, type: 1, refAttrName }],
});

describe('functions of a model are written out where they are called', () => {
  test('each call for itself, functions in functions, names that the graph has too', async () => {
    const twice = functionOf('twice', ['a'], ['b'], [['Add', 'a a', 'b']]);
    const more = functionOf(
      'more',
      ['x'],
      ['y'],
      [
        ['twice', 'x', 't', {}, 'own'],
        ['twice', 't', 'y', {}, 'own'],
      ],
    );
    const bytes = model(
      [
        ['more', 'x', 'b', {}, 'own'],
        ['twice', 'b', 'y', {}, 'own'],
      ],
      twice,
      more,
    );
    const graph = loadModel(bytes);
    expect(graph.nodes.map(({ opType }) => opType)).toEqual(['Add', 'Add', 'Add', 'Identity']);
    expect((await outputsOfLoaded(bytes, { x: [2] }, { x: [1, 2] })).y!.data).toEqual([8, 16]);
  });

  test('with the attributes of the call, and without those that it leaves out', async () => {
    const leaky = {
      ...functionOf('leaky', ['a'], ['b'], [], ['slope']),
      node: [referring(['LeakyRelu', 'a', 'b'], 'alpha', 'slope')],
    };
    const call = (attributes: object) => model([['leaky', 'x', 'y', attributes as never, 'own']], leaky);
    const y = async (attributes: object) =>
      (await outputsOfLoaded(call(attributes), { x: [2] }, { x: [-8, 2] })).y!.data;
    expect(await y({ slope: { float: 0.5 } })).toEqual([-4, 2]);
    expect((await y({}))[0]).toBeCloseTo(-0.08);
  });

  test('an input that a call leaves out is left out inside', async () => {
    const bounded = functionOf('bounded', ['a', 'least', 'most'], ['b'], [['Clip', 'a least most', 'b']]);
    const bytes = model([['bounded', 'x', 'y', {}, 'own']], bounded);
    expect((await outputsOfLoaded(bytes, { x: [2] }, { x: [-8, 2] })).y!.data).toEqual([-8, 2]);
  });

  test('one that calls itself, one that gives too little, and two of one name are refused', () => {
    const circle = functionOf('circle', ['a'], ['b'], [['circle', 'a', 'b', {}, 'own']]);
    expect(() => loadModel(model([['circle', 'x', 'y', {}, 'own']], circle))).toThrow(
      'more than 64 deep in each other',
    );
    const little = functionOf('little', ['a'], ['b'], []);
    expect(() => loadModel(model([['little', 'x', 'y', {}, 'own']], little))).toThrow(
      "little node 'little of y': its function does not give output 0",
    );
    expect(() => loadModel(model([['little', 'x', 'y', {}, 'own']], little, little))).toThrow(
      'overloads are not supported',
    );
  });

  test('functions that double and double are refused before they fill the memory', () => {
    const doubling = Array.from({ length: 40 }, (_, i) =>
      functionOf(
        `f${i}`,
        ['a'],
        ['b'],
        i === 0
          ? [['Neg', 'a', 'b']]
          : [
              [`f${i - 1}`, 'a', 't', {}, 'own'],
              [`f${i - 1}`, 't', 'b', {}, 'own'],
            ],
      ),
    );
    expect(() => loadModel(model([['f39', 'x', 'y', {}, 'own']], ...doubling))).toThrow('have more than 65536 nodes');
  });
});
