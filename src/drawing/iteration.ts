/** One iteration of a drawing as a single graph. */
import { defaultAdam } from '../artifacts/adam.js';
import { beginTraining, type ModelSite } from '../artifacts/models.js';
import { type AdamConstants, appendCorrectedAdam, type Graph, Operators, type Value } from '../onnx/index.js';
import { canvasBounds } from './canvas.js';
import type { Preset } from './preset.js';
import { appendTone } from './tone-nodes.js';
import type { Tone } from './tones.js';

export interface IterationModelOptions {
  /** Default: Keras' constants. */
  readonly adam?: AdamConstants;
  /** The range that values are clipped to. Default: the photo's own. */
  readonly canvas?: Pick<Preset['canvas'], 'lower' | 'upper'>;
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
export function iterationModel(site: ModelSite, options: IterationModelOptions = {}): Graph {
  const { graph, pixels, loss, gradient } = beginTraining('iteration_model', site);
  graph.output(loss, 'loss');
  appendStep(graph, pixels, gradient, { ...options, target: site.target });
  return graph;
}

/** Appends what follows the gradient: the step, the clip and the frame, with their inputs and outputs. */
export function appendStep(
  graph: Graph,
  pixels: Value,
  gradient: Value,
  {
    adam = defaultAdam,
    canvas = { lower: 'black', upper: 'white' },
    tone = 'photo',
    target,
  }: IterationModelOptions & Pick<ModelSite, 'target'>,
): void {
  const o = new Operators(graph);
  const shape = graph.shape(pixels);
  const state = {
    parameter: pixels,
    gradient,
    expAvg: graph.input('exp_avg', 'float32', shape),
    expAvgSq: graph.input('exp_avg_sq', 'float32', shape),
    size: graph.input('step_size', 'float32', []),
    scale: graph.input('second_moment_scale', 'float32', []),
  };
  const next = appendCorrectedAdam(graph, state, adam);
  const bounds = canvasBounds(canvas);
  const bound = (values: Float32Array): Value => graph.constant('float32', [...values], [1, 3, 1, 1]);
  const clipped = o.min(o.max(next.parameter, bound(bounds.lower)), bound(bounds.upper));
  graph.output(clipped, 'pixels_out');
  graph.output(next.expAvg, 'exp_avg_out');
  graph.output(next.expAvgSq, 'exp_avg_sq_out');
  graph.output(appendTone(graph, clipped, tone, target), 'frame');
}
