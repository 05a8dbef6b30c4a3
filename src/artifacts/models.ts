/** The ONNX models of a drawing, as graphs for one layer and one picture size. */
import {
  type AdamConstants,
  appendAdam,
  differentiate,
  Graph,
  Operators,
  sizeOf,
  splitRows,
  type Target,
  type Value,
} from '../onnx/index.js';
import { activationCount, type Layer, layers, layersThrough } from '../vgg19/layers.js';
import { appendVgg19 } from '../vgg19/network.js';
import type { PixelOffset } from '../vgg19/weights/preprocessing.js';
import { defaultAdam } from './adam.js';

/** In what bands of rows the network's beginning is computed: see `splitRows`. */
export interface Bands {
  /** How many of the pools are passed in bands, ≥ 1; what follows is computed as a whole. */
  readonly pools: number;
  /** How many bands, ≥ 2. */
  readonly count: number;
}

/** Where a model looks at the network, and the picture's size in pixels. */
export interface ModelSite {
  readonly layer: Layer;
  readonly height: number;
  readonly width: number;
  /** What the weights want added to the pixels: their `pixelOffset`. Left out: nothing. */
  readonly pixelOffset?: PixelOffset | undefined;
  /** The execution provider that gradients are written for. Default: the CPU, whose form others may not compute. */
  readonly target?: Target | undefined;
  /** Left out: all is computed as a whole. The numbers are the same, the memory is less. */
  readonly bands?: Bands | undefined;
}

/** pixels → activation of the layer. */
export function evalModel(site: ModelSite): Graph {
  const { graph, activations } = beginForward('eval_model', site, [site.layer]);
  graph.output(activations.get(site.layer)!, 'activation');
  return graph;
}

/** pixels → the activations of several layers, under the layers' names. */
export function activationsModel(site: Omit<ModelSite, 'layer'>, wanted: readonly Layer[]): Graph {
  const { graph, activations } = beginForward('activations_model', site, wanted);
  for (const layer of wanted) graph.output(activations.get(layer)!, layer.name);
  return graph;
}

/** pixels, target → loss, pixels_grad. */
export function trainingModel(site: ModelSite): Graph {
  const { graph, loss, gradient } = beginTraining('training_model', site);
  graph.output(loss, 'loss');
  graph.output(gradient, 'pixels_grad');
  return graph;
}

/**
 * pixels, target and counted (float32[1, 1, h, w], 1 at the layer's positions that count and 0 elsewhere) of a tile → its part of
 * the whole picture's loss and pixels_grad.
 * @param whole the picture's size in pixels.
 */
export function tileModel(tile: ModelSite, whole: Pick<ModelSite, 'height' | 'width'>): Graph {
  const { graph, pixels, activations } = beginForward('tile_model', tile, [tile.layer]);
  const activation = activations.get(tile.layer)!;
  const o = new Operators(graph);
  const [, , height, width] = graph.shape(activation) as [number, number, number, number];
  const counted = graph.input('counted', 'float32', [1, 1, height, width]);
  const difference = o.mul(o.sub(activation, graph.input('target', 'float32', graph.shape(activation))), counted);
  const count = activationCount(tile.layer, whole);
  const { loss, gradient } = appendLoss(graph, pixels, difference, count, tile.target);
  graph.output(loss, 'loss');
  graph.output(gradient, 'pixels_grad');
  return graph;
}

/** pixels, pixels_grad and Adam's state → all of them one step later, the pixels clipped to [lower, upper]. */
export function optimizerModel(site: Pick<ModelSite, 'height' | 'width'>, adam: AdamConstants = defaultAdam): Graph {
  const graph = new Graph('optimizer_model');
  const pixels = pixelsInput(graph, site);
  appendUpdate(graph, pixels, graph.input('pixels_grad', 'float32', graph.shape(pixels)), adam);
  return graph;
}

