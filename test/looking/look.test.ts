/** What is seen, against PyTorch in float64 (tools/looking-reference.py), and what excites a channel. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { Picture } from '../../src/image/picture.js';
import type { ChannelFigures } from '../../src/looking/figures.js';
import { look } from '../../src/looking/look.js';
import { networkFrom } from '../../src/networks/onnx/model.js';
import { encodeModel, Graph } from '../../src/onnx/index.js';
import { tensor } from '../../src/onnx/tensor.js';
import { relativeError } from '../support/relative-error.js';

type Named = Readonly<Record<string, number[]>>;

const reference = JSON.parse(readFileSync('test/looking/reference.json', 'utf8')) as {
  readonly width: number;
  readonly height: number;
  readonly rgb: number[];
  readonly weights: Named;
  readonly biases: Named;
  readonly layers: Readonly<Record<'sum' | 'seen', { readonly channels: ChannelFigures[]; readonly gram: number[] }>>;
};
const { width, height } = reference;
const photo: Picture = { width, height, rgb: Uint8Array.from(reference.rgb) };

/** The reference's network; its layers are `first`, `pooled`, `sum` and `seen`. @param isFixed whether it takes pictures of one size alone. */
async function tiny(isFixed = false) {
  const graph = new Graph('tiny');
  const weight = (name: string, shape: number[], values: number[]) =>
    graph.initializer(name, tensor('float32', values, shape));
  const conv = (name: string, from: string, shape: [number, number], output: string) => {
    const kernel = weight(`${name}.weight`, [...shape, 3, 3], reference.weights[name]!);
    const bias = weight(`${name}.bias`, [shape[0]], reference.biases[name]!);
    const attributes = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] };
    return graph.node('Conv', [from, kernel, bias], { name, outputs: [output], attributes })[0]!;
  };
  const given = graph.input('picture', 'float32', [1, 3, height, isFixed ? height : width]);
  const nothing = graph.constant('float32', new Array(height).fill(0), [1, 1, 1, height]);
  const picture = isFixed ? graph.add('Add', [given, nothing]) : given;
  const [first] = graph.node('Relu', [conv('first', picture, [4, 3], 'before')], { outputs: ['first'] });
  const attributes = { kernel_shape: [2, 2], strides: [2, 2] };
  const [pooled] = graph.node('MaxPool', [first!], { outputs: ['pooled'], attributes });
  graph.output(graph.node('Relu', [conv('second', pooled!, [5, 4], 'sum')], { outputs: ['seen'] })[0]!);
  return networkFrom(encodeModel(graph, { openSides: !isFixed }), 'tiny.onnx', 'raw');
}

const network = await tiny();
const seen = (options: { layer: string; channel?: number }, ...rest: [((step: object) => void)?]) =>
  look(photo, { network, provider: 'cpu', threads: 1, ...options }, ...rest);

describe('what a layer sees', () => {
  test.each(['seen', 'sum'] as const)(
    'is what PyTorch computes in float64, the strongest channel first: %s',
    async (layer) => {
      const { channels, gram, activation, ...looked } = await seen({ layer });
      const expected = reference.layers[layer];
      expect(looked).toMatchObject({ layer, network: 'tiny.onnx', provider: 'cpu', photo, excited: undefined });
      expect(activation.shape).toEqual([5, 5, 7]);
      expect(channels.map(({ channel, zeros, at }) => ({ channel, zeros, at }))).toEqual(
        expected.channels.map(({ channel, zeros, at }) => ({ channel, zeros, at })),
      );
      // Rounding to float32: the sums have 27 and 36 products.
      const numbersOf = (some: readonly ChannelFigures[]) =>
        Float32Array.from(some.flatMap(({ mean, min, max }) => [mean, min, max]));
      expect(relativeError(numbersOf(channels), numbersOf(expected.channels))).toBeLessThan(1e-6);
      expect(relativeError(gram, Float32Array.from(expected.gram))).toBeLessThan(1e-6);
    },
  );
});

describe('what excites a channel', () => {
  test('is drawn from noise, the same every time, and cut out of the photo where it is strongest', async () => {
    const steps: object[] = [];
    const { excited } = await seen({ layer: 'seen', channel: 2 }, (step) => steps.push(step));
    const { liked, patches, ...figures } = excited!;
    expect(steps.slice(0, 2)).toEqual([{ kind: 'looking' }, { kind: 'liking', iterations: 0, of: 64 }]);
    expect(steps.at(-1)).toEqual({ kind: 'liking', iterations: 64, of: 64 });
    expect(figures).toMatchObject({ channel: 2, at: { x: 1, y: 4 } });
    expect(liked.picture).toMatchObject({ width: 128, height: 128 });
    expect(liked.mean.after).toBeGreaterThan(1.25 * liked.mean.before);
    // Of the first strongest position: 2 · 1.5 and 2 · 4.5 pixels, and what reaches there through 3×3, a pool and 3×3.
    const [first, ...others] = patches;
    expect(first).toMatchObject({ at: { x: 1, y: 4 }, value: figures.max });
    expect(first!.left + first!.side / 2).toBe(3);
    expect(first!.top + first!.side / 2).toBe(9);
    expect(first!.side).toBeGreaterThan(2);
    expect(first!.side).toBeLessThanOrEqual(8);
    for (const { value } of others) expect(value).toBeLessThanOrEqual(first!.value);
    expect((await seen({ layer: 'seen', channel: 2 })).excited).toEqual(excited);
  });

  test('of one that nothing excites, there are no patches, and the noise is only made smooth', async () => {
    const { excited } = await seen({ layer: 'seen', channel: 4 });
    expect(excited).toMatchObject({ max: 0, patches: [], liked: { mean: { before: 0 } } });
  });
});

test('a network of a fixed size is shown pictures of that size alone', async () => {
  const square = { width: height, height, rgb: photo.rgb.subarray(0, 3 * height * height) };
  const options = { network: await tiny(true), provider: 'cpu', threads: 1, layer: 'seen', channel: 1 };
  const { excited } = await look(square, options);
  expect(excited!.liked.picture).toMatchObject({ width: height, height });
});

describe('refused, with the option that is at fault:', () => {
  test.each([
    [{ layer: 'sum', channel: 5 }, 'channel: sum has 5 channels, from 0 to 4, and no 5'],
    [{ layer: 'summ' }, "layer: there is no layer 'summ' in tiny.onnx"],
    [{ layer: '' }, 'layer: it is empty'],
    [{ layer: 'sum', channel: -1 }, 'channel: expected 0 or more, not -1'],
    [{ layer: 'sum', memory: 1e6 }, 'size: sum at 14×10 pixels does not fit into memory, of which 0.96M may be used'],
    [{ layer: 'sum', weights: 'seeded' }, 'weights: they are for VGG-19'],
  ])('%j', async (options, message) => {
    await expect(seen(options)).rejects.toThrow(message);
  });
});

test('ends where its signal says so', async () => {
  const ending = new AbortController();
  const looking = look(
    photo,
    { network, provider: 'cpu', threads: 1, layer: 'seen', channel: 2, signal: ending.signal },
    () => ending.abort(),
  );
  await expect(looking).rejects.toMatchObject({ name: 'AbortError' });
});
