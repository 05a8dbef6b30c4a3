/** Weights from the HDF5 files that Keras publishes and writes. */
import type { Dataset, Group } from 'h5wasm/node';
import { type Hdf5File, openHdf5 } from '../../../../tensor-files/hdf5.js';
import type { StoredTensor } from '../../../../tensor-files/stored-tensor.js';
import { type ConvLayer, convLayers } from '../../layers.js';
import type { StoredWeights } from '../convolutions.js';

/**
 * Where the group of each layer can be: in the root (`save_weights`, and the published files), under `model_weights`
 * (`model.save`), and either with VGG-19 as a part of a larger model.
 */
const layerParents = ['/', '/model_weights', '/vgg19', '/model_weights/vgg19'];

/** The same for Keras 3 (`.weights.h5`), where a part of a larger model has `layers` once more below its name. */
const keras3Parents = [
  '/layers',
  '/layers/vgg19/layers',
  '/layers/functional/layers',
  '/_layer_checkpoint_dependencies',
];

/**
 * Opens a file in Keras' HDF5 format, with or without the classifier on top. Keras keeps a kernel as [3, 3, in, out]; floats may be of
 * 16, 32 or 64 bits.
 * @param path the file, named as the person named it.
 * @throws InputError where it can't be read or is no HDF5 file.
 */
export async function openKeras(path: string): Promise<StoredWeights> {
  const file = await openHdf5(path);
  return {
    path,
    format: 'Keras HDF5',
    preprocessing: 'caffe',
    layout: 'HWIO',
    naming: 'with the layer names that Keras uses',
    whole: 'the whole file that Keras publishes',
    label: (layer) => layer.name,
    tensors(layer) {
      const group = findLayerGroup(file, layer);
      return group && datasetsIn(file, group, layer).map((dataset) => storedTensor(file, dataset));
    },
    close: () => file.close(),
  };
}

function findLayerGroup(file: Hdf5File, layer: ConvLayer): Group | undefined {
  for (const name of layerParents) {
    const parent = file.group(file.root, name);
    const group = parent && file.group(parent, layer.name);
    if (group) return group;
  }
  for (const name of keras3Parents) {
    const parent = file.group(file.root, name);
    const group = parent && (file.group(parent, layer.name) ?? numberedGroup(file, parent, layer));
    if (group) return group;
  }
  return undefined;
}

/**
 * Keras 3 drops the names that layers were given and counts the layers of a kind: `conv2d`, `conv2d_1`, … `conv2d_15`. A
 * session that made other models before may have begun at a higher number.
 */
function numberedGroup(file: Hdf5File, parent: Group, layer: ConvLayer): Group | undefined {
  const number = (name: string) => Number(name.slice('conv2d_'.length));
  const names = parent.keys().filter((name) => /^conv2d(_\d{1,9})?$/.test(name));
  const name = names.sort((a, b) => number(a) - number(b))[convLayers.indexOf(layer)];
  return name === undefined ? undefined : file.group(parent, name);
}

/**
 * The datasets of a layer's group. Their names differ from one version of Keras to the next, and so does whether they lie in
 * a second group inside the first, of the layer's name or, in Keras 3, called `vars`: `block1_conv1/block1_conv1_W_1:0`,
 * `block1_conv1/block1_conv1/kernel:0`, `conv2d/vars/0`. Keras lists them in the attribute `weight_names`, but their shapes
 * tell them apart as well, and the strings of a damaged attribute can send the HDF5 library into an endless loop.
 */
function datasetsIn(file: Hdf5File, group: Group, layer: ConvLayer): Dataset[] {
  const inner = file.group(group, layer.name) ?? file.group(group, 'vars') ?? group;
  return inner
    .keys()
    .map((name) => file.dataset(inner, name))
    .filter((dataset) => dataset !== undefined);
}

function storedTensor(file: Hdf5File, dataset: Dataset): StoredTensor {
  return {
    shape: dataset.shape ?? [],
    isFloat: file.holdsFloats(dataset),
    read: () => file.readFloats(dataset),
  };
}
