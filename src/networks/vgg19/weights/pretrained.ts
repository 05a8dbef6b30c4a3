/** The weights trained on ImageNet, as a source publishes them: a file in the cache folder that is fetched once. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf } from '../../../downloads/digest.js';
import { errorCode, InputError, messageOf } from '../../../errors.js';
import type { Layer } from '../layers.js';
import { defaultSource, type WeightSource } from './published.js';
import { readWeightsFile } from './read-file.js';
import type { Weights } from './weights.js';

/** What of a source is needed to tell its file. */
export type PublishedFile = Pick<WeightSource, 'name' | 'file' | 'urls' | 'bytes' | 'digest'>;

/** Whether something lies in `folder` under the published file's name. It need not be the file. */
export async function pretrainedIsThere(folder: string, published: PublishedFile = defaultSource): Promise<boolean> {
  try {
    await stat(join(folder, published.file));
    return true;
  } catch (error) {
    // Anything else (no permission, say) is for `pretrainedWeights` to report.
    return errorCode(error) !== 'ENOENT' && errorCode(error) !== 'ENOTDIR';
  }
}

/**
 * Reads the published file in `folder`, after checking that it is the published one, to the byte.
 * @throws InputError where it is not there (the message says where to get it) or is not the published file, and what
 *   {@link readWeightsFile} throws.
 */
export async function pretrainedWeights(
  through: Layer,
  folder: string,
  published: PublishedFile = defaultSource,
): Promise<Weights> {
  const path = await pretrainedFile(folder, published);
  return { ...(await readWeightsFile(path, through)), source: `pretrained (${path})` };
}

/** The path of the published file in `folder`, after the same check. @throws InputError where it is not there, or not the published file. */
export async function pretrainedFile(folder: string, published: PublishedFile = defaultSource): Promise<string> {
  const path = join(folder, published.file);
  if (!(await pretrainedIsThere(folder, published))) {
    throw unusable(
      `${path} does not exist; 'vggdraw weights fetch' brings it there (or download it from ${published.urls[0]} to there), ` +
        "or draw with 'contour', which needs no download",
    );
  }
  await checkPublished(path, published);
  return path;
}

async function checkPublished(path: string, { name, bytes, digest }: PublishedFile): Promise<void> {
  const again = `'vggdraw weights fetch ${name}' brings it again`;
  try {
    const found = await stat(path);
    if (!found.isFile()) throw unusable(`${path} is not a file; remove it, and ${again}`);
    if (found.size !== bytes) {
      throw unusable(`${path} has ${found.size} bytes instead of ${bytes}; ${again}`);
    }
    if ((await digestOf(path, digest)) !== digest) {
      throw unusable(`${path} is damaged (its digest differs); ${again}`);
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw unusable(`can't read ${path}: ${messageOf(error)}`);
  }
}

const unusable = (reason: string): InputError => new InputError(`pretrained: ${reason}`, { field: 'weights' });
