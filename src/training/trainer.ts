/** Training an ONNX model on ONNX Runtime. */
import { InputError } from '../errors.js';
import { shownName } from '../one-line.js';
import { encodeModel, type Graph, loadModel, type Shape, type Value } from '../onnx/index.js';
import { mapNamed, type Named } from '../onnx/named.js';
import { adamW } from '../onnx/optimizers/adamw.js';
import type { TrainingOptimizer } from '../onnx/optimizers/optimizer.js';
import { namesIn, product, type Sides, sideAt } from '../onnx/sides.js';
import { type DType, type Tensor as OnnxTensor, sizeOf, tensorValues } from '../onnx/tensor.js';
import {
  type Evaluation,
  evaluationGraph,
  momentNames,
  stepGraph,
  type TrainingOptions,
} from '../onnx/training/graphs.js';
import { inferenceForm } from '../onnx/training/modes.js';
import { withValues } from '../onnx/training/parameters.js';
import { Keeper } from '../runtime/keeper.js';
import { cpu, type Provider, type ProviderName } from '../runtime/provider.js';
import { type InferenceSession, openSession, Tensor } from '../runtime/session.js';
import { targetOf } from '../runtime/settings.js';
import { readCheckpoint, writeCheckpoint } from './checkpoint.js';
import type { Schedule } from './schedules.js';

export interface TrainerOptions extends Omit<TrainingOptions, 'target'> {
  /** Default: AdamW with PyTorch's constants. */
  readonly optimizer?: TrainingOptimizer | undefined;
  /** A number, or what makes one of a step's. */
  readonly learningRate: number | Schedule;
  /** Longest that all gradients together, as one vector, may be in a step. Left out: as long as they are. */
  readonly clipNorm?: number | undefined;
  /** What computes. Default: the CPU. */
  readonly provider?: ProviderName | Provider | undefined;
  /** Threads that compute within an operator. Default: one for each physical core. */
  readonly threads?: number | undefined;
  /** Shapes of the model's inputs, where its file leaves sides open and they are to have numbers. A batch's size may stay open. */
  readonly inputShapes?: Readonly<Record<string, Shape>> | undefined;
}

/** A batch: of each input of the model, and of `target` or `labels`, all elements, row-major. */
export type Batch = Readonly<Record<string, ArrayLike<number> | ArrayLike<bigint>>>;

export interface StepReport {
  /** The number of the step, the first being 1. */
  readonly step: number;
  /** Of the batch, before the step. */
  readonly loss: number;
  readonly learningRate: number;
  /** Of all gradients together, before they were clipped; where they are. */
  readonly gradientNorm?: number;
}

export interface EvaluationReport {
  readonly loss: number;
  /** What the model gives, by its outputs' names. */
  readonly outputs: Readonly<Record<string, Float32Array>>;
}

interface Evaluator extends Evaluation {
  readonly session: InferenceSession;
}

/** A training that is under way. Parameters stay on the provider's device, where it can keep them. */
export class Trainer {
  readonly #keeper: Keeper;
  /** Of parameters, running statistics and moments. */
  #state: Record<string, Tensor>;
  #step = 0;
  #evaluator: Promise<Evaluator> | undefined;

  private constructor(
    private readonly model: Graph,
    private readonly options: TrainerOptions,
    private readonly evaluation: Evaluation,
    private readonly shapes: Named<Shape>,
    private readonly session: InferenceSession,
    private readonly provider: Provider,
  ) {
    this.#keeper = new Keeper(provider);
    this.#state = mapNamed(shapes, (shape, name) => floats(initialValues(model, name, shape), shape));
  }

