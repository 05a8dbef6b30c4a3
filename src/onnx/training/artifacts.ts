/**
 * Training artifacts of a model, as onnxruntime-training's generate_artifacts makes them, in standard operators: any ONNX Runtime trains
 * with them. Where that has sequences of tensors and changes them in place, these have a tensor for each parameter `p`, and give the next
 * one as another output:
 *
 * - training_model: the model's inputs, `target` or `labels`, each `p`, `p_grad.accumulation.buffer`, and `lazy_reset_grad` (bool[1]) →
 *   `loss`, the model's outputs, `p_grad.accumulation.out`: the gradient, added to the buffer unless `lazy_reset_grad` says that the buffer
 *   counts as zeros.
 * - eval_model: the model's inputs, `target` or `labels`, each `p` → `loss`, the model's outputs.
 * - optimizer_model: `learning_rate` (float32[1]), `step` (int64[1], the number of the step, the first being 1), each `p`, `p_grad`,
 *   `first_order_moments.p`, `second_order_moments.p` (zeros before the first step; SGD without momentum has none) → each `p_out`,
 *   `first_order_moments.p_out`, `second_order_moments.p_out`.
 *
 * Of a model in the training form, training_model and eval_model have each running statistic of a BatchNormalization as an input as well,
 * and training_model gives its next as `…_out`; eval_model is in the inference form.
 *
 * For WebGPU, which has no 64-bit numbers, `labels` and `step` are int32.
 */
import { shownName } from '../../one-line.js';
import { Graph } from '../graph.js';
import { mapNamed, type Named } from '../named.js';
import { Operators } from '../operators.js';
import { adamW } from '../optimizers/adamw.js';
import type { TrainingOptimizer } from '../optimizers/optimizer.js';
import type { Tensor } from '../tensor.js';
import { appendStep, evaluationGraph, gradientGraph, type TrainingOptions, wholeNumbers } from './graphs.js';

export interface ArtifactOptions extends TrainingOptions {
  /** Default: AdamW with PyTorch's constants. */
  readonly optimizer?: TrainingOptimizer | undefined;
  /** Longest that all gradients together may be in a step. Left out: as long as they are. */
  readonly clipNorm?: number | undefined;
}

export interface TrainingArtifacts {
  readonly trainingModel: Graph;
  readonly evalModel: Graph;
  readonly optimizerModel: Graph;
  /** What the parameters are in the model: float32, under their names. */
  readonly parameters: Named<Tensor>;
  /** And the running statistics, where the model is in the training form. */
  readonly statistics: Named<Tensor>;
}

/**
 * Makes the artifacts of a model, which stays as it is.
 * @throws Error where the loss does not fit, nothing can be trained, or an operator has no rule: it names the node and its operator.
 */
export function trainingArtifacts(model: Graph, options: ArtifactOptions): TrainingArtifacts {
  const training = gradientGraph(model, options, 'training_model');
  accumulate(training.graph, training.gradients);
  const evaluation = evaluationGraph(model, options, 'eval_model');
  return {
    trainingModel: training.graph,
    evalModel: evaluation.graph,
    optimizerModel: optimizerGraph(model, training.parameters, options),
    parameters: loaded(model, training.parameters),
    statistics: loaded(model, training.statistics),
  };
}

function loaded(model: Graph, names: readonly string[]): Named<Tensor> {
  const values = names.map((name): [string, Tensor] => {
    const value = model.initializers.get(name)!;
    if (value.data instanceof Uint8Array) return [name, value];
    throw new Error(`the values of '${shownName(name)}' lie in ${shownName(value.data.location)} and are not loaded`);
  });
  return Object.fromEntries(values);
}

function accumulate(graph: Graph, gradients: Named<string>): void {
  const o = new Operators(graph);
  const buffers = mapNamed(gradients, (_, name) =>
    graph.input(`${name}_grad.accumulation.buffer`, graph.dtype(name), graph.shape(name)),
  );
  const resets = o.reshape(graph.input('lazy_reset_grad', 'bool', [1]), []);
  mapNamed(gradients, (gradient, name) => {
    const sum = o.where(resets, gradient, o.add(buffers[name]!, gradient));
    graph.output(sum, `${name}_grad.accumulation.out`);
  });
}

function optimizerGraph(
  model: Graph,
  parameters: readonly string[],
  { optimizer = adamW(), clipNorm, target }: ArtifactOptions,
): Graph {
  const graph = new Graph('optimizer_model');
  const o = new Operators(graph);
  const rate = graph.input('learning_rate', 'float32', [1]);
  const step = graph.input('step', wholeNumbers(target), [1]);
  const scalars = optimizer.appendScalars(graph, o.reshape(step, []), o.reshape(rate, []));
  for (const name of parameters) graph.input(name, 'float32', model.shape(name));
  const gradients = Object.fromEntries(
    parameters.map((name) => [name, graph.input(`${name}_grad`, 'float32', model.shape(name))]),
  );
  appendStep(graph, { optimizer, gradients, scalars, clipNorm });
  return graph;
}
