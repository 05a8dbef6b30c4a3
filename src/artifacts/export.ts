/** The models and the weights of one layer as files, for use without us. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, InputError } from '../errors.js';
import { beginFile, checkFolderWritable, checkOutputFile } from '../files.js';
import { encodeModel } from '../onnx/index.js';
import { smallestSide } from '../vgg19/layers.js';
import { weightsFile } from '../vgg19/network.js';
import type { Weights } from '../vgg19/weights/weights.js';
import { evalModel, type ModelSite, optimizerModel, trainingModel } from './models.js';

export interface ExportOptions extends Omit<ModelSite, 'pixelOffset' | 'target'> {
  /** The weights down to the layer. */
  readonly weights: Weights;
  /** The folder to write to; it is made where its parent exists. */
  readonly output: string;
  /** Whether files that are there may be replaced. Default: false. */
  readonly overwrite?: boolean;
}

/**
 * Writes eval_model.onnx, training_model.onnx, optimizer_model.onnx and vgg19.weights, all or none. The same options give the
 * same bytes.
 * @returns the paths written.
 * @throws InputError where the folder can't be written, or a file is there and `overwrite` is false.
 */
export async function exportArtifacts(options: ExportOptions): Promise<string[]> {
  const { output, weights, overwrite = false } = options;
  const { data, pixelOffset } = weights;
  const site: ModelSite = { ...options, pixelOffset };
  const contents = {
    'eval_model.onnx': encodeModel(evalModel(site)),
    'training_model.onnx': encodeModel(trainingModel(site)),
    'optimizer_model.onnx': encodeModel(optimizerModel(site)),
    [weightsFile]: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  };
  await makeFolder(output);
  const paths = Object.keys(contents).map((name) => join(output, name));
  for (const path of paths) await checkOutputFile(path, '--output', overwrite);

  const files = Object.values(contents).map((bytes, i) => ({ bytes, file: beginFile(paths[i]!) }));
  try {
    for (const { bytes, file } of files) await writeFile(file.temporary, bytes);
    for (const { file } of files) await file.commit();
  } finally {
    for (const { file } of files) await file.discard();
  }
  return paths;
}

/** @throws InputError where a side is too short for the pools on the way to the layer. */
export function checkSide(side: number, option: string, { layer }: Pick<ModelSite, 'layer'>): void {
  const least = smallestSide(layer);
  if (side < least) throw new InputError(`${layer.name} needs ${least} pixels or more, not ${side}`, { field: option });
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder).catch(async (error: unknown) => {
    if (errorCode(error) === 'EEXIST') return checkFolderWritable(folder, '--output');
    return checkFolderWritable(join(folder, '..'), '--output');
  });
}
