/** The ONNX models of VGG-19 and of the gradient of its pixels, for use elsewhere: graphs for one layer and one picture size. */
import { caffe } from '../colour/spaces.js';
import type { Tone } from '../colour/tones.js';
import { beginTraining, iterationGraph, look, type Site } from '../drawing/compute/graphs.js';
import type { Bands } from '../drawing/plan/bands.js';
import { defaultAdam } from '../drawing/recipe/preset.js';
import type { Size } from '../image/picture.js';
import { pixels } from '../media/pixels/pixels.js';
import type { PixelsSpec } from '../media/pixels/spec.js';
import type { Layer } from '../networks/vgg19/layers.js';
import { vgg19 } from '../networks/vgg19/vgg19.js';
import type { PixelWishes } from '../networks/vgg19/weights/weights.js';
import { content } from '../objectives/content.js';
import { type AdamConstants, appendAdam, Graph, Operators, type Target } from '../onnx/index.js';
import { adam } from '../onnx/optimizers/adam.js';

/** Where a model looks at the network, and the picture's size in pixels. */
export interface ModelSite extends Size, PixelWishes {
  readonly layer: Layer;
  /** The execution provider that gradients are written for. Default: the CPU, whose form others may not compute. */
  readonly target?: Target | undefined;
  /** Left out: all is computed as a whole. The numbers are the same, the memory is less. */
  readonly bands?: Bands | undefined;
}

/** pixels → activation of the layer. */
export function evalModel(site: ModelSite): Graph {
  const start = new Graph('eval_model');
  const canvas = start.input('pixels', 'float32', pixelsShape(site));
  const { graph, activations } = look(start, canvas, caffe, drawingSite(site), [site.layer.name], site);
  graph.output(activations.get(site.layer.name)!, 'activation');
  return graph;
}

/** pixels, target → loss, pixels_grad. */
export function trainingModel(site: ModelSite): Graph {
  const { graph, loss, gradients } = beginTraining('training_model', drawingSite(site), objectiveAt(site), site);
  graph.output(loss, 'loss');
  graph.output(gradients.pixels!, 'pixels_grad');
  return graph;
}

/** pixels, pixels_grad and Adam's state → all of them one step later, the pixels clipped to [lower, upper]. */
export function optimizerModel(size: Size, constants: AdamConstants = defaultAdam): Graph {
  const graph = new Graph('optimizer_model');
  const shape = pixelsShape(size);
  const parameter = graph.input('pixels', 'float32', shape);
  const state = {
    parameter,
    gradient: graph.input('pixels_grad', 'float32', shape),
    expAvg: graph.input('exp_avg', 'float32', shape),
    expAvgSq: graph.input('exp_avg_sq', 'float32', shape),
    step: graph.input('step', 'int64', []),
    learningRate: graph.input('learning_rate', 'float32', []),
  };
  const lower = graph.input('lower', 'float32', [1, 3, 1, 1]);
  const upper = graph.input('upper', 'float32', [1, 3, 1, 1]);
  const next = appendAdam(graph, state, constants);
  const o = new Operators(graph);
  graph.output(o.min(o.max(next.parameter, lower), upper), 'pixels_out');
  graph.output(next.expAvg, 'exp_avg_out');
  graph.output(next.expAvgSq, 'exp_avg_sq_out');
  graph.output(next.step, 'step_out');
  return graph;
}

export interface IterationModelOptions {
  /** Default: Keras' constants. */
  readonly adam?: AdamConstants;
  /** The range that values are clipped to. Default: the photo's own. */
  readonly canvas?: Pick<PixelsSpec, 'lower' | 'upper'>;
  /** How the frame shows the canvas. Default: `photo`. */
  readonly tone?: Tone;
}

/**
 * Loss, gradient, one step of Adam, clip and frame.
 *
 * Inputs: `pixels`, `exp_avg`, `exp_avg_sq` (float32[1, 3, H, W]), `target` (float32[1, C, h, w], the layer's activation for the
 * photo), `step_size` and `second_moment_scale` (float32[], the two numbers that `onnx.biasCorrection` gives).
 * Outputs: `loss` (float32[], of the pixels before the step), `pixels_out`, `exp_avg_out`, `exp_avg_sq_out`, and `frame`
 * (uint8[H, W, 3], the pixels after the step as R, G, B).
 */
export function iterationModel(
  site: ModelSite,
  { adam: constants = defaultAdam, canvas, tone = 'photo' }: IterationModelOptions = {},
): Graph {
  const phase = { objective: objectiveAt(site), optimizer: adam(constants) };
  return iterationGraph(drawingSite(site, canvas), phase, tone, site);
}

const pixelsShape = ({ height, width }: Size): number[] => [1, caffe.length, height, width];

const objectiveAt = ({ layer }: ModelSite) => ({ terms: [content(layer.name)] });

/** Pixels that VGG-19 looks at. Graphs name its weights and do not hold them. */
const drawingSite = (
  { height, width, pixelOffset, border }: ModelSite,
  canvas?: IterationModelOptions['canvas'],
): Site => ({
  network: vgg19({ source: 'none', data: new Float32Array(0), pixelOffset, border }),
  medium: pixels({ start: 'white', lower: 'black', upper: 'white', ...canvas }),
  height,
  width,
});
