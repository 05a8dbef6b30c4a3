/** What passes from iteration to iteration and from phase to phase: named tensors and a count of steps. */
import { InputError } from '../errors.js';
import type { Size } from '../image/picture.js';
import type { Medium } from '../media/medium.js';
import type { Shape } from '../onnx/index.js';
import { mapNamed, type Named } from '../onnx/named.js';
import type { Optimizer } from '../onnx/optimizers/optimizer.js';
import { Keeper } from '../runtime/keeper.js';
import { cpu, type Provider } from '../runtime/provider.js';
import { Tensor } from '../runtime/session.js';

interface Tensors {
  /** The medium's parameters. */
  readonly parameters: Named<Tensor>;
  /** What the optimizer keeps. */
  readonly slots: Named<Tensor>;
}

/** A state as it can be kept: its values, in the processor's memory. */
export interface SavedState {
  readonly parameters: Named<SavedTensor>;
  readonly slots: Named<SavedTensor>;
  readonly steps: number;
}

export interface SavedTensor {
  readonly shape: Shape;
  readonly values: Float32Array;
}

/** Parameters and slots, on the provider's device where it can keep them. Tensors that are replaced are freed. */
export class DrawingState {
  #tensors: Tensors;
  #optimizer: Optimizer | undefined;
  #steps = 0;

  private constructor(
    private readonly medium: Medium,
    private size: Size,
    parameters: Named<Tensor>,
    private readonly keeper: Keeper,
  ) {
    this.#tensors = { parameters, slots: {} };
  }

  /** What a medium starts with, and no optimizer yet. @param photo as the medium takes it. */
  static open(medium: Medium, { height, width }: Size, provider: Provider = cpu, photo?: Uint8Array): DrawingState {
    const size = { height, width };
    const parameters = tensorsWith(medium.start(size, photo), medium.slots(size));
    return new DrawingState(medium, size, parameters, new Keeper(provider));
  }

  /**
   * What was saved of another state, and no optimizer yet.
   * @throws InputError, of the option `start`, where it is not of this medium and size.
   */
  static begin(
    medium: Medium,
    { height, width }: Size,
    parameters: SavedState['parameters'],
    provider: Provider = cpu,
  ): DrawingState {
    const size = { height, width };
    return new DrawingState(medium, size, savedTensors(parameters, medium.slots(size), 'start'), new Keeper(provider));
  }

  /**
   * The state that was saved.
   * @param optimizer that its slots are of.
   * @throws InputError where it is not one of this medium, size and optimizer.
   */
  static restore(
    medium: Medium,
    { height, width }: Size,
    { parameters, slots, steps }: SavedState,
    optimizer: Optimizer,
    provider: Provider = cpu,
  ): DrawingState {
    const size = { height, width };
    const shapes = medium.slots(size);
    const state = new DrawingState(medium, size, savedTensors(parameters, shapes, 'resume'), new Keeper(provider));
    state.#tensors = { parameters: state.parameters, slots: savedTensors(slots, optimizer.slots(shapes), 'resume') };
    state.#optimizer = optimizer;
    state.#steps = steps;
    return state;
  }

  get parameters(): Named<Tensor> {
    return this.#tensors.parameters;
  }

  /** The parameters' values, where the processor has them. */
  get values(): Named<Float32Array> {
    return mapNamed(this.parameters, ({ data }) => data as Float32Array);
  }

  get slots(): Named<Tensor> {
    return this.#tensors.slots;
  }

  /** How many steps the optimizer has taken with its slots. */
  get steps(): number {
    return this.#steps;
  }

  /** Takes what a step made. */
  moveOn(next: Tensors): void {
    this.#replace(next);
    this.#steps++;
  }

  /** An optimizer begins: its slots are zeros. */
  begin(optimizer: Optimizer): void {
    const { parameters } = this;
    const slots = optimizer.slots(mapNamed(parameters, ({ dims }) => dims));
    this.#replace({ parameters, slots: mapNamed(slots, zeros) });
    this.#optimizer = optimizer;
    this.#steps = 0;
  }

