import { describe, expect, test } from '@jest/globals';
import { tileGraph } from '../../../src/drawing/compute/tile-graphs.js';
import { findLayer } from '../../../src/networks/vgg19/layers.js';
import { differentiate, encodeModel, Graph, keepMasks, Operators, peakBytes } from '../../../src/onnx/index.js';
import { trainingModel } from '../../../src/outputs/models.js';
import { phaseAt, siteOf } from '../../support/loop.js';
import { evaluatePasses } from '../../support/training.js';

const site = (layer: string, side = 64) => ({ layer: findLayer(layer), height: side, width: side + 5 });

const count = (graph: Graph, opType: string): number => graph.nodes.filter((node) => node.opType === opType).length;

describe('keepMasks', () => {
  test.each(['block1_conv1', 'block1_conv2', 'block2_conv1', 'block2_pool', 'block3_conv3'])(
    '%s: loss and gradient are the same numbers',
    async (name) => {
      const { plain, passed } = await evaluatePasses(site(name), [keepMasks]);
      expect(passed[0]).toEqual(plain);
    },
  );

  test('every ReLU has a mask of booleans, and no sign', () => {
    const plain = trainingModel(site('block3_conv3'));
    const kept = keepMasks(plain);
    expect(count(plain, 'Sign')).toBe(count(plain, 'Relu'));
    expect(count(kept, 'Sign')).toBe(0);
    const masks = kept.nodes.filter(({ opType, outputs }) => opType === 'Cast' && kept.dtype(outputs[0]!) === 'bool');
    expect(masks).toHaveLength(count(plain, 'Relu'));
    expect([kept.inputs, kept.outputs]).toEqual([plain.inputs, plain.outputs]);
  });

  test('what follows a pool waits for the masks before it', () => {
    const kept = keepMasks(trainingModel(site('block3_conv3')));
    const readersOf = (value: string) =>
      kept.nodes.filter(({ inputs, opType }) => inputs.includes(value) && opType !== 'Cast');
    const pools = kept.nodes.filter(({ opType }) => opType === 'MaxPool');
    expect(pools).toHaveLength(2);
    for (const { outputs } of pools) {
      const [relu] = readersOf(outputs[0]!);
      expect(readersOf(relu!.outputs[0]!).map(({ opType }) => opType)).toEqual(['Add']);
    }
  });

  test.each([
    ['block2_conv2', 0.85],
    ['block4_conv2', 0.85],
    ['block5_conv2', 0.85],
  ])('%s: bytes held at the peak', (name, share) => {
    const size = { height: 512, width: 517 };
    const plain = tileGraph(siteOf(size), size, phaseAt(name).objective);
    expect(peakBytes(keepMasks(plain)) / peakBytes(plain)).toBeLessThan(share);
  });

  test('a sign that is used in another way stays', () => {
    const graph = new Graph('sign');
    const o = new Operators(graph);
    const x = graph.input('x', 'float32', [4]);
    const sign = o.sign(graph.add('Relu', [x]));
    graph.output(o.add(o.mul(x, sign), sign), 'y');
    expect(keepMasks(graph)).toBe(graph);
  });

  test('a graph without gradients stays as it is', () => {
    const graph = new Graph('plain');
    graph.output(graph.add('Relu', [graph.input('x', 'float32', [4])]), 'y');
    expect(keepMasks(graph)).toBe(graph);
  });

  test('the same graph gives the same bytes', () => {
    const model = () => encodeModel(keepMasks(trainingModel(site('block2_conv2'))));
    expect(model()).toEqual(model());
  });

  test('networks without pools: the gradient waits', () => {
    const graph = new Graph('no pools');
    const x = graph.input('x', 'float32', [1, 8]);
    const y = graph.add('Relu', [graph.add('Relu', [x])]);
    const loss = graph.add('ReduceSumSquare', [y], { keepdims: 0 });
    graph.output(differentiate(graph, { of: loss, wrt: [x] })[0]!, 'x_grad');
    expect(count(keepMasks(graph), 'Slice')).toBe(2);
  });
});
