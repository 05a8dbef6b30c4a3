/** Weights from ONNX files of VGG-19, wherever those were exported. */
import type { onnx as Onnx } from 'onnx-proto';
import { InputError } from '../../../../errors.js';
import { onnx } from '../../../../onnx/proto.js';
import { toNumber } from '../../../../onnx/tensor.js';
import { bytesPerFloat, type FloatType, toFloat32 } from '../../../../tensor-files/floats.js';
import { printName } from '../../../../tensor-files/json.js';
import { type Place, placeOf, readOutline } from '../../../../tensor-files/onnx-outline.js';
import { firstOverlap } from '../../../../tensor-files/overlap.js';
import { besideFile, openFile, type StoredFile } from '../../../../tensor-files/stored-file.js';
import type { StoredTensor } from '../../../../tensor-files/stored-tensor.js';
import { convLayers } from '../../layers.js';
import type { StoredWeights } from '../convolutions.js';
import { preprocessingNamed } from './metadata.js';
import { convolutionsOf } from './onnx-chain.js';

const { DataType, DataLocation } = onnx.TensorProto;

/** Whether a file begins as an ONNX file does: with its IR version, which every writer puts first. */
export const isOnnx = (start: Uint8Array): boolean => start[0] === 0x08 && start[1]! < 0x80;

const floatTypes: ReadonlyMap<number, FloatType> = new Map<number, FloatType>([
  [DataType.FLOAT, 'float32'],
  [DataType.DOUBLE, 'float64'],
  [DataType.FLOAT16, 'float16'],
  [DataType.BFLOAT16, 'bfloat16'],
]);

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
    // By what the file has: exporters write equal biases once, and share them through Identity.
    const places = new Map<Onnx.ITensorProto, PlacedTensor>();
    for (const tensor of new Set(convolutions.flatMap(({ tensors }) => tensors)))
      places.set(tensor, await placedTensor(file, opened, tensor));
    checkOverlap(path, [...places.values()]);
    const placed = convolutions.map(({ tensors }) => tensors.map((tensor) => places.get(tensor)!));
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
      tensors: (layer) => placed[convLayers.indexOf(layer)],
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** A convolution's tensor, of which it is known where its values lie. */
interface PlacedTensor extends StoredTensor {
  readonly name: string;
  readonly source: StoredFile;
  readonly begin: number;
  readonly end: number;
}

/** Finds where a tensor's values lie, opening the file beside the model that holds them. */
async function placedTensor(
  model: StoredFile,
  opened: Map<string, StoredFile>,
  tensor: Onnx.ITensorProto,
): Promise<PlacedTensor> {
  const { path } = model;
  const name = printName(tensor.name ?? '');
  const shape = (tensor.dims ?? []).map(toNumber);
  const floats = floatTypes.get(tensor.dataType ?? 0);
  const length = shape.reduce((product, side) => product * side, bytesPerFloat[floats ?? 'float32']);
  const isExternal = tensor.dataLocation === DataLocation.EXTERNAL;
  const place = isExternal ? externalPlace(path, tensor, length) : placeOf(tensor);
  if (!place) throw new InputError(`${path}: the tensor ${name} has no raw data; export the model again`);
  const source = isExternal ? await openBeside(path, externalEntry(tensor, 'location') ?? '', opened) : model;
  return {
    shape,
    name,
    source,
    begin: place.offset,
    end: place.offset + place.length,
    isFloat: floats !== undefined,
    read() {
      const damaged = (what: string) =>
        new InputError(`${path} is damaged: the tensor ${name} ${what}; download or export it again`);
      if (place.length !== length) throw damaged(`has ${place.length} bytes instead of ${length}`);
      if (place.offset + length > source.size) throw damaged(`lies outside ${source.path}`);
      return toFloat32(source.read(place.offset, length), floats!);
    },
  };
}

async function openBeside(path: string, location: string, opened: Map<string, StoredFile>): Promise<StoredFile> {
  const known = opened.get(location);
  if (known) return known;
  const file = await openFile(besideFile(path, location));
  opened.set(location, file);
  return file;
}

function externalEntry({ externalData }: Onnx.ITensorProto, key: string): string | undefined {
  return externalData?.find((entry) => entry.key === key)?.value ?? undefined;
}

function externalPlace(path: string, tensor: Onnx.ITensorProto, length: number): Place {
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

/** Every tensor has values of its own; where two share some, one of them is wrong. */
function checkOverlap(path: string, tensors: readonly PlacedTensor[]): void {
  for (const source of new Set(tensors.map((tensor) => tensor.source))) {
    const overlap = firstOverlap(tensors.filter((tensor) => tensor.source === source));
    if (!overlap) continue;
    const names = overlap.map(({ name }) => name).join(' and ');
    throw new InputError(`${path} is damaged: the tensors ${names} overlap; download or export it again`);
  }
}
