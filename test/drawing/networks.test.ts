/** Drawing with networks from files. */
import { describe, expect, test } from '@jest/globals';
import { draw } from '../../src/drawing/draw.js';
import type { Frame } from '../../src/drawing/frame.js';
import { withLayersOf } from '../../src/drawing/recipe/layers.js';
import type { DrawOptions } from '../../src/drawing/recipe/options.js';
import { parsePreset } from '../../src/drawing/recipe/preset.js';
import { findPreset } from '../../src/drawing/recipe/presets.js';
import { networkFrom } from '../../src/networks/onnx/model.js';
import { onnxNetwork } from '../../src/networks/onnx/network.js';
import { samplePath } from '../golden/drawings.js';
import { NetworkGraph, plainVgg, residual } from '../support/networks.js';

const network = await networkFrom(residual().file('scores'), 'small.onnx', 'raw');
const outline = onnxNetwork(network);

async function drawn(options: DrawOptions): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of draw(samplePath, { size: 32, provider: 'cpu', ...options })) frames.push(frame);
  return frames;
}

/** Phases that compare layers with weights, in two iterations. */
const at = (layers: Record<string, number>, more = {}) => ({
  canvas: { colours: 'grey' as const },
  adam: { epsilon: 1e-12 },
  phases: [{ layers, iterations: 2, learningRate: 8, ink: 1, ...more }],
});

