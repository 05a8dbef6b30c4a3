/** Which layers of a network stand in for those of VGG-19, whose names presets have: nearest to them in stride and depth. */
import type { Layer } from '../../onnx/index.js';
import { convLayersThrough, gridOf, type Layer as VggLayer, layers as vggLayers } from '../vgg19/layers.js';

/**
 * Layers by the names of VGG-19's. Both stride and depth are compared in octaves: stride is how fine a layer is, depth (convolutions on the
 * way to it) what it knows. The first layer of a network that begins with stride 2 knows no more than tones and edges, so that for VGG's second block there
 * the next stage stands in.
 * @param layers those that may be taken, at least one, from the picture on.
 */
export function standInsIn(layers: readonly Layer[]): ReadonlyMap<string, string> {
  const strides = [...new Set(layers.map(({ stride }) => stride))];
  const candidates = strides.flatMap((stride) => bestOf(layers.filter((layer) => layer.stride === stride)));
  return new Map(
    vggLayers.map((layer) => {
      const place = placeOf(layer);
      const distance = ({ stride, depth }: Place): number =>
        Math.log2(stride / place.stride) ** 2 + Math.log2(Math.max(depth, 0.5) / place.depth) ** 2;
      // Of two that are as near the deeper one.
      const nearest = candidates.reduce((best, other) => (distance(other) <= distance(best) ? other : best));
      return [layer.name, nearest.name];
    }),
  );
}

type Place = Pick<Layer, 'stride' | 'depth'>;

/** A pool is the end of the block before it. */
const placeOf = (layer: VggLayer): Place => ({
  stride: layer.kind === 'pool' ? gridOf(layer) / 2 : gridOf(layer),
  depth: convLayersThrough(layer).length,
});

/** What only puts a layer elsewhere: windows and their borders, in transformers. */
const moving = new Set(['Pad', 'Slice', 'Concat', 'Transpose', 'Identity']);

/** As VGG's layers are: activations that all the rest is made of; or the nearest to that there is. */
function bestOf(layers: readonly Layer[]): readonly Layer[] {
  const choices = [
    layers.filter(({ isOnSpine, isActivation }) => isOnSpine && isActivation),
    layers.filter(({ isOnSpine, operator }) => isOnSpine && !moving.has(operator)),
    layers.filter(({ isOnSpine }) => isOnSpine),
    layers.filter(({ isActivation }) => isActivation),
  ];
  return choices.find((some) => some.length > 0) ?? layers;
}