  /**
   * Makes of a model a step of training, one graph, and opens a session for it.
   * @param model the bytes of an ONNX model, or a graph, which stays as it is.
   * @throws Error where the loss does not fit, nothing can be trained, or an operator has no gradient: it names the node and its operator.
   */
  static async open(model: Uint8Array | Graph, options: TrainerOptions): Promise<Trainer> {
    const graph = model instanceof Uint8Array ? loadModel(model, { inputShapes: options.inputShapes ?? {} }) : model;
    const { optimizer = adamW() } = options;
    const provider = typeof options.provider === 'string' ? { name: options.provider } : (options.provider ?? cpu);
    const step = stepGraph(graph, { ...options, optimizer, target: targetOf(provider) });
    const names = [...step.parameters, ...step.statistics, ...momentNames(optimizer, step.parameters)];
    const shapes = Object.fromEntries(names.map((name) => [name, step.graph.shape(name)]));
    const session = await openSession(encodeModel(step.graph), {
      provider,
      threads: options.threads,
      onDevice: names.map(nextOf),
    });
    return new Trainer(graph, { ...options, optimizer }, step, shapes, session, provider);
  }

  /** The inputs that a batch has. */
  get inputs(): readonly Value[] {
    return this.evaluation.data;
  }

  /** The parameters that are trained. */
  get parameters(): readonly Value[] {
    return this.evaluation.parameters;
  }

