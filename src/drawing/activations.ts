/** The photo's activations, which phases compare those of the canvas with. */
import { activationsModel, type ModelSite } from '../artifacts/models.js';
import { Tensor } from '../runtime/session.js';
import type { Layer } from '../vgg19/layers.js';
import { type NetworkOptions, openNetwork } from './network.js';

/** The network down to some layers. */
export interface ActivationNetwork {
  /** The layers' activations for a photo (float32[3, H, W], network space), float32[1, C, h, w], all in one pass. */
  of(photo: Float32Array): Promise<Map<Layer, Tensor>>;
  release(): Promise<void>;
}

export async function openActivations(
  site: Omit<ModelSite, 'layer'>,
  layers: readonly Layer[],
  options: NetworkOptions,
): Promise<ActivationNetwork> {
  const network = await openNetwork((target) => activationsModel({ ...site, target }, layers), options);
  return {
    async of(photo) {
      const pixels = new Tensor('float32', photo, [1, 3, site.height, site.width]);
      const activations = await network.run({ pixels });
      return new Map(layers.map((layer) => [layer, activations[layer.name]!]));
    },
    release: () => network.release(),
  };
}
