/** The kernels of convolutions in Winograd's form, transformed once for all phases of a drawing. */
import { encodeModel, type Graph, type Tensor as Initializer } from '../onnx/index.js';
import { kernelTransformGraph, type TransformedKernel } from '../onnx/passes/winograd/index.js';
import { openSession, Tensor } from '../runtime/session.js';
import type { Weights } from '../vgg19/weights/weights.js';

export class TransformedKernels {
  readonly #transformed = new Map<string, Tensor>();

  constructor(
    private readonly weights: Pick<Weights, 'data'>,
    private readonly threads: number | undefined,
  ) {}

  /** Tensors for the inputs that a rewritten graph has in place of the kernels of `graph`, the one that it was made of. */
  async transformed(graph: Graph, kernels: readonly TransformedKernel[]): Promise<Record<string, Tensor>> {
    const tensors: Record<string, Tensor> = {};
    for (const { input, kernel, tile } of kernels) {
      const known = this.#transformed.get(input);
      const tensor = known ?? (await this.#transform(graph.initializers.get(kernel)!, tile));
      this.#transformed.set(input, tensor);
      tensors[input] = tensor;
    }
    return tensors;
  }

  async #transform({ shape, data }: Initializer, tile: TransformedKernel['tile']): Promise<Tensor> {
    if (data instanceof Uint8Array) throw new Error('kernels are expected among the weights, not in the graph');
    const start = data.offset / Float32Array.BYTES_PER_ELEMENT;
    const values = this.weights.data.subarray(start, start + data.length / Float32Array.BYTES_PER_ELEMENT);
    const [outputs, inputs] = shape as [number, number];
    const session = await openSession(encodeModel(kernelTransformGraph(outputs, inputs, tile)), {
      threads: this.threads,
    });
    const { transformed } = await session.run({ kernel: new Tensor('float32', values, [...shape]) });
    await session.release();
    return transformed!;
  }
}
