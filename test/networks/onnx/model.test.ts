import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { caffe, inception, torchvision, toSpace, unit } from '../../../src/colour/spaces.js';
import { readNetwork } from '../../../src/networks/index.js';
import { networkFrom } from '../../../src/networks/onnx/model.js';
import { encodeModel, Graph } from '../../../src/onnx/index.js';
import { NetworkGraph, residual } from '../../support/networks.js';

const small = (shape = [1, 3, 32, 32], metadata = {}): Uint8Array => {
  const net = new NetworkGraph(shape);
  return net.file(net.relu('edges', net.conv('conv', 'picture', 4)), metadata);
};

/** A model that is given other things than pictures. */
function taking(...inputs: ['float32' | 'int64', number[]][]): Uint8Array {
  const graph = new Graph('other');
  for (const [i, [dtype, shape]] of inputs.entries()) graph.input(`x${i}`, dtype, shape);
  graph.output(graph.constant('float32', [1]), 'y');
  return encodeModel(graph);
}

describe('a network that is read', () => {
  test('has its large weights apart, in the order of their use, and what is left of its file is small', async () => {
    const file = residual().file('scores');
    const { model, weights, input, size, values } = await networkFrom(file, 'net.onnx');
    expect({ input, size }).toEqual({ input: 'picture', size: { height: 32, width: 32 } });
    expect(values.slice(0, 3)).toEqual(['stem.conv', 'stem', 'pool']);
    expect(model.length + weights.length).toBeGreaterThan(file.length);
    expect(model.length).toBeLessThan(file.length / 8);
    // Threads share them.
    expect(weights.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  test('is 224×224 where its file leaves the sides open', async () => {
    const net = new NetworkGraph();
    net.graph.output(net.conv('conv', 'picture', 4));
    const { size } = await networkFrom(encodeModel(net.graph, { openSides: true }), 'open.onnx');
    expect(size).toEqual({ height: 224, width: 224 });
  });

  test.each<[string, Uint8Array, RegExp]>([
    ['text', Buffer.from('not a model'), /^network: net\.onnx: this is not an ONNX model/],
    ['nothing', new Uint8Array(), /^network: net\.onnx has no input/],
    ['half a model', residual().file('scores').subarray(0, 9000), /^network: net\.onnx: this is not an ONNX model/],
    ['no input', taking(), /^network: net\.onnx has no input; a network to draw with takes a picture$/],
    [
      'two inputs',
      taking(['float32', [1, 3, 8, 8]], ['float32', [1]]),
      /has 2 inputs \(x0, x1\); .* takes a picture alone$/,
    ],
    ['words', taking(['int64', [1, 128]]), /takes int64\[1, 128\] as 'x0'; .* float32\[1, 3, height, width\]$/],
    [
      'channels last',
      taking(['float32', [1, 8, 8, 3]]),
      /float32\[1, 3, height, width\]; export it with channels first$/,
    ],
    ['two channels', taking(['float32', [1, 2, 8, 8]]), /takes float32\[1, 2, 8, 8\]/],
  ])('is none of %s', async (_, bytes, message) => {
    await expect(networkFrom(bytes, 'net.onnx')).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringMatching(message),
    });
  });

  test('is read from a file, which errors name', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vggdraw-network-'));
    try {
      const path = join(folder, 'net.onnx');
      await writeFile(path, small());
      expect((await readNetwork(path, 'raw')).source).toBe('net.onnx');
      await expect(readNetwork(folder)).rejects.toThrow(`network: ${folder} is a folder`);
      await expect(readNetwork(join(folder, 'nix.onnx'))).rejects.toThrow("network: can't read ");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

test('weights of a network may lie in a file beside it, and nowhere else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vggdraw-network-'));
  try {
    const path = join(folder, 'net.onnx');
    const whole = await networkFrom(small(), 'net.onnx', 'raw');
    const beside = async (location: string) => {
      const net = new NetworkGraph();
      net.relu('edges', net.conv('conv', 'picture', 4));
      const { shape, data } = net.graph.initializers.get('conv.weight')!;
      await writeFile(join(folder, 'net.data'), data as Uint8Array);
      const length = (data as Uint8Array).length;
      net.graph.initializers.set('conv.weight', { dtype: 'float32', shape, data: { location, offset: 0, length } });
      net.graph.output('edges');
      await writeFile(path, encodeModel(net.graph));
      return readNetwork(path, 'raw', (bytes) => admitted.push(bytes));
    };
    const admitted: number[] = [];
    const { model, values } = await beside('net.data');
    expect(values).toEqual(whole.values);
    // Read, and apart; of the tensor beside it, 3 to 4 channels, as well.
    const { size } = await stat(path);
    expect(admitted).toEqual([2 * size, 2 * (size + 432)]);
    // As small as they are here they are in it.
    expect(model.length).toBeGreaterThan(432);
    await expect(beside('../net.data')).rejects.toThrow(/^network: net\.onnx: .* outside the model's folder$/);
    await expect(beside('gone.data')).rejects.toThrow(
      /^network: .*gone\.data.*, which is not beside it; put it there$/,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

describe('its picture is prepared', () => {
  const prepared = async (name?: 'raw' | 'caffe', metadata = {}, channels = 3) =>
    (await networkFrom(small([1, channels, 32, 32], metadata), 'net.onnx', name)).preprocess;

  test('as somebody says, else as the file does, else as torchvision does', async () => {
    expect(await prepared('caffe', { preprocess: 'raw' })).toEqual({ label: 'caffe', space: caffe, isAssumed: false });
    expect(await prepared(undefined, { preprocess: 'inception' })).toEqual({
      label: 'inception',
      space: inception,
      isAssumed: false,
    });
    expect(await prepared()).toEqual({ label: 'torchvision', space: torchvision, isAssumed: true });
    expect(await prepared(undefined, {}, 1)).toEqual({ label: 'raw', space: unit, isAssumed: true });
  });

  test('by what ONNX has for images, in letters of any case', async () => {
    const metadata = { 'image.bitmappixelformat': 'BGR8', 'Image.NominalPixelRange': 'NominalRange_0_255' };
    const { label, space } = await prepared(undefined, metadata);
    expect(label).toBe('BGR8, NominalRange_0_255');
    expect([...toSpace(Uint8Array.of(10, 20, 30), space)]).toEqual([30, 20, 10]);
    const centred = await prepared(undefined, { 'Image.NominalPixelRange': 'Normalized_1_1' });
    expect(centred.space).toEqual(inception);
  });

  test.each<[string, Record<string, string>, number, RegExp]>([
    [
      'a name that nobody knows',
      { preprocess: 'nix' },
      3,
      /^preprocess: its metadata says 'nix', which is none of caffe, torchvision, inception, raw/,
    ],
    [
      'light that is linear',
      { 'Image.ColorSpaceGamma': 'Linear' },
      3,
      /^preprocess: its metadata says 'Linear', which is not known/,
    ],
    ['means of three channels for one', { preprocess: 'caffe' }, 1, /^preprocess: the network has one channel/],
  ])('not by %s', async (_, metadata, channels, message) => {
    await expect(prepared(undefined, metadata, channels)).rejects.toThrow(message);
  });

  test.each([
    ['torchvision', torchvision, [(0 - 0.485) / 0.229, (128 / 255 - 0.456) / 0.224, (1 - 0.406) / 0.225]],
    ['inception', inception, [-1, 128 / 127.5 - 1, 1]],
    ['raw', unit, [0, 128 / 255, 1]],
    ['caffe', caffe, [255 - 103.939, 128 - 116.779, -123.68]],
  ])('%s is what it is elsewhere', (_, space, expected) => {
    const values = toSpace(Uint8Array.of(0, 128, 255), space);
    for (const [i, value] of expected.entries()) expect(values[i]).toBeCloseTo(value, 5);
  });
});
