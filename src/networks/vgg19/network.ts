/** VGG-19 as ONNX nodes. */
import type { Graph, Value } from '../../onnx/index.js';
import { type ConvLayer, type Layer, layers, layersThrough } from './layers.js';
import type { PixelOffset } from './weights/preprocessing.js';

/** The name of the external file that holds the weights, beside the models. */
export const weightsFile = 'vgg19.weights';

/**
 * Appends the network from `pixels` (float32[1, 3, H, W], network space) down to the deepest of the `wanted` layers, and nothing deeper.
 * @param pixelOffset what the weights want added to the pixels; nothing is appended for zeros.
 * @returns the activations of the wanted layers and of those on the way that have one of their own, float32[1, C, h, w]: after
 *   ReLU for a convolution.
 * @throws Error where H or W is too small for the pools on the way.
 */
export function appendVgg19(
  graph: Graph,
  pixels: Value,
  wanted: readonly Layer[],
  pixelOffset?: PixelOffset,
): ReadonlyMap<Layer, Value> {
  const path = layersThrough(layers.findLast((layer) => wanted.includes(layer))!);
  const activations = new Map<Layer, Value>();
  path.reduce(
    (value, layer, i) => {
      if (layer.kind === 'pool') {
        const pooled = appendPool(graph, value);
        activations.set(layer, pooled);
        return pooled;
      }
      const sum = appendConvolution(graph, value, layer);
      const isPooled = path[i + 1]?.kind === 'pool';
      if (isPooled && !wanted.includes(layer)) return sum;
      const activation = graph.add('Relu', [sum]);
      activations.set(layer, activation);
      return isPooled ? sum : activation;
    },
    offsetPixels(graph, pixels, pixelOffset),
  );
  return activations;
}

/**
 * A max-pool and the ReLU of the convolution before it, in this order: the greatest value is the same either way, and so is its
 * gradient, but after the pool there is a quarter of the values to pass over, and to keep for the gradient.
 */
function appendPool(graph: Graph, value: Value): Value {
  return graph.add('Relu', [graph.add('MaxPool', [value], { kernel_shape: [2, 2], strides: [2, 2] })]);
}

/** Before the first convolution and not in its bias, because what that pads with is zero after the addition. */
function offsetPixels(graph: Graph, pixels: Value, offset: PixelOffset = [0, 0, 0]): Value {
  if (offset.every((value) => value === 0)) return pixels;
  return graph.add('Add', [pixels, graph.constant('float32', offset, [1, 3, 1, 1])]);
}

/** Without its ReLU. */
function appendConvolution(graph: Graph, value: Value, layer: ConvLayer): Value {
  const { name, inChannels, outChannels, kernelOffset, biasOffset } = layer;
  const kernel = weights(graph, `${name}/kernel`, [outChannels, inChannels, 3, 3], kernelOffset);
  const bias = weights(graph, `${name}/bias`, [outChannels], biasOffset);
  return graph.add('Conv', [value, kernel, bias], { kernel_shape: [3, 3], pads: [1, 1, 1, 1], strides: [1, 1] });
}

function weights(graph: Graph, name: string, shape: readonly number[], offset: number): Value {
  const length = shape.reduce((product, side) => product * side, Float32Array.BYTES_PER_ELEMENT);
  const data = { location: weightsFile, offset: offset * Float32Array.BYTES_PER_ELEMENT, length };
  return graph.initializer(name, { dtype: 'float32', shape, data });
}
