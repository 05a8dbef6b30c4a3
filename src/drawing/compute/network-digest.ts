/** What tells a network, with its weights, from any other. */
import type { Size } from '../../image/picture.js';
import type { Network } from '../../networks/network.js';
import { encodeModel, Graph } from '../../onnx/index.js';

/** Bytes that are the same where the network computes the same: its graph for a picture of that size down to some layers, and the weights. */
export function networkBytes(network: Network, layers: readonly string[], { height, width }: Size): Uint8Array[] {
  const graph = new Graph('network');
  const seen = graph.input('seen', 'float32', [1, network.space.length, height, width]);
  const activations = network.append(graph, seen, layers);
  for (const layer of layers) graph.output(activations.get(layer)!, layer);
  return [encodeModel(graph), ...network.externalData.map(({ data }) => data)];
}
