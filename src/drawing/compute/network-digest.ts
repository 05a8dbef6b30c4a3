/** What tells a network, with its weights, from any other. */
import { deepestOf, type Network } from '../../networks/network.js';
import { encodeModel, Graph } from '../../onnx/index.js';

/** Bytes that are the same where the network computes the same: its graph down to some layers, and the weights. */
export function networkBytes(network: Network, layers: readonly string[]): Uint8Array[] {
  const side = network.smallestSide(deepestOf(network, layers));
  const graph = new Graph('network');
  const seen = graph.input('seen', 'float32', [1, network.space.length, side, side]);
  const activations = network.append(graph, seen, layers);
  for (const layer of layers) graph.output(activations.get(layer)!, layer);
  return [encodeModel(graph), ...network.externalData.map(({ data }) => data)];
}
