/** VGG-19 as ONNX nodes. */
import type { Graph, Value } from '../../onnx/index.js';
import { type ConvLayer, type Layer, layers, layersThrough } from './layers.js';
import type { PixelOffset } from './weights/preprocessing.js';
import type { PixelWishes } from './weights/weights.js';

/** The name of the external file that holds the weights, beside the models. */
export const weightsFile = 'vgg19.weights';

/**
 * Appends the network from `pixels` (float32[1, 3, H, W], network space) down to the deepest of the `wanted` layers, and nothing deeper.
 * @param wishes what the weights want done to the pixels; nothing is appended for an offset of zeros.
 * @returns the activations of the wanted layers and of those on the way that have one of their own, float32[1, C, h, w]: after
 *   ReLU for a convolution.
 * @throws Error where H or W is too small for the pools on the way.
 */
export function appendVgg19(
  graph: Graph,
  pixels: Value,
  wanted: readonly Layer[],
  { pixelOffset, border }: PixelWishes = {},
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
      const sum = appendConvolution(graph, value, layer, i === 0 ? border : undefined);
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
function appendConvolution(graph: Graph, input: Value, layer: ConvLayer, border: PixelWishes['border']): Value {
  const { name, inChannels, outChannels, kernelOffset, biasOffset } = layer;
  const kernel = weights(graph, `${name}/kernel`, [outChannels, inChannels, 3, 3], kernelOffset);
  const bias = weights(graph, `${name}/bias`, [outChannels], biasOffset);
  const [value, pad] = border === 'repeated' ? [repeatBorder(graph, input), 0] : [input, 1];
  return graph.add('Conv', [value, kernel, bias], {
    kernel_shape: [3, 3],
    pads: [pad, pad, pad, pad],
    strides: [1, 1],
  });
}

/** A picture with its outermost pixels once more around it. */
function repeatBorder(graph: Graph, picture: Value): Value {
  return graph.add('Pad', [picture, graph.constant('int64', [0, 0, 1, 1, 0, 0, 1, 1])], { mode: 'edge' });
}

function weights(graph: Graph, name: string, shape: readonly number[], offset: number): Value {
  const length = shape.reduce((product, side) => product * side, Float32Array.BYTES_PER_ELEMENT);
  const data = { location: weightsFile, offset: offset * Float32Array.BYTES_PER_ELEMENT, length };
  return graph.initializer(name, { dtype: 'float32', shape, data });
}
