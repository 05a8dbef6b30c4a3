/** VGG-19 with its weights, as drawings compute it. */
import type { Network } from '../network.js';
import { findLayer } from './layers.js';
import { appendVgg19, weightsFile } from './network.js';
import { vgg19Outline } from './outline.js';
import type { Weights } from './weights/weights.js';

export function vgg19({ source, data, ...wishes }: Weights): Network {
  return {
    ...vgg19Outline,
    source,
    externalData: [{ path: weightsFile, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) }],
    append(graph, seen, names) {
      const activations = appendVgg19(graph, seen, names.map(findLayer), wishes);
      return new Map([...activations].map(([layer, value]) => [layer.name, value]));
    },
  };
}