/** The canvas as an input of a graph: `pixels`, float32[1, 3, H, W]. */
export function pixelsInput(graph: Graph, { height, width }: Pick<ModelSite, 'height' | 'width'>): Value {
  return graph.input('pixels', 'float32', [1, 3, height, width]);
}

/**
 * A graph with the loss at a layer and its gradient, and no outputs yet; its inputs are the pixels and `target`, the layer's
 * activation for the photo.
 * loss = sum((a − t)²) / (4·h·w·C): Gatys, Ecker & Bethge 2015 (equation 4) divided by the number of activations, so that layers of all
 * sizes weigh alike.
 */
export function beginTraining(
  name: string,
  site: ModelSite,
): { graph: Graph; pixels: Value; loss: Value; gradient: Value } {
  const { graph, pixels, activations } = beginForward(name, site, [site.layer]);
  const activation = activations.get(site.layer)!;
  const difference = new Operators(graph).sub(activation, graph.input('target', 'float32', graph.shape(activation)));
  return { graph, pixels, ...appendLoss(graph, pixels, difference, sizeOf(graph.shape(activation)), site.target) };
}

/** A graph from the pixels to the activations of some layers, with no outputs yet. */
function beginForward(
  name: string,
  { height, width, pixelOffset, bands }: Omit<ModelSite, 'layer'>,
  wanted: readonly Layer[],
): { graph: Graph; pixels: Value; activations: ReadonlyMap<Layer, Value> } {
  const graph = new Graph(name);
  const pixels = pixelsInput(graph, { height, width });
  const activations = appendVgg19(graph, pixels, wanted, pixelOffset);
  const joined = bands && lastInBands(bands, wanted);
  if (!joined) return { graph, pixels, activations };
  const needed = wanted.map((layer) => activations.get(layer)!);
  return { graph: splitRows(graph, activations.get(joined)!, bands.count, needed), pixels, activations };
}

/** The layer where bands are joined; undefined where that would be of no use, because all is wanted from the first block on. */
function lastInBands({ pools }: Bands, wanted: readonly Layer[]): Layer | undefined {
  const shallowest = layers.find((layer) => wanted.includes(layer))!;
  const passed = layersThrough(shallowest).filter(({ kind }) => kind === 'pool');
  return passed[pools - 1] ?? (wanted.length === 1 ? shallowest : passed.at(-1));
}

/** @param count how many activations the loss is divided by. */
function appendLoss(
  graph: Graph,
  pixels: Value,
  difference: Value,
  count: number,
  target: Target | undefined,
): { loss: Value; gradient: Value } {
  const o = new Operators(graph);
  // Axis by axis: a single sum of millions of float32 squares is right to four digits only.
  const rows = graph.add('ReduceSumSquare', [difference], { axes: [3], keepdims: 0 });
  const sum = [2, 1, 0].reduce((partial, axis) => o.reduceSum(partial, [axis], false), rows);
  const loss = o.div(sum, 4 * count);
  const [gradient] = differentiate(graph, { of: loss, wrt: [pixels], target });
  return { loss, gradient: gradient! };
}

function appendUpdate(graph: Graph, pixels: Value, gradient: Value, adam: AdamConstants): void {
  const o = new Operators(graph);
  const shape = graph.shape(pixels);
  const state = {
    expAvg: graph.input('exp_avg', 'float32', shape),
    expAvgSq: graph.input('exp_avg_sq', 'float32', shape),
    step: graph.input('step', 'int64', []),
    learningRate: graph.input('learning_rate', 'float32', []),
  };
  const lower = graph.input('lower', 'float32', [1, 3, 1, 1]);
  const upper = graph.input('upper', 'float32', [1, 3, 1, 1]);
  const next = appendAdam(graph, { parameter: pixels, gradient, ...state }, adam);
  graph.output(o.min(o.max(next.parameter, lower), upper), 'pixels_out');
  graph.output(next.expAvg, 'exp_avg_out');
  graph.output(next.expAvgSq, 'exp_avg_sq_out');
  graph.output(next.step, 'step_out');
}
