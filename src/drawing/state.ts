/** What passes from iteration to iteration and from phase to phase. */
import { Keeper } from '../runtime/keeper.js';
import { cpu, type Provider } from '../runtime/provider.js';
import { Tensor } from '../runtime/session.js';
import { blankCanvas } from './canvas.js';
import type { Preset } from './preset.js';

interface Tensors {
  /** The canvas, float32[1, 3, H, W] in network space. */
  readonly pixels: Tensor;
  /** Adam's running averages, of the same shape. */
  readonly expAvg: Tensor;
  readonly expAvgSq: Tensor;
}

/** The canvas and the optimizer's state, on the provider's device where it can keep them. Tensors that are replaced are freed. */
export class DrawingState {
  #steps = 0;

  private constructor(
    private tensors: Tensors,
    private readonly keeper: Keeper,
  ) {}

  /** Blank paper of height × width pixels, and an optimizer that has not taken a step. */
  static async open(
    { canvas }: Pick<Preset, 'canvas'>,
    height: number,
    width: number,
    provider: Provider = cpu,
  ): Promise<DrawingState> {
    const shape = [1, 3, height, width];
    const pixels = new Tensor('float32', blankCanvas(canvas, height, width), shape);
    const tensors = { pixels, expAvg: zeros(shape), expAvgSq: zeros(shape) };
    return new DrawingState(tensors, await Keeper.open(shape, provider));
  }

  get pixels(): Tensor {
    return this.tensors.pixels;
  }

  get expAvg(): Tensor {
    return this.tensors.expAvg;
  }

  get expAvgSq(): Tensor {
    return this.tensors.expAvgSq;
  }

  /** How many steps Adam has taken with its averages. */
  get steps(): number {
    return this.#steps;
  }

  /** Takes what a step made. */
  moveOn(next: Tensors): void {
    this.#replace(next);
    this.#steps++;
  }

  /** Adam forgets what it has averaged. */
  resetOptimizer(): void {
    const { dims } = this.pixels;
    this.#replace({ pixels: this.pixels, expAvg: zeros(dims), expAvgSq: zeros(dims) });
    this.#steps = 0;
  }

  /** Makes the state independent of the sessions that computed it, so that they can be released. */
  async keep(): Promise<void> {
    const { pixels, expAvg, expAvgSq } = this.tensors;
    const keep = (tensor: Tensor) => this.keeper.keep(tensor);
    this.tensors = { pixels: await keep(pixels), expAvg: await keep(expAvg), expAvgSq: await keep(expAvgSq) };
  }

  /** A copy of the canvas as it is now, float32[3, H, W] in network space. */
  readCanvas(): Promise<Float32Array> {
    return this.keeper.read(this.pixels);
  }

  /** Frees everything; the state can't be used any more. */
  async release(): Promise<void> {
    for (const tensor of Object.values(this.tensors)) tensor.dispose();
    await this.keeper.release();
  }

  #replace(next: Tensors): void {
    const kept = Object.values(next);
    for (const tensor of Object.values(this.tensors)) if (!kept.includes(tensor)) tensor.dispose();
    this.tensors = next;
  }
}

const zeros = (shape: readonly number[]): Tensor =>
  new Tensor('float32', new Float32Array(shape.reduce((product, side) => product * side, 1)), shape);
