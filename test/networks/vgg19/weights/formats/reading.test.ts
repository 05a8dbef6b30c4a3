import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findLayer, weightCountThrough } from '../../../../../src/networks/vgg19/layers.js';
import { readWeightsFile } from '../../../../../src/networks/vgg19/weights/read-file.js';
import { refusal, someWeights } from './given.js';
import {
  type LayerWeights,
  type OnnxVariation,
  quantize,
  type SafetensorsVariation,
  safetensorsBytes,
  type TfjsModel,
  type TfjsVariation,
  writeKeras3,
  writeOnnx,
  writeTfjs,
} from './writers.js';

let folder: string;
let data: Float32Array;
let layers: LayerWeights[];
const second = findLayer('block1_conv2');
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-reading-'));
  ({ data, layers } = await someWeights('block1_conv2'));
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
const newPath = () => join(folder, `weights-${files++}`);

async function fileOf(bytes: Uint8Array | string): Promise<string> {
  const path = newPath();
  await writeFile(path, bytes);
  return path;
}

const safetensors = (variation?: SafetensorsVariation) => fileOf(safetensorsBytes(layers, variation));
const tfjs = (variation?: TfjsVariation) => writeTfjs(newPath(), layers, variation);
async function onnx(variation?: OnnxVariation, through = second): Promise<string> {
  const path = newPath();
  await writeOnnx(path, layers, through, variation);
  return path;
}

/** The layers with one value replaced. */
const poisoned = (value: number): LayerWeights[] =>
  layers.map((weights) =>
    weights.layer === second ? { ...weights, kernel: weights.kernel.with(weights.kernel.length - 1, value) } : weights,
  );

describe("Keras 3's .weights.h5", () => {
  test.each([
    ['layers', 0],
    ['layers', 20],
    ['layers/vgg19/layers', 0],
    ['_layer_checkpoint_dependencies', 0],
  ])('%s, counted from %d', async (parent, firstNumber) => {
    const path = newPath();
    await writeKeras3(path, layers, parent, firstNumber);
    expect((await readWeightsFile(path, second)).data).toEqual(data);
  });

  test('by number, not by name: conv2d_9 before conv2d_10', async () => {
    const path = newPath();
    await writeKeras3(path, layers, 'layers', 9);
    expect((await readWeightsFile(path, second)).data).toEqual(data);
  });

  test('a layer that it does not have', async () => {
    const path = newPath();
    await writeKeras3(path, layers.slice(0, 1));
    expect(await refusal(path)).toContain('ends at block1_conv1, it has no block1_conv2');
  });
});

