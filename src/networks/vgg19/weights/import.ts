/** Converts files of weights to one form, kept in the cache folder. */
import { stat } from 'node:fs/promises';
import { basename, dirname, parse, resolve } from 'node:path';
import { cacheFolder } from '../../../cache.js';
import { digestOf, digestOfBytes } from '../../../downloads/digest.js';
import { InputError, messageOf } from '../../../errors.js';
import { makeFolders, writeWhole } from '../../../files/unfinished.js';
import { encodeSafetensors, type NamedTensor } from '../../../tensor-files/safetensors-writer.js';
import { convLayers } from '../layers.js';
import { cachedPath, recordFile } from './cache-folder.js';
import { findConvolution, findConvolutions, readConvolutions, type StoredConvolution } from './convolutions.js';
import { torchName } from './formats/torch-names.js';
import { weightSources } from './published.js';
import { openWeightsFile } from './read-file.js';

/**
 * Writes the weights in a file of any format, down to the last convolution that it has, as float32 into
 * `<cache>/files/<name>.safetensors`, with a record of its digest, replacing what is there under that name. The result is a file like any other:
 * torchvision's names and kernels [out, in, 3, 3]; its metadata tell the file it comes from, that file's digest, the licence where
 * it is a source that we know, and the preprocessing that the weights want. (With `caffe` the
 * input channels are B, G, R.)
 * @returns the path written.
 * @throws InputError where the file won't do, or the cache folder can't be written.
 */
export async function importWeights(path: string, cache = cacheFolder()): Promise<string> {
  const name = `${nameOf(path)}.safetensors`;
  const destination = cachedPath(cache, name);
  const bytes = await converted(path);
  try {
    await makeFolders(dirname(destination));
    await writeWhole(destination, bytes);
  } catch (error) {
    throw new InputError(
      `can't write ${destination}: ${messageOf(error)}; set VGGDRAW_CACHE to a folder that can be written`,
    );
  }
  await recordFile(destination, { from: basename(path), bytes: bytes.length, digest: digestOfBytes(bytes) });
  return destination;
}

async function converted(path: string): Promise<Uint8Array> {
  const file = await openWeightsFile(path);
  try {
    const found: StoredConvolution[] = [];
    for (const layer of convLayers) {
      const convolution = findConvolution(file, layer);
      if (!convolution) break;
      found.push(convolution);
    }
    // Says what is missing.
    if (found.length === 0) findConvolutions(file, convLayers[0]!);
    const data = readConvolutions(file, found);
    const tensors = found.flatMap(({ layer }): NamedTensor[] => {
      const { inChannels, outChannels, kernelOffset, biasOffset } = layer;
      const name = torchName(layer);
      const kernel = data.subarray(kernelOffset, biasOffset);
      const bias = data.subarray(biasOffset, biasOffset + outChannels);
      return [
        { name: `${name}.weight`, shape: [outChannels, inChannels, 3, 3], values: kernel },
        { name: `${name}.bias`, shape: [outChannels], values: bias },
      ];
    });
    return encodeSafetensors(tensors, { ...(await manifest(path)), preprocessing: file.preprocessing });
  } finally {
    file.close();
  }
}

/** What is to be known of the weights later: which file they come from, and whose they are. */
async function manifest(path: string): Promise<Record<string, string>> {
  const known = { producer: 'vggdraw', source: basename(path), digest: await digestOf(path, 'sha256:') };
  const { size } = await stat(path);
  for (const { bytes, digest, licence, citation } of weightSources) {
    if (bytes !== size || (await digestOf(path, digest)) !== digest) continue;
    return { ...known, licence: `${licence.name} (${licence.url}), ${licence.holder}`, citation };
  }
  return known;
}

/**
 * What the file is called without its ending, in letters that the cache takes; every TensorFlow.js model is called `model.json`, so
 * there its folder's name.
 */
function nameOf(path: string): string {
  const { name, base } = parse(path);
  const called = (base === 'model.json' && basename(dirname(resolve(path)))) || name.replace(/\.weights$/, '');
  return (
    called
      .replace(/[^\w.-]/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '')
      .slice(0, 80) || 'weights'
  );
}
