import { copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { InputError } from '../../../../src/errors.js';
import { type ConvLayer, convLayers } from '../../../../src/networks/vgg19/layers.js';
import { loadWeights } from '../../../../src/networks/vgg19/weights/load.js';
import { defaultSource } from '../../../../src/networks/vgg19/weights/published.js';
import { seededWeights } from '../../../../src/networks/vgg19/weights/seeded.js';
import { writeKerasFile } from './keras-file.js';

const [first] = convLayers as [ConvLayer];

let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'vggdraw-source-'));
  process.env.VGGDRAW_CACHE = cache;
});
afterEach(async () => {
  delete process.env.VGGDRAW_CACHE;
  await rm(cache, { recursive: true });
});

async function refusal(spec: string): Promise<string> {
  const error: unknown = await loadWeights(spec, first).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(InputError);
  const { message } = error as InputError;
  expect(message).not.toContain('\n');
  return message;
}

describe('seeded', () => {
  test.each([
    ['seeded', 1],
    ['seeded:1', 1],
    ['seeded:0', 0],
    ['seeded:007', 7],
    ['seeded:2147483647', 2147483647],
  ])('%s', async (spec, seed) => {
    const { source, data } = await loadWeights(spec, first);
    expect(source).toBe(`seeded:${seed}`);
    expect(data).toEqual((await seededWeights(seed, first)).data);
    // The cache folder does not grow with every seed that is tried.
    const kept = await readdir(join(cache, 'weights', 'seeded-v1')).catch(() => []);
    expect(kept).toEqual(seed === 1 ? ['1'] : []);
  });

  test.each(['x', '', '-1', '1.5', '1e3', '0x10', ' 1', '2147483648', '1:2', '9'.repeat(200)])(
    'seeded:%s',
    async (seed) => {
      expect(await refusal(`seeded:${seed}`)).toBe(
        `weights: 'seeded:${seed}': the seed must be a whole number from 0 to 2147483647, as in seeded:7`,
      );
    },
  );
});

describe('pretrained and auto', () => {
  test('auto is contour:1 as long as nothing has been downloaded', async () => {
    expect((await loadWeights('auto', first)).source).toBe('contour:1');
  });

  test('pretrained says where to get the file and where to put it', async () => {
    const message = await refusal('pretrained');
    expect(message).toContain(defaultSource.urls[0]);
    expect(message).toContain('vggdraw weights fetch');
    expect(message).toContain(join(cache, defaultSource.file));
    expect(message).toContain("or draw with 'contour'");
  });

  test('auto takes the downloaded file, and does not pass over a damaged one', async () => {
    await writeFile(join(cache, defaultSource.file), 'half a file');
    expect(await refusal('auto')).toContain('has 11 bytes instead of 80134624');
    expect(await refusal('pretrained')).toContain('has 11 bytes instead of 80134624');
    expect((await loadWeights('seeded', first)).source).toBe('seeded:1');
  });
});

describe('a file', () => {
  test('by its path', async () => {
    const path = join(cache, 'mine.h5');
    await writeKerasFile(path, [first]);
    const { source, data } = await loadWeights(path, first);
    expect(source).toBe(path);
    expect(data[first.biasOffset]).toBe(-1);
  });

  test('by a relative path, and of the name of another source', async () => {
    await writeKerasFile(join(cache, 'made.h5'), [first]);
    await copyFile(join(cache, 'made.h5'), join(cache, 'seeded'));
    const path = `./${relative('.', join(cache, 'seeded'))}`;
    expect((await loadWeights(path, first)).source).toBe(path);
  });

  test.each([
    ['pretraned', "; did you mean 'pretrained'?"],
    ['sedeed', "; did you mean 'seeded'?"],
    ['Seeded', "; did you mean 'seeded'?"],
    ['sedeed:7', "; did you mean 'seeded'?"],
    ['', ''],
    ['none.h5', ''],
  ])('there is none: %j', async (spec, near) => {
    expect(await refusal(spec)).toBe(
      `weights: there is no file '${spec}'; give auto, seeded, seeded:N, contour, contour:N, pretrained, or the path of a file ` +
        `(Keras HDF5, ONNX, safetensors or TensorFlow.js model.json)${near}`,
    );
  });

  test('a name that no file can have', async () => {
    expect(await refusal('x'.repeat(4000))).toMatch(
      /^can't read x+ … x+: the name is too long for the file system; check it$/,
    );
  });

  test('a folder', async () => {
    expect(await refusal(cache)).toContain('is a folder');
  });
});
