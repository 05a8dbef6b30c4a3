/** The networks that drawings can look at their canvas with. */
import { InputError } from '../errors.js';
import { deepestOf, type Network, type NetworkOutline } from './network.js';
import { vgg19Outline } from './vgg19/outline.js';
import type { Weights } from './vgg19/weights/weights.js';

/** The network of presets that name none. */
export const defaultNetwork: NetworkOutline = vgg19Outline;

/** Weights that a person gives, or the name of their source. */
export type GivenWeights = string | Weights;

/**
 * The default network, computable down to the deepest of `layers`.
 * @throws InputError where the weights can't be had, or end before it.
 */
export async function openNetwork(weights: GivenWeights, layers: readonly string[]): Promise<Network> {
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
