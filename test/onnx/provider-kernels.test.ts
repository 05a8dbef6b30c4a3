import { describe, expect, test } from '@jest/globals';
import { differentiate, encodeModel, Graph, hasKernel, unsupportedNodes } from '../../src/onnx/index.js';
import type { DType } from '../../src/onnx/tensor.js';
import { openSession } from '../../src/runtime/session.js';
import { knownOperators, singleNode } from '../support/single-nodes.js';

const types: DType[] = ['float32', 'float64', 'int32', 'int64', 'uint8', 'bool'];
/** Operators that are newer than operator set 15. */
const since: Readonly<Record<string, number>> = { Gelu: 20, GridSample: 16, LayerNormalization: 17, Mish: 18 };

describe('what is said of the CPU provider', () => {
  test.each([15, 18, 22])('it computes, in operator set %d', async (opset) => {
    const refused: string[] = [];
    for (const operator of knownOperators.filter((name) => opset >= (since[name] ?? 0))) {
      for (const dtype of types.filter((type) => hasKernel('cpu', operator, type, 1, opset))) {
        const session = await openSession(encodeModel(singleNode(operator, dtype, opset)), { threads: 1 }).catch(() => {
          refused.push(`${operator} of ${dtype}`);
        });
        await session?.release();
      }
    }
    expect(refused).toEqual([]);
  });

  test('it has been asked for most of what gradients are made of', () => {
    expect(knownOperators.filter((name) => hasKernel('cpu', name, 'float32')).length).toBeGreaterThan(90);
  });
});

describe('a provider that does not follow an operator set', () => {
  /** The gradient of the maxima of a picture. */
  const pooled = (opset: number): Graph => {
    const graph = new Graph('pooled', opset);
    const pool = graph.add('MaxPool', [graph.input('x', 'float32', [1, 1, 4, 4])], { kernel_shape: [2, 2] });
    graph.output(graph.add('ReduceSum', [pool], { keepdims: 0 }), 'loss');
    graph.output(differentiate(graph, { of: 'loss', wrt: ['x'], target: 'webgpu' })[0]!);
    return graph;
  };

  test('lacks what that has changed', () => {
    expect(unsupportedNodes(pooled(21), 'webgpu')).toEqual([]);
    expect(unsupportedNodes(pooled(22), 'webgpu').map(({ opType }) => opType)).toContain('MaxPool');
  });
});

test('what is removed when a model is loaded nobody has to compute', () => {
  const graph = new Graph('removed');
  graph.output(graph.add('Relu', [graph.add('Dropout', [graph.input('x', 'float32', [2])])]), 'y');
  expect(unsupportedNodes(graph, 'webgpu')).toEqual([]);
});
