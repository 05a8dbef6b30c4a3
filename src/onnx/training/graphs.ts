/** The graphs of training a model: its loss, the gradients of its parameters, an optimizer's step. */
import { shownName } from '../../one-line.js';
import { differentiate } from '../gradient/differentiate.js';
import type { Graph } from '../graph.js';
import { appendLoss, type LossName } from '../losses.js';
import { mapNamed, type Named } from '../named.js';
import type { Value } from '../node.js';
import { nameFor, type TrainingOptimizer } from '../optimizers/optimizer.js';
import { tuneForCpu } from '../passes/tune-for-cpu.js';
import type { Target } from '../provider-kernels.js';
import { product } from '../sides.js';
import { isFloat } from '../tensor.js';
import { clipNorm } from './clip-norm.js';
import { inferenceForm, runningStatistics, trainingForm } from './modes.js';
import { parametersOf, type Train, withParameters } from './parameters.js';

export interface TrainingOptions {
  /** What is trained. Default: all parameters. */
  readonly train?: Train | undefined;
  /** A loss of the model's prediction, or the value of the model that is its loss. */
  readonly loss: LossName | { readonly output: Value };
  /** The value that is the prediction. Default: the model's output, where it has one. */
  readonly prediction?: Value | undefined;
  /** The execution provider that gradients are written for. Default: the CPU. */
  readonly target?: Target | undefined;
}

/** A model with its loss, whose parameters are inputs. */
export interface Evaluation {
  readonly graph: Graph;
  readonly parameters: readonly Value[];
  /** Inputs that are the running statistics of what is in the training form. */
  readonly statistics: readonly Value[];
  /** A single float. It is the first output. */
  readonly loss: Value;
  /** The inputs that are data: the model's own, and what it is compared with. */
  readonly data: readonly Value[];
}

/**
 * A model's copy with its loss, as it is used: inputs are the model's, `target` or `labels`, the parameters and running statistics; outputs
 * are `loss` and the model's.
 * @throws Error where the loss does not fit, or nothing can be trained.
 */
export function evaluationGraph(model: Graph, options: TrainingOptions, name: string): Evaluation {
  const evaluation = withLoss(model, options, name);
  return { ...evaluation, graph: inferenceForm(evaluation.graph) };
}

function withLoss(model: Graph, options: TrainingOptions, name: string): Evaluation {
  const { train = 'all', loss } = options;
  const reached = typeof loss === 'string' ? predictionOf(model, options.prediction) : lossOf(model, loss.output);
  const parameters = parametersOf(model, reached, train);
  const statistics = runningStatistics(model);
  const graph = withParameters(model, [...parameters, ...statistics], name);
  const own = graph.outputs.splice(0);
  const added =
    typeof loss === 'string'
      ? appendLoss(graph, loss, reached, { labels: wholeNumbers(options.target) })
      : { loss: reached, input: undefined };
  graph.output(added.loss, typeof loss === 'string' ? graph.unusedName('loss') : reached);
  graph.outputs.push(...own.filter((output) => output !== added.loss));
  const data = [...model.inputs, ...(added.input === undefined ? [] : [added.input])];
  // As onnxruntime-training has them: the data first, then the parameters.
  graph.inputs.splice(0, Number.POSITIVE_INFINITY, ...data, ...parameters, ...statistics);
  return { graph, parameters, statistics, loss: graph.outputs[0]!, data };
}

/** The type of labels and counts. WebGPU has no 64-bit numbers. */
export const wholeNumbers = (target: Target | undefined): 'int32' | 'int64' =>
  target === 'webgpu' ? 'int32' : 'int64';

function predictionOf(model: Graph, named: Value | undefined): Value {
  if (named !== undefined) {
    if (!model.has(named)) throw new Error(`there is no value '${shownName(named)}' to be the prediction`);
    return named;
  }
  if (model.outputs.length === 1) return model.outputs[0]!;
  throw new Error(`say which output is the prediction: ${model.outputs.map(shownName).join(', ')}`);
}

