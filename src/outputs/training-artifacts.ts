/** Training artifacts of a model as files, for training without us. */
import { encodeModel, type TrainingArtifacts } from '../onnx/index.js';
import { encodeParameters } from '../training/checkpoint.js';
import { checkTogether, writeTogether } from './together.js';

export interface TrainingFiles {
  /** The folder to write to; it is made where it is missing. */
  readonly output: string;
  /** Whether files that are there may be replaced. Default: false. */
  readonly overwrite?: boolean;
}

const names = ['training_model.onnx', 'eval_model.onnx', 'optimizer_model.onnx', 'checkpoint'] as const;

/** As {@link checkTogether}. */
export const checkTrainingFiles = (output: string, overwrite: boolean, remedy?: string): Promise<string[]> =>
  checkTogether(output, names, overwrite, remedy);

/**
 * Writes training_model.onnx, eval_model.onnx, optimizer_model.onnx and checkpoint, all or none; `onnx.trainingArtifacts` says what is in
 * the models. The checkpoint is a safetensors file of parameters and running statistics, which a {@link Trainer} loads. The same artifacts give the same bytes.
 * @returns the paths written.
 * @throws InputError as {@link writeTogether}.
 */
export async function exportTrainingArtifacts(
  { trainingModel, evalModel, optimizerModel, parameters, statistics }: TrainingArtifacts,
  { output, overwrite = false }: TrainingFiles,
): Promise<string[]> {
  const contents: Readonly<Record<(typeof names)[number], Uint8Array>> = {
    'training_model.onnx': encodeModel(trainingModel),
    'eval_model.onnx': encodeModel(evalModel),
    'optimizer_model.onnx': encodeModel(optimizerModel),
    checkpoint: encodeParameters({ ...parameters, ...statistics }),
  };
  return writeTogether(output, contents, overwrite);
}
