import { describe, expect, test } from '@jest/globals';
import { layersOf } from '../../src/onnx/index.js';
import { NetworkGraph, residual } from '../support/networks.js';

const layersIn = ({ graph }: NetworkGraph) => layersOf(graph, 'picture');
const named = (net: NetworkGraph, name: string) => layersIn(net).find((layer) => layer.name === name)!;

describe('the layers of a network', () => {
  test('have strides in pixels, and a depth in convolutions on the longest way', () => {
    const about = layersIn(residual()).map(({ name, channels, stride, depth }) => [name, channels, stride, depth]);
    expect(about).toEqual([
      ['stem.conv', 16, 2, 1],
      ['stem', 16, 2, 1],
      ['pool', 16, 4, 1],
      ['block1.conv1', 16, 4, 2],
      ['block1.inside', 16, 4, 2],
      ['block1.conv2', 16, 4, 3],
      ['block1.sum', 16, 4, 3],
      ['block1', 16, 4, 3],
      ['block2.conv1', 24, 8, 4],
      ['block2.inside', 24, 8, 4],
      ['block2.shortcut', 24, 8, 4],
      ['block2.conv2', 24, 8, 5],
      ['block2.sum', 24, 8, 5],
      ['block2', 24, 8, 5],
    ]);
  });

  test('are on its spine where nothing goes past them', () => {
    const spine = layersIn(residual()).filter(({ isOnSpine }) => isOnSpine);
    expect(spine.map(({ name }) => name)).toEqual([
      ...['stem.conv', 'stem', 'pool', 'block1.sum', 'block1', 'block2.sum', 'block2'],
    ]);
    expect(spine.filter(({ isActivation }) => isActivation).map(({ name }) => name)).toEqual([
      ...['stem', 'block1', 'block2'],
    ]);
  });

  test('of a U-Net are on the spine on its way down: what goes past to the way up does not count', () => {
    const net = new NetworkGraph();
    const wide = net.relu('wide', net.conv('c1', 'picture', 4));
    const turn = net.relu('turn', net.conv('c2', wide, 4, 2));
    const up = net.node('Resize', 'up', [turn, '', net.constant('float32', [1, 1, 2, 2])], { mode: 'nearest' });
    net.relu('end', net.conv('c3', net.node('Concat', 'joined', [up, wide], { axis: 1 }), 4));
    expect(layersIn(net).map(({ name, stride, isOnSpine }) => [name, stride, isOnSpine])).toEqual([
      ...[
        ['c1', 1, true],
        ['wide', 1, true],
        ['c2', 2, true],
        ['turn', 2, true],
      ],
      ...[
        ['up', 1, false],
        ['joined', 1, false],
        ['c3', 1, false],
        ['end', 1, false],
      ],
    ]);
  });

  test('have channels where transpositions have put them, and a product of each position keeps them there', () => {
    const net = new NetworkGraph();
    const last = net.node('Transpose', 'last', [net.conv('conv', 'picture', 4, 2)], { perm: [0, 2, 3, 1] });
    const mixed = net.node('MatMul', 'mixed', [last, net.constant('float32', Array(24).fill(0.1), [4, 6])]);
    net.node('Transpose', 'first', [mixed], { perm: [0, 3, 1, 2] });
    expect(named(net, 'mixed')).toMatchObject({ channels: 6, height: 16, width: 16, axes: [0, 3, 1, 2], depth: 2 });
    expect(named(net, 'first')).toMatchObject({ channels: 6, height: 16, width: 16, axes: [0, 1, 2, 3] });
  });

  test('are none where nobody knows which axis is which, until something spatial says it', () => {
    const net = new NetworkGraph();
    const conv = net.conv('conv', 'picture', 4);
    const strange = net.node('Reshape', 'strange', [conv, net.constant('int64', [1, 16, 16, 16])]);
    net.conv('again', strange, 4);
    expect(layersIn(net).map(({ name }) => name)).toEqual(['conv', 'again']);
  });

  test('are activations behind nonlinearities and gates of their own, not behind scales', () => {
    const net = new NetworkGraph();
    const conv = net.conv('conv', 'picture', 4);
    net.node('Mul', 'silu', [conv, net.node('Sigmoid', 'gate', [conv])]);
    const pooled = net.node('GlobalAveragePool', 'pooled', [conv]);
    net.node('Mul', 'squeezed', [conv, net.node('Sigmoid', 'scale', [pooled])]);
    net.node('Mul', 'doubled', [conv, net.constant('float32', [2], [])]);
    expect(['conv', 'silu', 'squeezed', 'doubled'].map((name) => named(net, name).isActivation)).toEqual([
      ...[false, true, false, false],
    ]);
    // One position is none to draw by.
    expect(named(net, 'pooled')).toBeUndefined();
  });
});
