/** The weights trained on ImageNet, as Keras publishes them: a file that the person downloads once. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { errorCode, InputError, messageOf } from '../../errors.js';
import type { Layer } from '../layers.js';
import { kerasWeights } from './keras-h5.js';
import type { Weights } from './weights.js';

/** A file that someone else publishes and that never changes. */
export interface PublishedFile {
  readonly name: string;
  readonly url: string;
  /** In bytes. */
  readonly size: number;
  /** In hexadecimal. */
  readonly md5: string;
}

/**
 * All sixteen convolutions, without the classifier. The weights are the Visual Geometry Group's, Oxford, under CC BY 4.0; the
 * digest is the one that Keras pins (keras/src/applications/vgg19.py).
 */
export const kerasNotop: PublishedFile = {
  name: 'vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5',
  url: 'https://storage.googleapis.com/tensorflow/keras-applications/vgg19/vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5',
  size: 80_134_624,
  md5: '253f8cb515780f3b799900260a226db6',
};

/** Whether something lies in `folder` under the published file's name. It need not be the file. */
export async function pretrainedIsThere(folder: string, published = kerasNotop): Promise<boolean> {
  try {
    await stat(join(folder, published.name));
    return true;
  } catch (error) {
    // Anything else (no permission, say) is for `pretrainedWeights` to report.
    return errorCode(error) !== 'ENOENT' && errorCode(error) !== 'ENOTDIR';
  }
}

/**
 * Reads the published file in `folder`, after checking that it is the published one, to the byte.
 * @throws InputError where it is not there (the message says where to get it) or is not the published file, and what
 *   {@link kerasWeights} throws.
 */
export async function pretrainedWeights(through: Layer, folder: string, published = kerasNotop): Promise<Weights> {
  const path = join(folder, published.name);
  if (!(await pretrainedIsThere(folder, published))) {
    throw new InputError(
      `--weights pretrained: ${path} does not exist; download it from ${published.url} to there, ` +
        'or draw with --weights seeded, which needs no download',
    );
  }
  await checkPublished(path, published);
  const { data } = await kerasWeights(path, through);
  return { source: `pretrained (${path})`, data };
}

async function checkPublished(path: string, { url, size, md5 }: PublishedFile): Promise<void> {
  const again = `delete it and download it again from ${url}`;
  try {
    const found = await stat(path);
    if (!found.isFile())
      throw new InputError(`--weights pretrained: ${path} is not a file; put the one from ${url} there`);
    if (found.size !== size) {
      throw new InputError(`--weights pretrained: ${path} has ${found.size} bytes instead of ${size}; ${again}`);
    }
    const hash = createHash('md5');
    await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
    if (hash.digest('hex') !== md5)
      throw new InputError(`--weights pretrained: ${path} is damaged (its MD5 differs); ${again}`);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`--weights pretrained: can't read ${path}: ${messageOf(error)}`);
  }
}
