/** VGG-19 as drawings know it before its weights are there. Apart from the network, because it is asked before anything is computed. */
import { caffe } from '../../colour/spaces.js';
import type { NetworkOutline } from '../network.js';
import { findLayer, gridOf, haloOf, layers, layersThrough, smallestSide, weightCountThrough } from './layers.js';

export const vgg19Outline: NetworkOutline = {
  name: 'VGG-19',
  layers: layers.map(({ name }) => name),
  find: (name) => findLayer(name).name,
  space: caffe,
  activationShape(name, { height, width }) {
    const layer = findLayer(name);
    const grid = gridOf(layer);
    return [layer.outChannels, Math.floor(height / grid), Math.floor(width / grid)];
  },
  smallestSide: (name) => smallestSide(findLayer(name)),
  weightBytes: (name) => Float32Array.BYTES_PER_ELEMENT * weightCountThrough(findLayer(name)),
  convolutions(name, { height, width }) {
    return layersThrough(findLayer(name)).flatMap((layer) => {
      if (layer.kind === 'pool') return [];
      const grid = gridOf(layer);
      const { inChannels, outChannels } = layer;
      return [{ inChannels, outChannels, height: Math.floor(height / grid), width: Math.floor(width / grid) }];
    });
  },
  reach(name) {
    const layer = findLayer(name);
    return { grid: gridOf(layer), halo: haloOf(layer) };
  },
};
