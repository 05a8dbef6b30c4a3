/** Weights from ONNX files of VGG-19, wherever those were exported. */
import onnxProto, { type onnx as Onnx } from 'onnx-proto';
import { InputError } from '../../../errors.js';
import { toNumber } from '../../../onnx/tensor.js';
import { convLayers } from '../../layers.js';
import type { StoredTensor, StoredWeights } from '../stored.js';
import { bytesPerFloat, type FloatType, toFloat32 } from './floats.js';
import { printName } from './json.js';
import { preprocessingNamed } from './metadata.js';
import { convolutionsOf } from './onnx-chain.js';
import { placeOf, readOutline } from './onnx-outline.js';
import { besideFile, openFile, type StoredFile } from './stored-file.js';

const { DataType, DataLocation } = onnxProto.onnx.TensorProto;

/** Whether a file begins as an ONNX file does: with its IR version, which every writer puts first. */
export const isOnnx = (start: Uint8Array): boolean => start[0] === 0x08 && start[1]! < 0x80;

const floatTypes: ReadonlyMap<number, FloatType> = new Map<number, FloatType>([
  [DataType.FLOAT, 'float32'],
  [DataType.DOUBLE, 'float64'],
  [DataType.FLOAT16, 'float16'],
  [DataType.BFLOAT16, 'bfloat16'],
]);

/** More files than a convolution has tensors are a mistake. */
const mostFiles = 2 * convLayers.length;

/**
 * Opens an ONNX file of VGG-19. Its convolutions are found by following the graph from its input, not by name; the weights may
 * lie in other files beside it. It expects torchvision's preprocessing, unless its metadata say `"preprocessing": "caffe"` or it
 * is one of ours (`vggdraw export`).
 * @throws InputError where it can't be read, or its graph does not begin as VGG-19's does.
 */
export async function openOnnx(path: string): Promise<StoredWeights> {
  const file = await openFile(path);
  const opened = new Map<string, StoredFile>();
  const close = () => {
    file.close();
    for (const beside of opened.values()) beside.close();
  };
  try {
    const model = readOutline(file);
    const convolutions = convolutionsOf(path, model.graph ?? {});
    for (const { tensors } of convolutions) {
      for (const tensor of tensors) await openExternal(path, tensor, opened);
    }
    const stated = model.metadataProps?.find(({ key }) => key === 'preprocessing')?.value;
    const ours = model.producerName === 'vggdraw' ? 'caffe' : undefined;
    return {
      path,
      format: 'ONNX',
      preprocessing: preprocessingNamed(path, stated) ?? ours ?? 'torchvision',
      layout: 'OIHW',
      naming: 'as a chain of convolutions from its input on',
      whole: 'a model of the whole network',
      label(layer) {
        const name = convolutions[convLayers.indexOf(layer)]?.name;
        return name ? `${layer.name} (node ${printName(name)})` : layer.name;
      },
      tensors: (layer) =>
        convolutions[convLayers.indexOf(layer)]?.tensors.map((tensor) => storedTensor(file, opened, tensor)),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

const isExternal = (tensor: Onnx.ITensorProto): boolean => tensor.dataLocation === DataLocation.EXTERNAL;

const externalEntry = ({ externalData }: Onnx.ITensorProto, key: string): string | undefined =>
  externalData?.find((entry) => entry.key === key)?.value ?? undefined;

async function openExternal(path: string, tensor: Onnx.ITensorProto, opened: Map<string, StoredFile>): Promise<void> {
  if (!isExternal(tensor)) return;
  const location = externalEntry(tensor, 'location') ?? '';
  if (opened.has(location)) return;
  if (opened.size === mostFiles)
    throw new InputError(`${path} refers to more than ${mostFiles} files; export it again`);
  opened.set(location, await openFile(besideFile(path, location)));
}

function storedTensor(
  file: StoredFile,
  opened: ReadonlyMap<string, StoredFile>,
  tensor: Onnx.ITensorProto,
): StoredTensor {
  const shape = (tensor.dims ?? []).map(toNumber);
  const floats = floatTypes.get(tensor.dataType ?? 0);
  return {
    shape,
    isFloat: floats !== undefined,
    read() {
      const length = shape.reduce((product, side) => product * side, bytesPerFloat[floats!]);
      const external = isExternal(tensor);
      const source = external ? opened.get(externalEntry(tensor, 'location') ?? '')! : file;
      const place = external ? externalPlace(file.path, tensor, length) : placeOf(tensor);
      const name = printName(tensor.name ?? '');
      if (!place) {
        throw new InputError(`${file.path}: the tensor ${name} has no raw data; export the model again`);
      }
      if (place.length !== length) {
        throw new InputError(
          `${file.path} is damaged: the tensor ${name} has ${place.length} bytes instead of ${length}; ` +
            'download or export it again',
        );
      }
      return toFloat32(source.read(place.offset, length), floats!);
    },
  };
}

function externalPlace(path: string, tensor: Onnx.ITensorProto, length: number) {
  const number = (key: string, otherwise: number) => {
    const text = externalEntry(tensor, key);
    if (text === undefined) return otherwise;
    if (/^\d{1,15}$/.test(text)) return Number(text);
    throw new InputError(
      `${path} is damaged: the ${key} of the tensor ${printName(tensor.name ?? '')} is ${printName(text)}; ` +
        'download or export it again',
    );
  };
  return { offset: number('offset', 0), length: number('length', length) };
}
