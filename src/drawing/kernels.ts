/** What graphs in Winograd's form have in common, made once for all phases of a drawing: transformed kernels, and tables. */
import { encodeModel, type Graph } from '../onnx/index.js';
import { kernelTransformGraph, type Table, type TransformedKernel } from '../onnx/passes/winograd/index.js';
import { openSession, Tensor } from '../runtime/session.js';
import type { Weights } from '../vgg19/weights/weights.js';

export class TransformedKernels {
  readonly #transformed = new Map<string, { tensor: Tensor; end: number }>();
  /** By their keys, see {@link rewriteWinograd}. */
  readonly tables = new Map<string, Table>();

  constructor(private readonly weights: Pick<Weights, 'data'>) {}

  /** Tensors for the inputs that a rewritten graph has in place of the kernels of `graph`, the one that it was made of. */
  async transformed(graph: Graph, kernels: readonly TransformedKernel[]): Promise<Record<string, Tensor>> {
    const unknown = kernels.filter(({ input }) => !this.#transformed.has(input));
    for (const tile of new Set(unknown.map((kernel) => kernel.tile))) {
      await this.#transform(
        graph,
        unknown.filter((kernel) => kernel.tile === tile),
        tile,
      );
    }
    return Object.fromEntries(kernels.map(({ input }) => [input, this.#transformed.get(input)!.tensor]));
  }

  /** Forgets the kernels that are not among the first `count` weights. Where they are asked for again, they are made again. */
  forgetBeyond(count: number): void {
    for (const [input, { end }] of this.#transformed) if (end > count) this.#transformed.delete(input);
  }

  async #transform(graph: Graph, kernels: readonly TransformedKernel[], tile: TransformedKernel['tile']) {
    const taps = kernels.map(({ input, kernel }) => ({ input, ...this.#tapsOf(graph, kernel) }));
    // In one session, the largest first: its arena then has room for all, and fresh memory costs more than the arithmetic. By one
    // thread: copying takes as long, which is one thread's work anyway, and the photo is decoded meanwhile.
    taps.sort((a, b) => b.values.length - a.values.length);
    const model = encodeModel(kernelTransformGraph(1, tile), { openSides: true });
    const session = await openSession(model, { threads: 1 });
    for (const { input, values, end, outputs, inputs } of taps) {
      const kernel = new Tensor('float32', values, [1, 1, outputs * inputs, 9]);
      const transformed: Tensor = (await session.run({ kernel })).transformed!;
      this.#transformed.set(input, { tensor: transformed.reshape([transformed.dims[2]!, outputs, inputs]), end });
    }
    await session.release();
  }

  #tapsOf(graph: Graph, kernel: string) {
    const { shape, data } = graph.initializers.get(kernel)!;
    if (data instanceof Uint8Array) throw new Error('kernels are expected among the weights, not in the graph');
    const start = data.offset / Float32Array.BYTES_PER_ELEMENT;
    const end = start + data.length / Float32Array.BYTES_PER_ELEMENT;
    const values = this.weights.data.subarray(start, end);
    const [outputs, inputs] = shape as [number, number];
    return { values, end, outputs, inputs };
  }
}