describe('safetensors', () => {
  const caffe = { metadata: { preprocessing: 'caffe' } };

  test('with a prefix, as within a larger model', async () => {
    const path = await safetensors({ ...caffe, prefix: 'module.model.' });
    expect((await readWeightsFile(path, second)).data).toEqual(data);
  });

  test('float64', async () => {
    expect((await readWeightsFile(await safetensors({ ...caffe, dtype: 'F64' }), second)).data).toEqual(data);
  });

  test('bfloat16: the upper half of a float32', async () => {
    const expected = new Uint32Array(data.slice().buffer).map((bits) => bits & 0xffff0000);
    const { data: actual } = await readWeightsFile(await safetensors({ ...caffe, dtype: 'BF16' }), second);
    expect(actual).toEqual(new Float32Array(expected.buffer));
  });

  test('fewer layers may be read than there are', async () => {
    const first = findLayer('block1_conv1');
    const { data: read } = await readWeightsFile(await safetensors(caffe), first);
    expect(read).toEqual(data.slice(0, weightCountThrough(first)));
  });

  test('a layer that it does not have', async () => {
    expect(await refusal(await safetensors(), 'block2_conv1')).toBe(
      'FILE ends at block1_conv2 (features.2), it has no block2_conv1 (features.5): ' +
        'choose a layer up to block1_pool, or use a file of the whole network',
    );
  });

  test('something else', async () => {
    const renamed = (header: object) =>
      Object.fromEntries(Object.entries(header).map(([name, entry]) => [name.replace('features', 'parts'), entry]));
    expect(await refusal(await safetensors({ header: renamed }))).toContain(
      'has no block1_conv1 (features.0): it does not hold VGG-19 with the names that torchvision uses',
    );
  });

  test('a preprocessing that is not known', async () => {
    expect(await refusal(await safetensors({ metadata: { preprocessing: 'inception' } }))).toBe(
      'FILE: its metadata ask for the preprocessing "inception"; known are caffe and torchvision',
    );
  });

  test('another shape, another type', async () => {
    const changed = (change: object) =>
      safetensors({
        header: (header) => ({
          ...header,
          'features.2.weight': { ...header['features.2.weight'], ...change },
        }),
      });
    expect(await refusal(await changed({ shape: [64, 576] }))).toContain(
      'block1_conv2 (features.2) should have a kernel [64, 64, 3, 3] and a bias [64], but has [64, 576] and [64]',
    );
    expect(await refusal(await changed({ dtype: 'I32' }))).toContain('block1_conv2 (features.2) are not floats');
    expect(await refusal(await changed({ shape: [64, 64, 3, 4] }))).toContain('has another length than its shape');
    expect(await refusal(await changed({ shape: [2 ** 30, 2 ** 30] }))).toContain('has another length than its shape');
    expect(await refusal(await changed({ shape: [-64, 64, -3, 3] }))).toContain('is not described by');
    expect(await refusal(await changed({ shape: { length: 4 } }))).toContain('is not described by');
  });

  test('offsets outside the file, or backwards', async () => {
    const moved = (offsets: (begin: number, end: number) => number[]) =>
      safetensors({
        header: (header) => {
          const entry = header['features.2.weight']!;
          const [begin, end] = entry.data_offsets as [number, number];
          return { ...header, 'features.2.weight': { ...entry, data_offsets: offsets(begin, end) } };
        },
      });
    expect(await refusal(await moved((begin, end) => [begin + 1000, end + 1000]))).toContain('lies outside the file');
    expect(await refusal(await moved((begin, end) => [begin + 2 ** 50, end + 2 ** 50]))).toContain('outside the file');
    expect(await refusal(await moved((begin, end) => [end, begin]))).toContain('lies outside the file');
    expect(await refusal(await moved((begin, end) => [begin - 4, end - 4]))).toContain(
      'the tensors "features.2.bias" and "features.2.weight" overlap',
    );
    expect(await refusal(await moved((begin) => [begin + 2 ** 60, begin]))).toContain('is not described by');
  });

  test('bytes behind the last tensor, as where some were put in', async () => {
    const file = await fileOf(Buffer.concat([safetensorsBytes(layers), Buffer.alloc(9)]));
    expect(await refusal(file)).toContain('is damaged: it has 9 bytes more than its tensors');
  });

  test('a header that claims 2^60 bytes, and one that is merely large', async () => {
    expect(await refusal(await safetensors({ claimed: 2n ** 60n }))).toContain(
      'its header is to have 1152921504606846976 bytes',
    );
    const large = Buffer.alloc(2 ** 23, ' ');
    large.writeBigUInt64LE(2n ** 22n + 1n);
    large.write('{', 8);
    expect(await refusal(await fileOf(large))).toContain('its header has 4194305 bytes');
  });

  test('a header that is not JSON, or not an object', async () => {
    expect(await refusal(await safetensors({ claimed: 40n }))).toContain('its description is not JSON');
  });

  test.each([NaN, Infinity])('%d among the values', async (value) => {
    expect(await refusal(await fileOf(safetensorsBytes(poisoned(value))))).toBe(
      'FILE: the weights of block1_conv2 (features.2) are not all finite (NaN or infinity); use another file',
    );
  });
});

