/** What makes a graph with gradients fast on ONNX Runtime's CPU provider. */
import type { Graph } from '../graph.js';
import { bridgeLayouts } from './bridge-layouts.js';
import { clampRelus } from './clamp-relus.js';
import { shareWeights } from './share-weights.js';
import { chooseWinograd, withWinograd } from './winograd/index.js';

/**
 * A graph that computes the same on ONNX Runtime's CPU provider, in less time, with the same inputs and outputs. Convolutions are computed by
 * Winograd's method where a model of what they cost says that this is faster (their results then differ by rounding, relative 1e-6), masks
 * of ReLUs by an operator with vector instructions, and values stay in the layout of convolutions where they can. Apply it last: other
 * passes do not know gradients in this form.
 */
export function tuneForCpu(graph: Graph): Graph {
  return shareWeights(bridgeLayouts(clampRelus(withWinograd(graph, chooseWinograd))));
}
