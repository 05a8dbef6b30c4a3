/** The weights that the tests of formats write and read. */
import { existsSync } from 'node:fs';
import { expect } from '@jest/globals';
import { InputError } from '../../../../../src/errors.js';
import { findLayer, type Layer } from '../../../../../src/networks/vgg19/layers.js';
import { readWeightsFile } from '../../../../../src/networks/vgg19/weights/read-file.js';
import { seededWeights } from '../../../../../src/networks/vgg19/weights/seeded.js';
import { uniform } from '../../../../support/random.js';
import { sharedPath } from '../../../../support/shared.js';
import { type LayerWeights, layersOf } from './writers.js';

/** Seeded weights, with biases, which those have not. */
export async function someWeights(
  name: string,
): Promise<{ data: Float32Array; layers: LayerWeights[]; through: Layer }> {
  const through = findLayer(name);
  const { data } = await seededWeights(1, through);
  for (const { layer } of layersOf(data, through)) {
    for (let i = 0; i < layer.outChannels; i++) data[layer.biasOffset + i] = Math.fround(uniform(-1, 1));
  }
  return { data, layers: layersOf(data, through), through };
}

/** The real ones where they are at hand, else {@link someWeights}. */
export async function realWeights(name: string) {
  const path = sharedPath('vgg19/vgg19-blocks1-3.h5');
  if (!existsSync(path)) {
    console.warn('../shared is not there: seeded weights take the place of real ones');
    return someWeights(name);
  }
  const through = findLayer(name);
  const { data } = await readWeightsFile(path, through);
  return { data, layers: layersOf(data, through), through };
}

/** The error that reading `path` ends in, by `read`: an InputError of one line that names the file. */
export async function refusal(path: string, through = 'block1_conv2', read = readWeightsFile): Promise<string> {
  const error: unknown = await read(path, findLayer(through)).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(InputError);
  const { message } = error as InputError;
  expect(message).not.toContain('\n');
  expect(message).toContain(path);
  return message.replaceAll(path, 'FILE');
}
