import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findLayer } from '../../../../../src/networks/vgg19/layers.js';
import { integer } from '../../../../support/random.js';
import { writeKerasFile } from '../keras-file.js';
import { someWeights } from './given.js';
import { type LayerWeights, safetensorsBytes, writeKeras3, writeOnnx, writeTfjs } from './writers.js';

let folder: string;
let layers: LayerWeights[];
const through = findLayer('block1_conv2');
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-hostile-'));
  ({ layers } = await someWeights('block1_conv2'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Outcome {
  readonly path: string;
  /** The error's name and message, or that there was none. */
  readonly error: { name: string; message: string } | null;
  /** Milliseconds of processor time, which others on the machine hardly change. */
  readonly cpuMs: number;
}

/** Reads files one after the other in a process of its own, to see what memory that takes. */
function readAll(paths: readonly string[]): { outcomes: Outcome[]; peakBytes: number } {
  const modules = new URL('../../../../../src/', import.meta.url);
  const program = `
    import { readWeightsFile } from '${new URL('networks/vgg19/weights/read-file.js', modules).href}';
    import { findLayer } from '${new URL('networks/vgg19/layers.js', modules).href}';
    import { readFileSync } from 'node:fs';
    const outcomes = [];
    for (const path of JSON.parse(readFileSync(0, 'utf8'))) {
      const started = process.cpuUsage();
      const error = await readWeightsFile(path, findLayer('block1_conv2')).then(
        () => null,
        ({ name, message }) => ({ name, message }),
      );
      const { user, system } = process.cpuUsage(started);
      outcomes.push({ path, error, cpuMs: (user + system) / 1000 });
    }
    // Not what resourceUsage() says: that begins with the memory of the process that started this one.
    const [, peak] = /VmHWM:\\s+(\\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'));
    process.stdout.write(JSON.stringify({ outcomes, peakBytes: Number(peak) * 1024 }));`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    input: JSON.stringify(paths),
    maxBuffer: 2 ** 26,
  });
  expect(run.stderr).toBe('');
  return JSON.parse(run.stdout);
}

/** Each ends in one line, in less than two seconds and a gigabyte. */
function expectRefused(paths: readonly string[]): void {
  const { outcomes, peakBytes } = readAll(paths);
  expect(outcomes).toHaveLength(paths.length);
  for (const { path, error, cpuMs } of outcomes) {
    expect({ path, name: error?.name }).toEqual({ path, name: 'InputError' });
    expect(error!.message).not.toContain('\n');
    expect(error!.message).toContain(dirname(path));
    expect(cpuMs).toBeLessThan(2000);
  }
  expect(peakBytes).toBeLessThan(1e9);
}