describe('TensorFlow.js', () => {
  test.each<[string, TfjsVariation]>([
    ['the names of the first port', { names: ({ name }) => [`${name}_W`, `${name}_b`] }],
    ['numbered ones', { names: ({ name }) => [`${name}/${name}_W_1`, `${name}/${name}_b_1`] }],
    ['within a larger model', { names: ({ name }) => [`vgg19/${name}/kernel:0`, `vgg19/${name}/bias:0`] }],
    ['tensors that begin in one shard and end in the next', { shardBytes: 10_007 }],
  ])('%s', async (_, variation) => {
    expect((await readWeightsFile(await tfjs(variation), second)).data).toEqual(data);
  });

  test.each([['uint8', 8] as const, ['uint16', 16] as const])('quantised to %s', async (quantized, bits) => {
    const { data: read } = await readWeightsFile(await tfjs({ quantized }), second);
    for (const { layer, kernel, bias } of layers) {
      const { values, scale } = quantize(kernel, bits);
      expect(read.slice(layer.kernelOffset, layer.biasOffset)).toEqual(values);
      expect(values.every((value, i) => Math.abs(value - kernel[i]!) <= scale * 0.51)).toBe(true);
      expect(read.slice(layer.biasOffset, layer.biasOffset + 64)).toEqual(quantize(bias, bits).values);
    }
  });

  test('a layer that it does not have', async () => {
    const path = await writeTfjs(newPath(), layers.slice(0, 1));
    expect(await refusal(path)).toContain(
      'ends at block1_conv1, it has no block1_conv2: choose a layer up to block1_conv1',
    );
  });

  const changed = (change: (model: TfjsModel) => void) =>
    tfjs({
      model: (model) => {
        change(model);
        return model;
      },
    });
  const weight = (model: TfjsModel, name: string) =>
    model.weightsManifest[0]!.weights.find((entry) => entry.name === name)!;

  test.each(['../secret.bin', '/etc/hostname', 'C:\\secret.bin', '..', '.', '', 'a/../../secret.bin', 'a\0b', 'x\ny'])(
    'a shard somewhere else: %j',
    async (name) => {
      await writeFile(join(folder, 'secret.bin'), data);
      const path = await changed((model) => {
        model.weightsManifest[0]!.paths = [name];
      });
      expect(await refusal(path)).toContain('only files in its own folder are read');
    },
  );

  test('a link that leads out of the folder', async () => {
    const path = await changed((model) => {
      model.weightsManifest[0]!.paths = ['link.bin'];
    });
    await writeFile(join(folder, 'secret.bin'), data);
    await symlink(join(folder, 'secret.bin'), join(path, '..', 'link.bin'));
    expect(await refusal(path)).toContain('only files in its own folder are read');
  });

  test('a shard that is missing or too short', async () => {
    const missing = await changed((model) => {
      model.weightsManifest[0]!.paths = ['group1-shard9.bin'];
    });
    expect(await refusal(missing)).toContain('refers to the file "group1-shard9.bin", which is not beside it');
    const short = await tfjs();
    await writeFile(join(short, '..', 'group1-shard1.bin'), new Uint8Array(8000));
    expect(await refusal(short)).toContain('the weight "block1_conv2/kernel" ends beyond its shards');
  });

  test('shapes that claim gigabytes', async () => {
    for (const shape of [[2 ** 20, 2 ** 20], [2 ** 52, 2 ** 52, 2 ** 52], Array(200).fill(2 ** 52)]) {
      const path = await changed((model) => Object.assign(weight(model, 'block1_conv1/kernel'), { shape }));
      expect(await refusal(path)).toContain('"block1_conv1/kernel" ends beyond its shards');
    }
  });

  test('descriptions that are none', async () => {
    for (const change of [{ shape: [3, -3] }, { shape: 'x' }, { name: 5 }, { dtype: null }]) {
      const path = await changed((model) => Object.assign(weight(model, 'block1_conv1/kernel'), change));
      expect(await refusal(path)).toContain('is not described by name, shape and dtype');
    }
    const nameless = await changed((model) => Object.assign(weight(model, 'block1_conv1/kernel'), { name: undefined }));
    expect(await refusal(nameless)).toContain('a weight without a name is not described by name, shape and dtype');
    for (const change of [{ dtype: 'string' }, { quantization: { dtype: 'int4', scale: 1, min: 0 } }]) {
      const path = await changed((model) => Object.assign(weight(model, 'block1_conv1/kernel'), change));
      expect(await refusal(path)).toContain('has an unknown type or quantization');
    }
    expect(await refusal(await fileOf('{"a": 1}'))).toContain('it has no weightsManifest');
    expect(await refusal(await fileOf('{"weightsManifest": [5]}'))).toContain('lacks paths or weights');
    expect(await refusal(await fileOf('{"weightsManifest": '))).toContain('is not JSON');
  });

  test('integers, and a scale that is not finite', async () => {
    const integers = await changed((model) => Object.assign(weight(model, 'block1_conv1/kernel'), { dtype: 'int32' }));
    expect(await refusal(integers)).toContain('block1_conv1 are not floats');
    const scaled = await tfjs({
      quantized: 'uint8',
      model: (model) => {
        Object.assign(weight(model, 'block1_conv2/kernel').quantization as object, { scale: 1e300 });
        return model;
      },
    });
    expect(await refusal(scaled)).toContain('the weights of block1_conv2 are not all finite');
  });
});