describe('a drawing with a network from a file', () => {
  test('names it, and its layers by their own names; the loss falls', async () => {
    const frames = await drawn({ network, preset: at({ block1: 1, 'block2.inside': 0.5 }, { ink: 0.01 }) });
    const { drawing } = frames[0]!;
    expect(drawing).toMatchObject({ width: 32, height: 24, weights: 'small.onnx' });
    expect(drawing.network).toEqual({ name: 'small.onnx', preprocess: 'raw', isAssumed: false });
    const losses = frames.flatMap(({ iteration }) => iteration?.loss ?? []);
    expect(losses[1]).toBeLessThan(losses[0]!);
    expect(Object.keys(frames[1]!.iteration!.losses)).toEqual(['content block1', 'content block2.inside', 'ink']);
  });

  test('takes the built-in presets, whose layers are found in it', async () => {
    const frames = await drawn({ network, preset: 'pencil' });
    expect(frames).toHaveLength(29);
    expect(new Set(frames.flatMap(({ iteration }) => iteration?.layer ?? []))).toEqual(new Set(['block1']));
    const shades = new Set(frames.at(-1)!.picture.rgb);
    expect(shades.size).toBeGreaterThan(20);
  });

  test('in strokes, in the style of a picture, by L-BFGS', async () => {
    const medium = {
      kind: 'strokes' as const,
      count: 12,
      width: [3, 2] as [number, number],
      lengths: [8, 20] as [number, number],
    };
    const phase = { layers: { block1_conv2: 1 }, iterations: 3, learningRate: 1 };
    const [strokes] = [await drawn({ network, preset: { medium, phases: [phase] } })];
    expect(strokes.at(-1)!.strokes!.width.length).toBeGreaterThan(0);
    const styled = { optimizer: 'lbfgs' as const, phases: [{ ...phase, style: { block3_conv1: 1 } }] };
    const frames = await drawn({ network, preset: styled, style: samplePath });
    expect(Object.keys(frames.at(-1)!.iteration!.losses)).toEqual(['content stem', 'style block1']);
    expect(frames.at(-1)!.iteration!.loss).toBeLessThan(frames[1]!.iteration!.loss);
  });

  test('computes operators of a newer set than its own', async () => {
    const net = new NetworkGraph([1, 3, 32, 32], 20);
    const last = net.node('Transpose', 'last', [net.conv('conv', 'picture', 4)], { perm: [0, 2, 3, 1] });
    const normalized = net.node('LayerNormalization', 'normalized', [last, net.constant('float32', [1, 1, 1, 1])]);
    const newer = await networkFrom(net.file(net.node('Gelu', 'gelu', [normalized])), 'newer.onnx', 'raw');
    const [, first, second] = await drawn({ network: newer, preset: at({ gelu: 1 }, { ink: 0 }) });
    expect(second!.iteration!.loss).toBeLessThan(first!.iteration!.loss);
  });

  test('is that of VGG-19 where the file holds VGG-19', async () => {
    const vgg = await networkFrom(await plainVgg(), 'vgg.onnx', 'caffe');
    const preset = at({ block2_conv2: 1, block1_conv2: 0.5 });
    const own = await drawn({ preset, weights: 'seeded' });
    const others = await drawn({ preset, network: vgg });
    expect(others.at(-1)!.iteration!.layer).toBe('block2_conv2.relu+block1_conv2.relu');
    for (const [i, { picture }] of others.entries()) expect(picture).toEqual(own[i]!.picture);
  });

  test.each<[string, DrawOptions, RegExp]>([
    [
      'weights beside it',
      { network, weights: 'contour' },
      /^weights: they are for VGG-19, and a network from a file has its own/,
    ],
    ['preparation of nothing', { preprocess: 'raw' }, /^preprocess: it is of use with the file of a network only/],
    [
      'a layer that there is not',
      { network, preset: at({ blok1: 1 }) },
      /phases\[0\]\.layers\.blok1: there is no layer 'blok1' in small\.onnx; .*did you mean 'block1'/,
    ],
    ['no network', { network: './nix.onnx' }, /^network: can't read \.\/nix\.onnx: there is no such file/],
    [
      'less memory than it takes',
      { network, preset: at({ block1: 1 }), memory: '150M' },
      /^block1 at 32×24 pixels takes \d+M of memory at the least, and 150M may be used/,
    ],
  ])('is refused with %s', async (_, options, message) => {
    await expect(drawn(options)).rejects.toMatchObject({ name: 'InputError', message: expect.stringMatching(message) });
  });

  test('that has one size, and no square, is made of photos of that size', async () => {
    const net = new NetworkGraph([1, 3, 24, 32]);
    const tokens = net.node('Reshape', 'tokens', [net.conv('conv', 'picture', 4), net.constant('int64', [1, 4, 768])]);
    const back = net.node('Reshape', 'back', [tokens, net.constant('int64', [1, 4, 24, 32])]);
    const fixed = await networkFrom(net.file(net.relu('deep', net.conv('late', back, 4))), 'fixed.onnx');
    const frames = await drawn({ network: fixed, preset: { scales: [0.5, 1], ...at({ deep: 1 }) } });
    expect(frames).toHaveLength(3);
    expect(frames.map(({ picture: { width, height } }) => [width, height])).toEqual(Array(3).fill([32, 24]));
  });

  test('at another size than a layer can be computed at is refused, naming the node', async () => {
    const net = new NetworkGraph();
    const tokens = net.node('Reshape', 'tokens', [net.conv('conv', 'picture', 4), net.constant('int64', [1, 4, 1024])]);
    const back = net.node('Reshape', 'back', [tokens, net.constant('int64', [1, 4, 32, 32])]);
    const fixed = await networkFrom(net.file(net.relu('deep', net.conv('late', back, 4))), 'fixed.onnx');
    await expect(drawn({ network: fixed, preset: at({ deep: 1 }) })).rejects.toThrow(
      /fixed\.onnx can't look at 32×24 pixels: Reshape node 'tokens'/,
    );
  });
});

describe('the layers of a preset', () => {
  const weights = (layers: object) =>
    parsePreset({ phases: [{ layers, iterations: 1, learningRate: 1 }] }, 'p', outline).phases[0]!.layers;

  test('add their weights where several are one in the network', () => {
    const falling = { from: 2, to: 1, decay: 'linear' };
    expect(weights({ block1_conv1: 0.5, block1_conv2: 0.25, stem: 1 })).toEqual({ stem: 1.75 });
    expect(weights({ block1_conv1: 0.5, stem: falling, conv1_2: falling })).toEqual({
      stem: { from: 4.5, to: 2.5, decay: 'linear' },
    });
    expect(() => weights({ block1_conv1: falling, stem: { ...falling, decay: 'cosine' } })).toThrow(
      'preset: two of its layers are stem in small.onnx, and their weights change differently; name it once',
    );
  });

  test('once found are found again', async () => {
    const preset = await findPreset('painting', outline);
    expect(preset.phases.map(({ layer }) => layer)).toEqual(['block1', 'block1', 'stem']);
    expect(withLayersOf(preset, outline)).toEqual(preset);
  });
});
