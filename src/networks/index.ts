/** The networks that drawings can look at their canvas with. */
import { statSync } from 'node:fs';
import { cacheFolder } from '../cache.js';
import { InputError } from '../errors.js';
import { deepestOf, type Network, type NetworkOutline } from './network.js';
import type { NetworkModel } from './onnx/model.js';
import type { PreprocessName } from './onnx/preprocess.js';

import { vgg19Outline } from './vgg19/outline.js';
import type { Weights } from './vgg19/weights/weights.js';

/** The network of presets that name none. */
export const defaultNetwork: NetworkOutline = vgg19Outline;

export { type PreprocessName, preprocessNames } from './onnx/preprocess.js';
export type { NetworkModel };

/** Weights that a person gives, or the name of their source. */
export type GivenWeights = string | Weights;

/** A network that a person gives: the path of an ONNX file, or what was read from one. */
export type GivenNetwork = string | NetworkModel;

/**
 * Reads a network from an ONNX file, to be given to drawings: its input is one picture, float32[1, C, H, W] with three channels or one.
 * @param path of the file; tensors that it keeps in files beside it are read from there.
 * @param preprocess how the picture is prepared. Default: what the file's metadata says, else `torchvision`.
 * @param admit is told how many bytes of memory reading takes, before it takes them, once or several times; what it throws is thrown.
 * @throws InputError, naming the file, where it can't be read, is no model, or does not take a picture.
 */
export async function readNetwork(
  path: string,
  preprocess?: PreprocessName,
  admit?: (bytes: number) => void,
): Promise<NetworkModel> {
  const { readNetworkFile } = await import('./onnx/model.js');
  return readNetworkFile(path, preprocess, admit);
}

export const isNetworkModel = (value: unknown): value is NetworkModel =>
  typeof value === 'object' &&
  value !== null &&
  ['model', 'weights'].every((part) => (value as Record<string, unknown>)[part] instanceof Uint8Array);

const opened = new WeakMap<NetworkModel, Network>();

/** A network from a file, computable: one for each that is given. @throws InputError where it has no layers. */
export async function networkOf(model: NetworkModel): Promise<Network> {
  const { onnxNetwork } = await import('./onnx/network.js');
  const network = opened.get(model) ?? onnxNetwork(model);
  opened.set(model, network);
  return network;
}

/**
 * A network from a file, or the default one with its weights, computable down to the deepest of `layers`.
 * @throws InputError as {@link networkOf}; where the weights can't be had, or end before that layer.
 */
export const openNetwork = async (
  model: NetworkModel | undefined,
  weights: GivenWeights,
  layers: readonly string[],
): Promise<Network> => (model ? networkOf(model) : openDefault(weights, layers));

/** A network as plans need it, which count graphs and compute nothing: without the weights, where it is the default one. */
export async function plannedNetwork(model: NetworkModel | undefined): Promise<Network> {
  if (model) return networkOf(model);
  const { vgg19 } = await import('./vgg19/vgg19.js');
  return vgg19({ source: 'none', data: new Float32Array(0) });
}

/** Where weights come from: a formula and its seed, `contour:1`, or a file. */
export type WeightsOrigin = { readonly formula: string } | { readonly file: string };

/**
 * Where the weights of a source come from on this machine, with what is left to choose chosen.
 * @throws InputError, of the option `weights`, where there is no such source or file.
 */
export async function originOfWeights(spec: string): Promise<WeightsOrigin> {
  return (await import('./vgg19/weights/load.js')).originOf(spec);
}

/** What tells a network that is asked for from any other. */
export type NetworkKey = readonly unknown[];

/** The key of what {@link openNetwork} opens at this moment: what lies where weights are read from may be other ones later. */
export const networkKey = (
  model: NetworkModel | undefined,
  weights: GivenWeights,
  layers: readonly string[],
): NetworkKey => [
  model,
  weights,
  ...(model ? [] : [deepestOf(vgg19Outline, layers)]),
  ...(model || typeof weights !== 'string' ? [] : stampOf(weights)),
];

export const isSameNetwork = (one: NetworkKey, other: NetworkKey): boolean =>
  one.length === other.length && one.every((part, i) => part === other[i]);

/** When the file of weights, or what may be among the files that were fetched, was changed last; nothing where there is neither. */
function stampOf(source: string): readonly unknown[] {
  try {
    const { size, mtimeMs } = statSync(['auto', 'pretrained'].includes(source) ? cacheFolder() : source);
    return [size, mtimeMs];
  } catch {
    return [];
  }
}

/**
 * The default network, computable down to the deepest of `layers`.
 * @throws InputError where the weights can't be had, or end before it.
 */
async function openDefault(weights: GivenWeights, layers: readonly string[]): Promise<Network> {
  // Loaded only now: what is known of the network without weights should not wait for what builds graphs.
  const [{ vgg19 }, { loadWeights }, { findLayer }] = await Promise.all([
    import('./vgg19/vgg19.js'),
    import('./vgg19/weights/load.js'),
    import('./vgg19/layers.js'),
  ]);
  const deepest = findLayer(deepestOf(vgg19Outline, layers));
  const loaded = typeof weights === 'string' ? await loadWeights(weights, deepest) : weights;
  if (loaded.data.byteLength < vgg19Outline.weightBytes(deepest.name)) {
    throw new InputError(`those from ${loaded.source} end before ${deepest.name}; load them through that layer`, {
      field: 'weights',
    });
  }
  return vgg19(loaded);
}