  /** What it changes of the model. */
  get #ofModel(): readonly Value[] {
    return [...this.evaluation.parameters, ...this.evaluation.statistics];
  }

  /** Steps taken. */
  get steps(): number {
    return this.#step;
  }

  /**
   * Takes a step; to be awaited before the next call.
   * @throws InputError where the batch lacks an input, or one has another number of elements than the model takes.
   */
  async step(batch: Batch): Promise<StepReport> {
    const number = this.#step + 1;
    const { learningRate: rate, optimizer } = this.options;
    const learningRate = typeof rate === 'number' ? rate : rate(number);
    const scalars = mapNamed(optimizer!.scalars(number, learningRate), (value) => floats([value], []));
    const results = await this.session.run({ ...this.#feeds(batch), ...this.#state, ...scalars });
    const before = this.#state;
    this.#state = mapNamed(before, (_, name) => results[nextOf(name)]!);
    for (const tensor of Object.values(before)) tensor.dispose();
    this.#step = number;
    const norm = results.gradient_norm;
    return {
      step: number,
      loss: Number(results[this.evaluation.loss]!.data[0]),
      learningRate,
      ...(norm ? { gradientNorm: Number(norm.data[0]) } : {}),
    };
  }

  /** The loss of a batch, and what the model makes of it; to be awaited before the next call. @throws InputError as {@link step}. */
  async evaluate(batch: Batch): Promise<EvaluationReport> {
    this.#evaluator ??= this.#openEvaluator();
    const { graph, loss, session } = await this.#evaluator;
    const values = Object.fromEntries(this.#ofModel.map((name) => [name, this.#state[name]!]));
    const results = await session.run({ ...this.#feeds(batch), ...values });
    const outputs = graph.outputs
      .slice(1)
      .map((name) => [name, Float32Array.from(results[name]!.data as Float32Array)]);
    return { loss: Number(results[loss]!.data[0]), outputs: Object.fromEntries(outputs) };
  }

  /** The model with the parameters and running statistics that there are now, without loss, in the inference form: its bytes. */
  async exportModel(): Promise<Uint8Array> {
    const values: Record<string, OnnxTensor> = {};
    for (const name of this.#ofModel) {
      const data = bytesOf(await this.#keeper.read(this.#state[name]!));
      values[name] = { ...this.model.type(name), data };
    }
    return encodeModel(inferenceForm(withValues(this.model, values)));
  }

  /** Writes parameters, running statistics, moments and the count of steps to a safetensors file, whole or not at all. */
  async save(path: string): Promise<void> {
    const tensors: Record<string, Float32Array> = {};
    // Before the first step moments are zeros.
    const held = this.#step === 0 ? this.#ofModel : Object.keys(this.#state);
    for (const name of held) tensors[name] = await this.#keeper.read(this.#state[name]!);
    await writeCheckpoint(path, { step: this.#step, tensors }, this.shapes);
  }

  /**
   * Goes on where a checkpoint was written. One that holds parameters alone begins anew with these.
   * @throws InputError where it can't be read, or is of another training.
   */
  async load(path: string): Promise<void> {
    const moments = Object.keys(this.shapes).filter((name) => !this.#ofModel.includes(name));
    const { step, tensors } = await readCheckpoint(path, this.shapes, moments);
    for (const tensor of Object.values(this.#state)) tensor.dispose();
    this.#state = mapNamed(this.shapes, (shape, name) =>
      floats(tensors[name] ?? new Float32Array(sizeOf(shape)), shape),
    );
    this.#step = step;
  }

  /** Frees what it holds. It can't be used any more. */
  async release(): Promise<void> {
    for (const tensor of Object.values(this.#state)) tensor.dispose();
    await this.#keeper.release();
    await (await this.#evaluator)?.session.release();
    await this.session.release();
  }

  async #openEvaluator(): Promise<Evaluator> {
    const { provider, options } = this;
    const evaluation = evaluationGraph(this.model, { ...options, target: targetOf(provider) }, 'eval_model');
    const session = await openSession(encodeModel(evaluation.graph), { provider, threads: options.threads });
    return { ...evaluation, session };
  }

  #feeds(batch: Batch): Record<string, Tensor> {
    const { graph, data } = this.evaluation;
    const unknown = Object.keys(batch).find((name) => !data.includes(name));
    if (unknown !== undefined) {
      throw new InputError(`there is no input '${shownName(unknown)}'; a batch has ${data.map(shownName).join(', ')}`);
    }
    const sides = openSidesOf(
      data.map((name) => graph.sides(name)),
      data.map((name) => batch[name]?.length ?? 0),
    );
    return Object.fromEntries(
      data.map((name) => {
        const { dtype, shape: open } = graph.valueType(name);
        const shape = open.map((side) => sideAt(side, sides));
        const values = batch[name];
        const fits = shape.every((side) => Number.isInteger(side) && side > 0);
        if (fits && values?.length === sizeOf(shape)) return [name, tensorOf(dtype, values, shape)];
        const count = fits ? sizeOf(shape) : product(open);
        const given = values ? `not ${values.length}` : 'and is missing';
        throw new InputError(`the input '${shownName(name)}' takes ${count} numbers, [${open.join(', ')}], ${given}`);
      }),
    );
  }
}

/** What sides that are left open are in a batch: as many numbers have to be given as there are elements. */
function openSidesOf(shapes: readonly Sides[], lengths: readonly number[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  shapes.forEach((sides, i) => {
    const [name, ...others] = namesIn(sides);
    if (name === undefined || others.length > 0 || found.has(name.name)) return;
    const perOne = sideAt(product(sides), new Map([[name.name, 1]]));
    found.set(name.name, lengths[i]! / perOne);
  });
  for (const { name } of namesIn(shapes.flat())) {
    if (!found.has(name))
      throw new InputError(`how large '${shownName(name)}' is can't be told from a batch; give inputShapes`);
  }
  return found;
}

const nextOf = (name: Value): Value => `${name}_out`;

const floats = (values: ArrayLike<number>, shape: Shape): Tensor =>
  new Tensor('float32', values instanceof Float32Array ? values : Float32Array.from(values), shape);

/** Of a parameter what it is in the model, of a moment zeros. */
function initialValues(model: Graph, name: Value, shape: Shape): Float32Array {
  const constant = model.initializers.get(name);
  return constant ? Float32Array.from(tensorValues(constant)) : new Float32Array(sizeOf(shape));
}

function tensorOf(dtype: DType, values: ArrayLike<number> | ArrayLike<bigint>, shape: Shape): Tensor {
  switch (dtype) {
    case 'int64':
      return new Tensor(
        dtype,
        values instanceof BigInt64Array ? values : BigInt64Array.from(values as number[], BigInt),
        shape,
      );
    case 'int32':
      return new Tensor(dtype, Int32Array.from(values as number[], Number), shape);
    case 'bool':
      return new Tensor(dtype, Uint8Array.from(values as number[], Number), shape);
    case 'float32':
      return floats(values as ArrayLike<number>, shape);
    default:
      throw new InputError(`inputs of type ${dtype} are not trained with`);
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