  /** Other values for the parameters. */
  write(values: Named<Float32Array>): void {
    const written = mapNamed(this.parameters, ({ dims }, name) => new Tensor('float32', values[name]!, dims));
    this.#replace({ parameters: written, slots: this.slots });
  }

  /** Takes parameters and slots over to a canvas of another size. */
  async resize({ height, width }: Size): Promise<void> {
    if (height === this.size.height && width === this.size.width) return;
    const to = { height, width };
    const resizing = this.medium.resizing(this.size, to);
    const shapes = this.medium.slots(to);
    const optimizer = this.#optimizer;
    const slots = optimizer?.resize?.(await this.#read(this.slots), resizing);
    this.#replace({
      parameters: tensorsWith(await this.read(to), shapes),
      slots: optimizer && slots ? tensorsWith(slots, optimizer.slots(shapes)) : {},
    });
    this.size = to;
    if (optimizer && !slots) this.begin(optimizer);
  }

  /** Makes the state independent of the sessions that computed it, so that they can be released. */
  async keep(): Promise<void> {
    const keep = async (tensors: Named<Tensor>): Promise<Named<Tensor>> => {
      const kept: Record<string, Tensor> = {};
      for (const [name, tensor] of Object.entries(tensors)) kept[name] = await this.keeper.keep(tensor);
      return kept;
    };
    this.#tensors = { parameters: await keep(this.parameters), slots: await keep(this.slots) };
  }

  /** Copies of the parameters as they are now, taken over to a canvas of that size. Default: its own. */
  async read(size: Size = this.size): Promise<Named<Float32Array>> {
    const resizing = this.medium.resizing(this.size, size);
    return mapNamed(await this.#read(this.parameters), (values, name) => resizing[name]!.values(values));
  }

  /** Copies of all that is in it, at its own size. */
  async save(): Promise<SavedState> {
    const saved = async (tensors: Named<Tensor>) => {
      const values = await this.#read(tensors);
      return mapNamed(tensors, ({ dims }, name) => ({ shape: dims, values: values[name]! }));
    };
    return { parameters: await saved(this.parameters), slots: await saved(this.slots), steps: this.steps };
  }

  /** Frees everything; the state can't be used any more. */
  async release(): Promise<void> {
    for (const tensor of tensorsOf(this.#tensors)) tensor.dispose();
    await this.keeper.release();
  }

  async #read(tensors: Named<Tensor>): Promise<Named<Float32Array>> {
    const copies: Record<string, Float32Array> = {};
    for (const [name, tensor] of Object.entries(tensors)) copies[name] = await this.keeper.read(tensor);
    return copies;
  }

  #replace(next: Tensors): void {
    const kept = tensorsOf(next);
    for (const tensor of tensorsOf(this.#tensors)) if (!kept.includes(tensor)) tensor.dispose();
    this.#tensors = next;
  }
}

const tensorsOf = ({ parameters, slots }: Tensors): Tensor[] => [...Object.values(parameters), ...Object.values(slots)];

const tensorsWith = (values: Named<Float32Array>, shapes: Named<Shape>): Named<Tensor> =>
  mapNamed(shapes, (shape, name) => new Tensor('float32', values[name]!, shape));

/** @throws InputError where they are not those with these shapes. */
function savedTensors(saved: Named<SavedTensor>, shapes: Named<Shape>, field: string): Named<Tensor> {
  const isSame = (name: string) => saved[name]?.shape.join() === shapes[name]?.join();
  const other = Object.keys({ ...shapes, ...saved }).find((name) => !isSame(name));
  if (other !== undefined) throw new InputError(`its state does not fit: ${other}`, { field });
  return tensorsWith(
    mapNamed(saved, ({ values }) => values),
    shapes,
  );
}

const zeros = (shape: Shape): Tensor =>
  new Tensor('float32', new Float32Array(shape.reduce((product, side) => product * side, 1)), shape);
