/** Any ONNX model as a network: its layers are the values of its graph that have channels and positions. */
import { lumaWeights } from '../../colour/spaces.js';
import { InputError, messageOf } from '../../errors.js';
import type { Size } from '../../image/picture.js';
import { didYouMean } from '../../nearest.js';
import { shownName } from '../../one-line.js';
import { type Graph, type Layer, layersOf, loadModel, type Shape, type Value } from '../../onnx/index.js';
import { byteLength, type Tensor } from '../../onnx/tensor.js';
import type { Network } from '../network.js';
import { findLayer as findVggLayer } from '../vgg19/layers.js';
import { type NetworkModel, weightsFile } from './model.js';
import { standInsIn } from './stand-ins.js';

/**
 * A model that looks at a picture. Layers have the names of their values; those of VGG-19 are aliases for what stands in for them.
 * @throws InputError where it can't be read, or has no layer.
 */
export function onnxNetwork(given: NetworkModel): Network {
  const { source, size: own, values, weights } = given;
  const known = loadAt(given, own);
  const fromFile = new Set(values);
  const found = layersOf(known, given.input).filter(({ name }) => fromFile.has(name));
  if (found.length === 0)
    throw new InputError(
      `${shownName(source)} has no layer to draw from: no value is float32[1, channels, height, width]`,
      { field: 'network' },
    );
  const byName = new Map(found.map((layer) => [layer.name, layer]));
  const shapes = new Map<string, readonly [number, number, number]>();
  let standIns: ReadonlyMap<string, string> | undefined;
  return {
    name: source,
    source,
    space: given.preprocess.space,
    layers: [...byName.keys()],
    // ONNX Runtime refuses files without bytes.
    externalData: weights.length === 0 ? [] : [{ path: weightsFile, data: weights }],
    find(name) {
      if (byName.has(name)) return name;
      const vgg = vggName(name);
      if (vgg === undefined)
        throw new InputError(
          `there is no layer '${shownName(name)}' in ${shownName(source)}; 'vggdraw inspect' lists those that there are${didYouMean(name, [...byName.keys()])}`,
        );
      standIns ??= standInsIn(ofAnySize(given, found));
      return standIns.get(vgg)!;
    },
    activationShape(name, size) {
      const key = (layer: string) => `${size.height}×${size.width} ${layer}`;
      if (!shapes.has(key(name))) {
        const graph = loadAt(given, size, [name]);
        // Those on the way to it as well: they are asked for next.
        for (const layer of found) if (graph.knownType(layer.name)) shapes.set(key(layer.name), shapeIn(graph, layer));
      }
      return shapes.get(key(name))!;
    },
    smallestSide(name) {
      // What looks at its own size alone does so even where that is no square.
      const most = Math.min(own.height, own.width);
      for (let side = 1; side < most; side *= 2) {
        const graph = tryLoading(given, { height: side, width: side }, [name]);
        if (graph && shapeIn(graph, byName.get(name)!).every((length) => length > 0)) return side;
      }
      return most;
    },
    weightBytes(name) {
      // Those of a layer lie before those of the next in the file of weights.
      const ends = [...loadAt(given, own, [name]).initializers.values()].map(endOf);
      return Math.max(0, ...ends);
    },
    append(graph, seen, wanted) {
      const [, , height, width] = graph.shape(seen) as [number, number, number, number];
      const whole = loadAt(given, { height, width }, wanted);
      // A file may call its values as drawings call theirs: `loss`, `frame`, or as a goal is called, which is the layer's name.
      const unused = (name: string): string => graph.unusedName(`network/${name}`);
      const names = new Map<Value, Value>([
        ['', ''],
        [given.input, given.channels === 1 ? appendLuma(graph, seen) : seen],
      ]);
      for (const [name, tensor] of whole.initializers) names.set(name, graph.initializer(unused(name), tensor));
      graph.opset = Math.max(graph.opset, whole.opset);
      for (const [domain, version] of whole.domains) graph.domains.set(domain, version);
      for (const node of whole.nodes) {
        const outputs = node.outputs.map((output) => (output === '' ? '' : unused(output)));
        graph.copy(whole, node, {
          name: unused(node.name),
          inputs: node.inputs.map((value) => names.get(value)!),
          outputs,
        });
        for (const [i, output] of node.outputs.entries()) names.set(output, outputs[i]!);
      }
      return new Map(
        wanted.map((name) => {
          const { axes } = byName.get(name)!;
          const value = names.get(name)!;
          const isFirst = axes.every((axis, i) => axis === i);
          return [name, isFirst ? value : graph.add('Transpose', [value], { perm: axes })];
        }),
      );
    },
  };
}

/** The graph for pictures of a size, or what some of its layers are computed by. @throws InputError, naming the node, where there is none. */
function loadAt(given: NetworkModel, { height, width }: Size, outputs?: readonly string[]): Graph {
  const { model, source, input, channels, size } = given;
  const shape: Shape = [1, channels, height, width];
  try {
    return loadModel(model, { inputShapes: { [input]: shape }, ...(outputs && { outputs }) });
  } catch (error) {
    // Of a kind of its own it is a fault of ours.
    if (!(error instanceof Error) || error.name !== 'Error') throw error;
    const called = shownName(source);
    const isOwn = height === size.height && width === size.width;
    const mend = isOwn
      ? ''
      : `; its file is made for ${size.width}×${size.height}: draw at that size, choose a shallower layer, or export it with open sides`;
    throw new InputError(`${called} can't look at ${width}×${height} pixels: ${messageOf(error)}${mend}`, {
      field: 'network',
      cause: error,
    });
  }
}

function tryLoading(...given: Parameters<typeof loadAt>): Graph | undefined {
  try {
    return loadAt(...given);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

function shapeIn(graph: Graph, { name, axes }: Layer): readonly [number, number, number] {
  const shape = graph.shape(name);
  return [shape[axes[1]]!, shape[axes[2]]!, shape[axes[3]]!];
}

/** The layers that there are for pictures of any size, as far as another size than its own shows; where there are none, all. */
function ofAnySize(given: NetworkModel, layers: readonly Layer[]): readonly Layer[] {
  // Neither square nor its own, and of whole positions at strides up to 32.
  const other = { height: given.size.height + 64, width: given.size.width + 32 };
  const isThere = ({ name }: Layer): boolean => tryLoading(given, other, [name]) !== undefined;
  const spine = layers.filter(({ isOnSpine }) => isOnSpine);
  // Where one can't be computed, none behind it can.
  let [count, beyond] = [0, spine.length + 1];
  while (beyond - count > 1) {
    const middle = (count + beyond) >> 1;
    if (isThere(spine[middle - 1]!)) count = middle;
    else beyond = middle;
  }
  if (count === spine.length) return layers;
  return count === 0 ? layers : layers.slice(0, layers.indexOf(spine[count - 1]!) + 1);
}

const endOf = (tensor: Tensor): number =>
  tensor.data instanceof Uint8Array ? byteLength(tensor) : tensor.data.offset + tensor.data.length;

/** A picture of three channels as one: each is an affine map of R, G or B by the same factor, and so is luma. */
function appendLuma(graph: Graph, seen: Value): Value {
  return graph.add('Conv', [seen, graph.constant('float32', lumaWeights, [1, 3, 1, 1])], { kernel_shape: [1, 1] });
}

function vggName(name: string): string | undefined {
  try {
    return findVggLayer(name).name;
  } catch {
    return undefined;
  }
}
