/** Any ONNX model as a network: its layers are the values of its graph that have positions. */
import type { ColourSpace } from '../colour/spaces.js';
import { InputError, messageOf } from '../errors.js';
import type { Size } from '../image/picture.js';
import { type Graph, loadModel, type Value } from '../onnx/index.js';
import { byteLength } from '../onnx/tensor.js';
import { activationCount, type Network } from './network.js';

export interface OnnxNetworkOptions {
  /** What messages call it: its file's name. */
  readonly source: string;
  /** The name of its input, a picture [1, C, H, W] of any size, or of the size that is drawn. */
  readonly input: string;
  /** The colours that it takes. */
  readonly space: ColourSpace;
  /** A size that it takes, by which its layers are found. */
  readonly size: Size;
}

/**
 * A model that looks at a picture. Its weights lie in the file.
 * @throws InputError where it can't be read, or does not take such a picture.
 */
export function onnxNetwork(model: Uint8Array, { source, input, space, size }: OnnxNetworkOptions): Network {
  const at = ({ height, width }: Size): Graph => loadAt(model, source, input, [1, space.length, height, width]);
  const known = at(size);
  const layers = known.nodes.flatMap(({ outputs }) => outputs).filter((value) => isActivation(known, value));
  if (layers.length === 0) throw new InputError(`${source} has no value with positions, [1, C, h, w]`);
  const network: Network = {
    source,
    space,
    layers,
    externalData: [],
    find(name) {
      if (layers.includes(name)) return name;
      throw new InputError(`there is no layer '${name}' in ${source}; it has ${layers.join(', ')}`);
    },
    activationShape(layer, size) {
      const [, channels, height, width] = at(size).shape(layer) as [number, number, number, number];
      return [channels, height, width];
    },
    smallestSide(layer) {
      for (let side = 1; side < Math.max(size.height, size.width); side *= 2) {
        if (hasPositions(network, layer, side)) return side;
      }
      return Math.max(size.height, size.width);
    },
    weightBytes(layer) {
      const values = new Set(leadingTo(known, [layer]).flatMap(({ inputs }) => inputs));
      return [...values].reduce((sum, value) => sum + bytesOf(known, value), 0);
    },
    append(graph, seen, wanted) {
      const [, , height, width] = graph.shape(seen) as [number, number, number, number];
      const whole = at({ height, width });
      const names = new Map<Value, Value>([
        ['', ''],
        [input, seen],
      ]);
      for (const node of leadingTo(whole, wanted)) {
        const inputs = node.inputs.map((value) => {
          const initializer = whole.initializers.get(value);
          if (initializer && !names.has(value)) {
            names.set(value, graph.initializer(graph.unusedName(value), initializer));
          }
          return names.get(value)!;
        });
        const outputs = node.outputs.map((output) => (output === '' ? '' : graph.unusedName(output)));
        graph.copy(whole, node, { name: graph.unusedName(node.name), inputs, outputs });
        node.outputs.forEach((output, i) => {
          names.set(output, outputs[i]!);
        });
      }
      return new Map(wanted.map((layer) => [layer, names.get(layer)!]));
    },
  };
  return network;
}

function loadAt(model: Uint8Array, source: string, input: string, shape: readonly number[]): Graph {
  try {
    return loadModel(model, { inputShapes: { [input]: shape } });
  } catch (error) {
    throw new InputError(`can't look with ${source} at a picture [${shape.join(', ')}]: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function isActivation(graph: Graph, value: Value): boolean {
  const type = graph.knownType(value);
  return type?.dtype === 'float32' && type.shape.length === 4 && type.shape[0] === 1;
}

function hasPositions(network: Network, layer: string, side: number): boolean {
  try {
    return activationCount(network, layer, { height: side, width: side }) > 0;
  } catch {
    return false;
  }
}

const bytesOf = (graph: Graph, value: Value): number => {
  const initializer = graph.initializers.get(value);
  return initializer ? byteLength(initializer) : 0;
};

/** The nodes that some values are computed by, in their order. */
function leadingTo(graph: Graph, values: readonly Value[]): Graph['nodes'] {
  const needed = new Set(values);
  return graph.nodes
    .toReversed()
    .filter(({ inputs, outputs }) => {
      if (!outputs.some((output) => needed.has(output))) return false;
      for (const input of inputs) needed.add(input);
      return true;
    })
    .toReversed();
}
