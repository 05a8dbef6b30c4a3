/** The models and the weights of one layer as files, for use without us. */
import { InputError } from '../errors.js';
import { smallestSide } from '../networks/vgg19/layers.js';
import { weightsFile } from '../networks/vgg19/network.js';
import type { PixelWishes, Weights } from '../networks/vgg19/weights/weights.js';
import { encodeModel } from '../onnx/index.js';
import { evalModel, type ModelSite, optimizerModel, trainingModel } from './models.js';
import { checkTogether, writeTogether } from './together.js';

export interface ExportOptions extends Omit<ModelSite, keyof PixelWishes | 'target'> {
  /** The weights down to the layer. */
  readonly weights: Weights;
  /** The folder to write to; it is made where it is missing. */
  readonly output: string;
  /** Whether files that are there may be replaced. Default: false. */
  readonly overwrite?: boolean;
}

const names = ['eval_model.onnx', 'training_model.onnx', 'optimizer_model.onnx', weightsFile] as const;

/** As {@link checkTogether}. */
export const checkExport = (output: string, overwrite: boolean, remedy?: string): Promise<string[]> =>
  checkTogether(output, names, overwrite, remedy);

/**
 * Writes eval_model.onnx, training_model.onnx, optimizer_model.onnx and vgg19.weights, all or none. The same options give the
 * same bytes.
 * @returns the paths written.
 * @throws InputError as {@link writeTogether}.
 */
export async function exportArtifacts(options: ExportOptions): Promise<string[]> {
  const { output, weights, overwrite = false } = options;
  const { data, pixelOffset, border } = weights;
  const site: ModelSite = { ...options, pixelOffset, border };
  await checkExport(output, overwrite);
  const contents: Readonly<Record<(typeof names)[number], Uint8Array>> = {
    'eval_model.onnx': encodeModel(evalModel(site)),
    'training_model.onnx': encodeModel(trainingModel(site)),
    'optimizer_model.onnx': encodeModel(optimizerModel(site)),
    [weightsFile]: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  };
  return writeTogether(output, contents, overwrite);
}

/** @throws InputError where a side is too short for the pools on the way to the layer. */
export function checkSide(side: number, option: string, { layer }: Pick<ModelSite, 'layer'>): void {
  const least = smallestSide(layer);
  if (side < least) throw new InputError(`${layer.name} needs ${least} pixels or more, not ${side}`, { field: option });
}
