/** What graphs in Winograd's form have in common, made once for all phases of a drawing: transformed kernels, and tables. */
import type { Network } from '../../networks/network.js';
import { encodeModel, type Graph, type Tensor as GraphTensor } from '../../onnx/index.js';
import { kernelTransformGraph, type Table, type TransformedKernel } from '../../onnx/passes/winograd/index.js';
import { openSession, Tensor } from '../../runtime/session.js';

type TensorData = GraphTensor['data'];

export class TransformedKernels {
  readonly #transformed = new Map<string, { tensor: Tensor; end: number }>();
  /** By their keys, see `rewriteWinograd`. */
  readonly tables = new Map<string, Table>();

  /** @param externalData the bytes that initializers of graphs name. */
  constructor(private readonly externalData: Network['externalData']) {}

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

  /** Forgets the kernels that are not among the first so many bytes of weights. Where they are asked for again, they are made again. */
  forgetBeyond(bytes: number): void {
    for (const [input, { end }] of this.#transformed) if (end > bytes) this.#transformed.delete(input);
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
    const values = floatsOf(data, this.externalData);
    const end = data instanceof Uint8Array ? 0 : data.offset + data.length;
    const [outputs, inputs] = shape as [number, number];
    return { values, end, outputs, inputs };
  }
}

/** The elements of a float32 initializer, wherever they lie. */
function floatsOf(data: TensorData, externalData: Network['externalData']): Float32Array {
  const { bytes, offset, length } =
    data instanceof Uint8Array
      ? { bytes: data, offset: 0, length: data.byteLength }
      : { bytes: externalData.find(({ path }) => path === data.location)!.data, ...data };
  const start = bytes.byteOffset + offset;
  // A view where the bytes are aligned to floats, else a copy; and of memory that threads share, which ONNX Runtime takes no tensors in.
  if (start % Float32Array.BYTES_PER_ELEMENT === 0 && bytes.buffer instanceof ArrayBuffer) {
    return new Float32Array(bytes.buffer, start, length / Float32Array.BYTES_PER_ELEMENT);
  }
  return new Float32Array(bytes.slice(offset, offset + length).buffer);
}
