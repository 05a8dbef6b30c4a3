/** How torchvision and timm name VGG-19's layers: by their positions in the sequence `features`. */
import { type ConvLayer, layers } from '../../layers.js';

/** `features.0` for block1_conv1, `features.34` for block5_conv4. */
export function torchName(layer: ConvLayer): string {
  // Each convolution is followed by a ReLU, which counts there.
  const before = layers.slice(0, layers.indexOf(layer));
  return `features.${before.reduce((count, { kind }) => count + (kind === 'conv' ? 2 : 1), 0)}`;
}
