/** Which layers of a network stand in for those of VGG-19, whose names presets have: as far from pixel to pixel, and as early or late there. */
import type { Layer } from '../../onnx/index.js';
import { gridOf, type Layer as VggLayer, layers as vggLayers } from '../vgg19/layers.js';

/**
 * Layers by the names of VGG-19's. Of a network's layers those are taken that have VGG's stride, or the nearest that there is (a network
 * that begins with stride 2 has nothing for block 1 but its shallowest), and of these the one that is as far on among them as the layer is in its block:
 * the first for `block2_conv1`, the last for `block2_conv2`, and for `block2_pool`.
 * @param layers those that may be taken, at least one, from the picture on.
 */
export function standInsIn(layers: readonly Layer[]): ReadonlyMap<string, string> {
  const strides = [...new Set(layers.map(({ stride }) => stride))];
  return new Map(
    vggLayers.map((layer) => {
      const [stride, share] = placeOf(layer);
      const distance = (other: number): number => Math.abs(Math.log2(other / stride));
      const nearest = strides.reduce((best, other) => (distance(other) < distance(best) ? other : best));
      const fitting = bestOf(layers.filter((one) => one.stride === nearest));
      return [layer.name, fitting[Math.round(share * (fitting.length - 1))]!.name];
    }),
  );
}

/** The stride of a layer, and how far on it is in its block, from 0 to 1. A pool is the end of the block before it. */
function placeOf(layer: VggLayer): [stride: number, share: number] {
  if (layer.kind === 'pool') return [gridOf(layer) / 2, 1];
  const block = vggLayers.filter((other) => other.kind === 'conv' && gridOf(other) === gridOf(layer));
  return [gridOf(layer), block.indexOf(layer) / (block.length - 1)];
}

/** As VGG's layers are: activations that all the rest is made of; or the nearest to that there is. */
function bestOf(layers: readonly Layer[]): readonly Layer[] {
  const choices = [
    layers.filter(({ isOnSpine, isActivation }) => isOnSpine && isActivation),
    layers.filter(({ isOnSpine }) => isOnSpine),
    layers.filter(({ isActivation }) => isActivation),
  ];
  return choices.find((some) => some.length > 0) ?? layers;
}