function lossOf(model: Graph, output: Value): Value {
  if (!model.has(output)) {
    throw new Error(
      `there is no value '${shownName(output)}' to be the loss; outputs are ${model.outputs.map(shownName).join(', ')}`,
    );
  }
  const { dtype, shape } = model.valueType(output);
  if (isFloat(dtype) && product(shape) === 1) return output;
  throw new Error(`a loss is a single float; '${shownName(output)}' is ${dtype}[${shape.join(', ')}]`);
}

/** As {@link evaluationGraph}, but in the form in which it is trained, with the gradient of each parameter and the next running statistics. */
export function gradientGraph(model: Graph, options: TrainingOptions, name: string) {
  const evaluation = withLoss(model, options, name);
  const { parameters, statistics, loss } = evaluation;
  const { graph, next } = trainingForm(evaluation.graph);
  const made = differentiate(graph, { of: loss, wrt: parameters, target: options.target });
  const gradients: Named<Value> = Object.fromEntries(parameters.map((parameter, i) => [parameter, made[i]!]));
  for (const statistic of statistics) graph.output(next.get(statistic)!, `${statistic}_out`);
  return { ...evaluation, graph: isOnCpu(options) ? tuneForCpu(graph) : graph, gradients };
}

const isOnCpu = ({ target = 'cpu' }: TrainingOptions): boolean => target === 'cpu';

const orders = ['first_order_moments', 'second_order_moments'];

/** What an optimizer keeps of each parameter, by the names that it has in models and checkpoints: `first_order_moments.weight`. */
export function momentNames(optimizer: TrainingOptimizer, parameters: readonly Value[]): Value[] {
  return optimizer.moments.flatMap((_, i) => parameters.map((parameter) => momentName(i, parameter)));
}

const momentName = (order: number, parameter: Value): Value => `${orders[order]}.${parameter}`;

/** What an optimizer needs to be appended. */
export interface StepInputs {
  readonly optimizer: TrainingOptimizer;
  readonly gradients: Named<Value>;
  readonly scalars: Named<Value>;
  /** Longest that all gradients together may be. Left out: as long as they are. */
  readonly clipNorm?: number | undefined;
}

/**
 * Appends an optimizer's step over the parameters, which are inputs, and makes inputs and outputs of what it keeps: of each thing `x`, the
 * next is the output `x_out`. Clipped gradients have an output `gradient_norm`.
 */
export function appendStep(graph: Graph, step: StepInputs): void {
  const { optimizer, scalars } = step;
  const names = Object.keys(step.gradients);
  const parameters: Named<Value> = Object.fromEntries(names.map((name) => [name, name]));
  const inputOf = new Map<string, Value>();
  optimizer.moments.forEach((base, order) => {
    for (const name of names) {
      const input = graph.input(momentName(order, name), graph.dtype(name), graph.shape(name));
      inputOf.set(nameFor(base, name, parameters), input);
    }
  });
  let { gradients } = step;
  if (step.clipNorm !== undefined) {
    const clipped = clipNorm(graph, gradients, step.clipNorm);
    gradients = clipped.gradients;
    graph.output(clipped.norm, 'gradient_norm');
  }
  const slots = Object.fromEntries(inputOf);
  const next = optimizer.append({ graph, parameters, gradients, slots, scalars, constrain: (values) => values });
  mapNamed(next.parameters, (value, name) => graph.output(value, `${name}_out`));
  for (const [slot, input] of inputOf) graph.output(next.slots[slot]!, `${input}_out`);
}

/** One step of training as one graph: data, parameters, moments and the optimizer's scalars → loss, and the next of each `x`, `x_out`. */
export function stepGraph(model: Graph, options: TrainingOptions & Pick<StepInputs, 'optimizer' | 'clipNorm'>) {
  const { gradients, ...evaluation } = gradientGraph(model, options, 'step_model');
  const { graph, loss } = evaluation;
  graph.outputs.splice(0, Number.POSITIVE_INFINITY, loss, ...evaluation.statistics.map((name) => `${name}_out`));
  const scalars = mapNamed(options.optimizer.scalars(1, 1), (_, name) => graph.input(name, 'float32', []));
  appendStep(graph, { optimizer: options.optimizer, gradients, scalars, clipNorm: options.clipNorm });
  return evaluation;
}