describe('ONNX', () => {
  const caffe = { metadata: { preprocessing: 'caffe' } };

  test.each<[string, OnnxVariation]>([
    ["the Model Zoo's names", { naming: 'zoo' }],
    ['weights in Constant nodes', { constants: true }],
    ['weights in float_data', { floatData: true }],
    ['weights in another file', { external: 'some.data' }],
    [
      'weights in another file, without their lengths',
      { external: 'w', externalEntries: ({ length: _, ...rest }) => rest },
    ],
  ])('%s', async (_, variation) => {
    const path = await onnx({ ...variation, ...caffe });
    expect((await readWeightsFile(path, second)).data).toEqual(data);
  });

  test('equal biases that are there once, and shared through Identity', async () => {
    const [first, next] = layers as [LayerWeights, LayerWeights];
    const path = newPath();
    await writeOnnx(path, [first, { ...next, bias: first.bias }], second, {
      ...caffe,
      graph: (graph) => {
        graph.initializer = graph.initializer!.filter(({ name }) => name !== 'b.1');
        graph.node!.unshift({ opType: 'Identity', name: 'shared', input: ['b.0'], output: ['b.1'] });
      },
    });
    const read = (await readWeightsFile(path, second)).data;
    expect(read.subarray(next.layer.biasOffset, next.layer.biasOffset + 64)).toEqual(first.bias);
    expect(read.subarray(0, next.layer.biasOffset)).toEqual(data.subarray(0, next.layer.biasOffset));
  });

  test('a model of ours is in network space', async () => {
    const { data: read, pixelOffset } = await readWeightsFile(await onnx({ producer: 'vggdraw' }), second);
    expect([read, pixelOffset]).toEqual([data, undefined]);
  });

  test('a layer that it does not have', async () => {
    expect(await refusal(await onnx(), 'block2_conv1')).toMatch(
      /^FILE ends at block1_conv2 \(node ".*"\), it has no block2_conv1: choose a layer up to block1_pool/,
    );
  });

  const conv = 'Conv';
  test.each<[string, OnnxVariation['graph'], string]>([
    [
      'a node before the first convolution',
      (graph) => {
        graph.node!.unshift({ opType: 'Mul', input: ['input.1', 'onnx::100'], output: ['scaled'] });
        graph.node!.find(({ opType }) => opType === conv)!.input![0] = 'scaled';
      },
      'has "Mul" between its input and the first convolution; export VGG-19 without its preprocessing',
    ],
    [
      'batch normalisation',
      (graph) => {
        graph.node!.find(({ opType }) => opType === 'Relu')!.opType = 'BatchNormalization';
      },
      'has "BatchNormalization" after block1_conv1, instead of Relu',
    ],
    [
      'a pool too early',
      (graph) => {
        const convolutions = graph.node!.filter(({ opType }) => opType === conv);
        convolutions[1]!.opType = 'MaxPool';
      },
      'has a MaxPool before block1_conv2',
    ],
    [
      'another stride',
      (graph) => {
        graph.node![0]!.attribute!.find(({ name }) => name === 'strides')!.ints = [2, 2];
      },
      'has another convolution than VGG-19 at block1_conv1',
    ],
    [
      'no padding',
      (graph) => {
        graph.node![0]!.attribute = graph.node![0]!.attribute!.filter(({ name }) => name !== 'pads');
      },
      'has another convolution than VGG-19 at block1_conv1',
    ],
    [
      'weights that are computed',
      (graph) => {
        graph.initializer!.shift();
      },
      'computes the weights of block1_conv1',
    ],
    ['two inputs', (graph) => graph.input!.push({ name: 'second' }), 'it has 2 inputs instead of one picture'],
    [
      'nodes in a circle',
      (graph) => {
        graph.node = [{ opType: 'Identity', input: ['input.1'], output: ['input.1'] }];
      },
      'does not begin with the first convolution',
    ],
  ])('%s', async (_, graph, message) => {
    expect(await refusal(await onnx({ graph: graph! }))).toContain(message);
  });

  const changed = (change: (tensor: NonNullable<Parameters<NonNullable<OnnxVariation['tensor']>>[0]>) => void) =>
    onnx({
      tensor: (tensor) => {
        if (tensor.name === 'onnx::99') change(tensor);
      },
    });

  test('another shape, type or length', async () => {
    expect(
      await refusal(
        await changed((tensor) => {
          tensor.dims = [64, 64, 9];
        }),
      ),
    ).toMatch(
      /block1_conv2 \(node ".*"\) should have a kernel \[64, 64, 3, 3\] and a bias \[64\], but has \[64, 64, 9\]/,
    );
    expect(
      await refusal(
        await changed((tensor) => {
          tensor.dataType = 6;
        }),
      ),
    ).toContain('are not floats');
    expect(
      await refusal(
        await changed((tensor) => {
          tensor.rawData = tensor.rawData!.slice(4);
        }),
      ),
    ).toContain('the tensor "onnx::99" has 147452 bytes instead of 147456');
    expect(
      await refusal(
        await changed((tensor) => {
          tensor.rawData = new Uint8Array();
        }),
      ),
    ).toContain('onnx::99');
  });

  const external = (change: (entries: Record<string, string>) => Record<string, string>) =>
    onnx({
      external: 'weights.data',
      externalEntries: (entries, tensor) => (tensor === 'onnx::99' ? change(entries) : entries),
    });

  test.each(['../weights.data', '/etc/hostname', '..\\weights.data', ''])(
    'weights somewhere else: %j',
    async (location) => {
      expect(await refusal(await external((entries) => ({ ...entries, location })))).toContain(
        'only files in its own folder are read',
      );
    },
  );

  test('offsets and lengths that are wrong', async () => {
    const at = (change: Record<string, string>) => external((entries) => ({ ...entries, ...change }));
    expect(await refusal(await at({ offset: '4000000000' }))).toMatch(
      /"onnx::99" lies outside .*weights\.data; download/,
    );
    expect(await refusal(await at({ length: '4' }))).toContain('has 4 bytes instead of 147456');
    expect(await refusal(await at({ offset: '64' }))).toContain('overlap');
    for (const offset of ['-64', '1e3', '1152921504606846976', 'x', ' 64']) {
      expect(await refusal(await at({ offset }))).toContain('the offset of the tensor "onnx::99" is');
    }
    expect(await refusal(await at({ location: 'other.data' }))).toContain(
      'the file "other.data", which is not beside it',
    );
  });

  test.each([NaN, -Infinity])('%d among the values', async (value) => {
    const path = newPath();
    await writeOnnx(path, poisoned(value), second);
    expect(await refusal(path)).toContain('are not all finite');
  });
});

