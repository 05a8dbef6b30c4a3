/** Weights from a file in any of the formats that people have them in, recognised by its content. */
import { InputError } from '../../../errors.js';
import { hdf5Signature } from '../../../tensor-files/hdf5.js';
import { refuseArchive, refusePickle } from '../../../tensor-files/pickle.js';
import { isSafetensors } from '../../../tensor-files/safetensors.js';
import { openFile } from '../../../tensor-files/stored-file.js';
import type { Layer } from '../layers.js';
import { type StoredWeights, weightsIn } from './convolutions.js';
import { openKeras } from './formats/keras-h5.js';
import { isOnnx, openOnnx } from './formats/onnx.js';
import { openTorchSafetensors } from './formats/safetensors.js';
import { isTfjs, openTfjs } from './formats/tfjs.js';
import type { Weights } from './weights.js';

/** A format: how a file of it begins, and how it is opened. */
interface Format {
  recognises(start: Uint8Array): boolean;
  open(path: string): Promise<StoredWeights>;
}

/** In this order, because the later ones are told by less. */
const formats: readonly Format[] = [
  { recognises: (start) => hdf5Signature.equals(start.subarray(0, hdf5Signature.length)), open: openKeras },
  { recognises: isSafetensors, open: openTorchSafetensors },
  refuseArchive,
  refusePickle,
  { recognises: isOnnx, open: openOnnx },
  { recognises: isTfjs, open: openTfjs },
];

/** How much of a file is looked at to recognise its format. */
const startBytes = 512;

/**
 * Reads VGG-19's weights down to `through` from a file in Keras' HDF5 format, ONNX, safetensors or TensorFlow.js' (a
 * `model.json` with its shards beside it), ready for the network: in network space and [out, in, 3, 3].
 * @param path the file, named as the person named it.
 * @throws InputError, naming the file and the layer, where it can't be read, is of another format or damaged, does not reach
 *   `through`, or holds something else than VGG-19.
 */
export async function readWeightsFile(path: string, through: Layer): Promise<Weights> {
  const file = await openWeightsFile(path);
  try {
    return weightsIn(file, through);
  } finally {
    file.close();
  }
}

/** Opens a file of weights, whose layers are looked up one by one. @throws InputError where it is none that we know. */
export async function openWeightsFile(path: string): Promise<StoredWeights> {
  const start = await startOf(path);
  const format = formats.find(({ recognises }) => recognises(start));
  if (format) return format.open(path);
  throw new InputError(
    `${path} is in no format of weights that vggdraw reads: Keras HDF5 (.h5), ONNX, safetensors or a TensorFlow.js ` +
      'model.json; convert it to one of these',
  );
}

async function startOf(path: string): Promise<Uint8Array> {
  const file = await openFile(path);
  try {
    return file.read(0, Math.min(startBytes, file.size));
  } finally {
    file.close();
  }
}
