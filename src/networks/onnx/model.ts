/** A network from an ONNX file, as threads hand it on: data alone. */
import { basename } from 'node:path';
import { InputError, namingField } from '../../errors.js';
import type { Size } from '../../image/picture.js';
import { shownName } from '../../one-line.js';
import { type ModelApart, setWeightsApart } from '../../onnx/index.js';
import { collectGarbage } from '../../runtime/garbage.js';
import { readBeside, readModelFile } from '../../tensor-files/onnx-file.js';
import { type Preprocess, type PreprocessName, preprocessOf } from './preprocess.js';

/** A network that was read from a file, with its weights. To be given to drawings. */
export interface NetworkModel extends Pick<ModelApart, 'model' | 'weights' | 'values'> {
  /** What messages call it: its file's name. */
  readonly source: string;
  /** The name of its input: a picture, float32[1, C, H, W]. */
  readonly input: string;
  readonly channels: 1 | 3;
  /** The size that its file states. Sides that it leaves open are 224. */
  readonly size: Size;
  readonly preprocess: Preprocess;
}

/** The name that models have for the file of weights, which there is none of. */
export const weightsFile = 'network.weights';

/** What networks of classifiers are mostly made for. */
const usualSide = 224;

/** See `readNetwork`. */
export async function readNetworkFile(
  path: string,
  preprocess?: PreprocessName,
  admit: (bytes: number) => void = () => {},
): Promise<NetworkModel> {
  let read = 0;
  const count = (bytes: number): void => {
    read += bytes;
    // As they are read, and once more among the weights.
    admit(2 * read);
  };
  const bytes = await namingField('network', () => readModelFile(path, count));
  try {
    return await networkFrom(bytes, basename(path), preprocess, (place) => {
      count(place.length);
      return readBeside(path, place);
    });
  } finally {
    // Of the file's bytes, as many as its weights.
    setImmediate(collectGarbage);
  }
}

/**
 * A network out of the bytes of a file.
 * @param source what messages call it.
 * @param read gives the bytes of tensors that lie in files beside it. Default: there are none.
 * @throws InputError as `readNetwork`.
 */
export async function networkFrom(
  bytes: Uint8Array,
  source: string,
  preprocess?: PreprocessName,
  read: Parameters<typeof setWeightsApart>[2] = async ({ location }) => {
    throw new Error(`its tensors lie in ${shownName(location)}; give the path of the model`);
  },
): Promise<NetworkModel> {
  const called = shownName(source);
  const { inputs, metadata, ...apart } = await setWeightsApart(bytes, weightsFile, read).catch((error: unknown) => {
    // Of a kind of its own (TypeError) it is a fault of ours.
    if (!(error instanceof InputError) && !(error instanceof Error && error.name === 'Error')) throw error;
    const reason = error instanceof InputError ? error.reason : `${called}: ${error.message}`;
    throw new InputError(reason, { field: 'network', cause: error });
  });
  const [input, ...others] = inputs;
  const refuse = (reason: string) => new InputError(`${called} ${reason}`, { field: 'network' });
  if (!input) throw refuse('has no input; a network to draw with takes a picture');
  if (others.length > 0)
    throw refuse(
      `has ${inputs.length} inputs (${inputs.map(({ name }) => shownName(name)).join(', ')}); a network to draw with takes a picture alone`,
    );
  const { dtype, sides = [undefined, undefined, undefined, undefined] } = input;
  const [, channels = 3, height = usualSide, width = usualSide] = sides;
  if (dtype !== 'float32' || sides.length !== 4 || (channels !== 3 && channels !== 1)) {
    const shape = sides.map((side) => side ?? '?').join(', ');
    const last = sides.length === 4 && sides[3] === 3 ? '; export it with channels first' : '';
    throw refuse(
      `takes ${dtype ?? 'no tensor'}[${shape}] as '${shownName(input.name)}'; a network to draw with takes a picture, float32[1, 3, height, width]${last}`,
    );
  }
  return {
    ...apart,
    source,
    input: input.name,
    channels,
    size: { height, width },
    preprocess: preprocessOf(preprocess, channels, metadata),
  };
}