describe('what is no format of weights', () => {
  test.each([
    ['a pickle', '\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.'],
    ["PyTorch's archive", 'PK\x03\x04\0\0\x08\x08\0\0\0\0archive/data.pkl'],
  ])('%s: why, and what to do', async (_, bytes) => {
    const message = await refusal(await fileOf(Buffer.from(bytes, 'latin1')));
    expect(message).toContain('reading a pickle can run code');
    expect(message).toContain('safetensors.torch.save_file');
    expect(message).toContain('torch.onnx.export');
  });

  test.each(['x', '<!doctype html><title>404</title>', '\x89PNG\r\n\x1a\n', '[1]', '\x08'])('%j', async (bytes) => {
    expect(await refusal(await fileOf(Buffer.from(bytes, 'latin1')))).toMatch(
      bytes === '\x08'
        ? /ONNX/
        : /is in no format of weights that vggdraw reads: Keras HDF5 \(\.h5\), ONNX, safetensors/,
    );
  });

  test('no file, a folder, an empty file', async () => {
    expect(await refusal(newPath())).toBe('FILE does not exist; check the path');
    const path = newPath();
    await mkdir(path);
    expect(await refusal(path)).toContain('is a folder');
    expect(await refusal(await fileOf(''))).toContain('is empty');
  });
});
