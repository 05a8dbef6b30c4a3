import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { InputError } from '../../../../src/errors.js';
import { type ConvLayer, convLayers } from '../../../../src/networks/vgg19/layers.js';
import {
  type PublishedFile,
  pretrainedIsThere,
  pretrainedWeights,
} from '../../../../src/networks/vgg19/weights/pretrained.js';
import { defaultSource } from '../../../../src/networks/vgg19/weights/published.js';
import { readWeightsFile } from '../../../../src/networks/vgg19/weights/read-file.js';
import { writeKerasFile } from './keras-file.js';

const [first, second] = convLayers as [ConvLayer, ConvLayer];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-pretrained-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A small file, as if published. */
async function publish(): Promise<PublishedFile & { path: string }> {
  const path = join(folder, 'small.h5');
  await writeKerasFile(path, [first]);
  const bytes = await readFile(path);
  const digest = `md5:${createHash('md5').update(bytes).digest('hex')}`;
  return { name: 'small', file: 'small.h5', urls: ['https://example.org/small.h5'], bytes: bytes.length, digest, path };
}

async function refusal(through: ConvLayer, published?: PublishedFile): Promise<string> {
  const error: unknown = await pretrainedWeights(through, folder, published).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(InputError);
  const { message } = error as InputError;
  expect(message).not.toContain('\n');
  return message.replaceAll(folder, 'CACHE');
}

test('the published file is read', async () => {
  const published = await publish();
  expect(await pretrainedIsThere(folder, published)).toBe(true);
  const { source, data } = await pretrainedWeights(first, folder, published);
  expect(source).toBe(`pretrained (${published.path})`);
  expect(data).toEqual((await readWeightsFile(published.path, first)).data);
});

test("Keras' file is the one that is meant by default", async () => {
  expect(await pretrainedIsThere(folder)).toBe(false);
  expect(await refusal(first)).toBe(
    `weights: pretrained: ${join('CACHE', defaultSource.file)} does not exist; 'vggdraw weights fetch' brings it there ` +
      `(or download it from ${defaultSource.urls[0]} to there), or draw with 'contour', which needs no download`,
  );
});

test('a cache folder that does not exist, or is a file', async () => {
  await writeFile(join(folder, 'file'), '');
  for (const name of ['none', 'file']) {
    expect(await pretrainedIsThere(join(folder, name))).toBe(false);
    await expect(pretrainedWeights(first, join(folder, name))).rejects.toThrow(
      "does not exist; 'vggdraw weights fetch' brings it",
    );
  }
});

test('an unfinished download', async () => {
  const published = await publish();
  await truncate(published.path, 1000);
  expect(await refusal(first, published)).toBe(
    `weights: pretrained: ${join('CACHE', 'small.h5')} has 1000 bytes instead of ${published.bytes}; ` +
      "'vggdraw weights fetch small' brings it again",
  );
});

test('a damaged download', async () => {
  const published = await publish();
  const bytes = await readFile(published.path);
  bytes[bytes.length - 1]! ^= 1;
  await writeFile(published.path, bytes);
  expect(await refusal(first, published)).toContain("is damaged (its digest differs); 'vggdraw weights fetch small'");
});

test('a folder of that name', async () => {
  await mkdir(join(folder, defaultSource.file));
  expect(await refusal(first)).toContain('is not a file');
});

test('a published file that does not reach the layer', async () => {
  expect(await refusal(second, await publish())).toContain('ends at block1_conv1');
});