async function fileOf(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

/** Copies of a file that end at random places, and one that lacks its last byte. */
async function truncated(path: string): Promise<string[]> {
  const bytes = await readFile(path);
  const lengths = [...Array.from({ length: 100 }, () => integer(1, bytes.length - 1)), 8, 9, 100, bytes.length - 1];
  return Promise.all(lengths.map((length, i) => fileOf(`${basename(path)}-${i}`, bytes.subarray(0, length))));
}

describe('cut short at a hundred random places', () => {
  test('Keras HDF5', async () => {
    const path = join(folder, 'keras');
    await writeKerasFile(
      path,
      layers.map(({ layer }) => layer),
    );
    expectRefused(await truncated(path));
  });

  test('Keras 3', async () => {
    const path = join(folder, 'keras3');
    await writeKeras3(path, layers);
    expectRefused(await truncated(path));
  });

  test('ONNX', async () => {
    const path = join(folder, 'onnx');
    await writeOnnx(path, layers, through);
    expectRefused(await truncated(path));
  });

  test('ONNX with external data: the model, and the data', async () => {
    const path = join(folder, 'external');
    await writeOnnx(path, layers, through, { external: 'external.data' });
    expectRefused(await truncated(path));
    const data = await readFile(join(folder, 'external.data'));
    const paths: string[] = [];
    for (let i = 0; i < 20; i++) {
      const copy = join(folder, `external-data-${i}`);
      await mkdir(copy);
      paths.push(join(copy, 'model.onnx'));
      await writeFile(paths[i]!, await readFile(path));
      await writeFile(join(copy, 'external.data'), data.subarray(0, integer(1, data.length - 1)));
    }
    expectRefused(paths);
  });

  test('safetensors', async () => {
    expectRefused(await truncated(await fileOf('safetensors', safetensorsBytes(layers))));
  });

  test('TensorFlow.js: model.json, and a shard', async () => {
    const model = await writeTfjs(join(folder, 'tfjs'), layers, { shardBytes: 50_000 });
    const names = (await readdir(dirname(model))).filter((name) => name !== 'model.json');
    // Beside the shards, so that nothing but the model is at fault.
    const text = await readFile(model);
    const paths: string[] = [];
    for (let i = 0; i < 100; i++) {
      paths.push(join(dirname(model), `model-${i}.json`));
      await writeFile(paths[i]!, text.subarray(0, integer(1, text.length - 1)));
    }
    expectRefused(paths);
    const short: string[] = [];
    for (let i = 0; i < 20; i++) {
      const copy = join(folder, `tfjs-${i}`);
      await mkdir(copy);
      await writeFile(join(copy, 'model.json'), text);
      for (const [j, name] of names.entries()) {
        const bytes = await readFile(join(dirname(model), name));
        await writeFile(join(copy, name), j === i % names.length ? bytes.subarray(0, integer(0, 900)) : bytes);
      }
      short.push(join(copy, 'model.json'));
    }
    expectRefused(short);
  });
});

/** A format whose structures lie at the beginning, or at the end: bytes there are changed, one to three at a time. */
describe('damaged at random places, each time without a crash', () => {
  const damaged = async (name: string, sound: Buffer, structure: { from: number; to: number }, place = folder) => {
    const paths = Array.from({ length: 200 }, async (_, i) => {
      const bytes = Buffer.from(sound);
      for (let change = 0; change <= i % 3; change++) bytes[integer(structure.from, structure.to)] = integer(0, 255);
      const path = join(place, `${name}-${i}`);
      await writeFile(path, bytes);
      return path;
    });
    const { outcomes, peakBytes } = readAll(await Promise.all(paths));
    for (const { path, error, cpuMs } of outcomes) {
      // Some changes do no harm: to a value, or to what is not looked at.
      expect({ path, name: error?.name ?? 'InputError' }).toEqual({ path, name: 'InputError' });
      expect(error?.message ?? '').not.toContain('\n');
      expect(cpuMs).toBeLessThan(2000);
    }
    expect(outcomes.some(({ error }) => error)).toBe(true);
    expect(peakBytes).toBeLessThan(1e9);
  };

  test('Keras 3', async () => {
    const path = join(folder, 'damaged-keras3');
    await writeKeras3(path, layers);
    const sound = await readFile(path);
    await damaged('keras3-damaged', sound, { from: 8, to: Math.min(6000, sound.length - 1) });
  });

  test('ONNX', async () => {
    const path = join(folder, 'damaged.onnx');
    await writeOnnx(path, layers, through, { external: 'damaged.data' });
    const sound = await readFile(path);
    await damaged('onnx-damaged', sound, { from: 0, to: sound.length - 1 });
  });

  test('safetensors', async () => {
    const sound = safetensorsBytes(layers);
    await damaged('safetensors-damaged', sound, { from: 0, to: sound.indexOf('}}') });
  });

  test('TensorFlow.js', async () => {
    const sound = await readFile(await writeTfjs(join(folder, 'damaged-tfjs'), layers));
    await damaged('model-damaged', sound, { from: 0, to: sound.length - 1 }, join(folder, 'damaged-tfjs'));
  });
});

describe('files that claim more than they are', () => {
  /** A protobuf field of bytes. */
  const field = (number: number, content: Uint8Array, claimed = content.length): Buffer =>
    Buffer.concat([varint(number * 8 + 2), varint(claimed), content]);
  function varint(value: number): Buffer {
    const bytes: number[] = [];
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
    return Buffer.from([...bytes, rest]);
  }
  const irVersion = Buffer.from([0x08, 0x07]);
  const model = (graph: Uint8Array) => Buffer.concat([irVersion, field(7, graph)]);

  test('ONNX: lengths beyond the file, and what a small file decodes to', async () => {
    const nested = (depth: number): Buffer =>
      depth === 0 ? Buffer.alloc(0) : field(1, field(5, field(6, nested(depth - 1))));
    const dims = field(5, field(1, Buffer.alloc(2 ** 19)));
    const files: Record<string, Buffer> = {
      graph: Buffer.concat([irVersion, field(7, Buffer.alloc(10), 2 ** 40)]),
      far: Buffer.concat([irVersion, field(7, Buffer.alloc(10), 2 ** 60)]),
      endless: Buffer.concat([irVersion, Buffer.alloc(1000, 0xff)]),
      tensor: model(field(5, field(9, Buffer.alloc(10), 2 ** 31))),
      nodes: model(Buffer.alloc(2 ** 19, field(1, Buffer.alloc(0)))),
      manyNodes: model(Buffer.alloc(2 ** 26, field(1, Buffer.alloc(0)))),
      attributes: model(field(1, Buffer.alloc(2 ** 19, field(5, Buffer.alloc(0))))),
      tensors: model(Buffer.alloc(2 ** 19, field(5, Buffer.alloc(0)))),
      dims: model(dims),
      manyDims: model(Buffer.concat(Array(100).fill(dims))),
      unpacked: model(field(5, Buffer.alloc(2 ** 24, Buffer.from([0x25, 0, 0, 0x80, 0x3f])))),
      nested: model(nested(3000)),
      groups: Buffer.concat([irVersion, Buffer.alloc(2 ** 19, 0x0b)]),
      unknown: Buffer.concat([irVersion, field(1000, Buffer.alloc(2 ** 19))]),
    };
    const paths = Object.entries(files).map(([name, bytes]) => fileOf(`claims-${name}.onnx`, bytes));
    expectRefused(await Promise.all(paths));
  });

  test('ONNX: a convolution whose kernel claims gigabytes', async () => {
    const paths = [
      [2 ** 15, 2 ** 15, 3, 3],
      [2 ** 40, 2 ** 40, 3, 3],
      [-64, 3, -3, 3],
    ].map(async (dims, i) => {
      const path = join(folder, `kernel-${i}.onnx`);
      await writeOnnx(path, layers, through, {
        tensor: (tensor) => {
          if (tensor.name === 'onnx::100') tensor.dims = dims;
        },
      });
      return path;
    });
    expectRefused(await Promise.all(paths));
  });

  test('safetensors and TensorFlow.js', async () => {
    const text = (json: string) => {
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(json.length));
      return Buffer.concat([length, Buffer.from(json)]);
    };
    const entry = '"t":{"dtype":"F32","shape":[],"data_offsets":[0,0]}';
    const deep = '['.repeat(100_000);
    const files: Record<string, Buffer> = {
      header: safetensorsBytes(layers, { claimed: 2n ** 60n }),
      largest: safetensorsBytes(layers, { claimed: 2n ** 64n - 1n - 2n ** 63n }),
      tensors: text(`{${Array.from({ length: 60_000 }, (_, i) => entry.replace('t', `t${i}`)).join()}}`),
      deep: text(`{"a":${deep}${']'.repeat(deep.length)}}`),
      proto: text(
        '{"__proto__":{"dtype":"F32"},"features.0.weight":{"dtype":"constructor","shape":[],"data_offsets":[0,0]}}',
      ),
      arrays: text(`{"a":[${'[],'.repeat(2 ** 20)}[]]}`),
      'deep.json': Buffer.from(`{"weightsManifest":${deep}`),
      'arrays.json': Buffer.from(`{"weightsManifest":[${'[],'.repeat(2 ** 21)}[]]}`),
      'shards.json': Buffer.from(
        `{"weightsManifest":[{"weights":[],"paths":[${'"shards.json",'.repeat(2 ** 18)}"a"]}]}`,
      ),
      'long.json': Buffer.alloc(2 ** 27, '{ '),
    };
    expectRefused(await Promise.all(Object.entries(files).map(([name, bytes]) => fileOf(`claims-${name}`, bytes))));
  });
});
