/** The models and the weights of one layer as files, for use without us. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../errors.js';
import { removeAbandoned } from '../files/abandoned.js';
import { beginFile, makeFolders, removeMadeFolders } from '../files/unfinished.js';
import { cantWrite, checkOutputFile } from '../files/writable.js';
import { smallestSide } from '../networks/vgg19/layers.js';
import { weightsFile } from '../networks/vgg19/network.js';
import type { PixelWishes, Weights } from '../networks/vgg19/weights/weights.js';
import { encodeModel } from '../onnx/index.js';
import { evalModel, type ModelSite, optimizerModel, trainingModel } from './models.js';

export interface ExportOptions extends Omit<ModelSite, keyof PixelWishes | 'target'> {
  /** The weights down to the layer. */
  readonly weights: Weights;
  /** The folder to write to; it is made where it is missing. */
  readonly output: string;
  /** Whether files that are there may be replaced. Default: false. */
  readonly overwrite?: boolean;
}

const names = ['eval_model.onnx', 'training_model.onnx', 'optimizer_model.onnx', weightsFile] as const;

/**
 * Checks that the files can be written, for whoever has work to do before there is anything to write.
 * @param remedy what to do about a file that is there and may not be replaced.
 * @returns their paths.
 * @throws InputError where the folder can't be made or written, or a file is there and `overwrite` is false.
 */
export async function checkExport(output: string, overwrite: boolean, remedy?: string): Promise<string[]> {
  const paths = names.map((name) => join(output, name));
  for (const path of paths) await checkOutputFile(path, 'output', overwrite, remedy);
  return paths;
}

/**
 * Writes eval_model.onnx, training_model.onnx, optimizer_model.onnx and vgg19.weights, all or none. The same options give the
 * same bytes.
 * @returns the paths written.
 * @throws InputError as {@link checkExport}, and where the disk is full.
 */
export async function exportArtifacts(options: ExportOptions): Promise<string[]> {
  const { output, weights, overwrite = false } = options;
  const { data, pixelOffset, border } = weights;
  const paths = await checkExport(output, overwrite);
  const site: ModelSite = { ...options, pixelOffset, border };
  const contents: Readonly<Record<(typeof names)[number], Uint8Array>> = {
    'eval_model.onnx': encodeModel(evalModel(site)),
    'training_model.onnx': encodeModel(trainingModel(site)),
    'optimizer_model.onnx': encodeModel(optimizerModel(site)),
    [weightsFile]: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  };
  const files = paths.map((path) => beginFile(path));
  const named: string[] = [];
  try {
    await makeFolders(output, { whileEmpty: true });
    void removeAbandoned(output);
    for (const [i, file] of files.entries()) await writeFile(file.temporary, contents[names[i]!]);
    for (const [i, file] of files.entries()) {
      if (overwrite) {
        await file.commit();
      } else {
        file.commitNew();
        named.push(paths[i]!);
      }
    }
  } catch (error) {
    for (const path of named) await rm(path);
    throw cantWrite(output, 'output', error);
  } finally {
    for (const file of files) await file.discard();
    removeMadeFolders();
  }
  return paths;
}

/** @throws InputError where a side is too short for the pools on the way to the layer. */
export function checkSide(side: number, option: string, { layer }: Pick<ModelSite, 'layer'>): void {
  const least = smallestSide(layer);
  if (side < least) throw new InputError(`${layer.name} needs ${least} pixels or more, not ${side}`, { field: option });
}
