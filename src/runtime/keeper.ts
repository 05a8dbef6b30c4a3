/**
 * Tensors that outlive the session they came out of. On a device a tensor belongs to its session: onnxruntime-node 1.30 ends the
 * process when it is used, or freed, after that session, and also when its data is read. A keeper is a session without weights
 * that copies tensors on the device, where they then are its own, and that gives them out on the CPU.
 */
import { encodeModel, Graph, Operators, type Shape, type Value } from '../onnx/index.js';
import type { Provider } from './provider.js';
import { type InferenceSession, openSession, type Tensor } from './session.js';
import { keepsTensors } from './settings.js';

export class Keeper {
  #reader: InferenceSession | undefined;

  private constructor(
    private readonly shape: Shape,
    private readonly provider: Provider,
    private readonly copier: InferenceSession | undefined,
  ) {}

  /** A keeper of float32 tensors of a shape. Where the provider leaves nothing on its device it has nothing to do. */
  static async open(shape: Shape, provider: Provider): Promise<Keeper> {
    if (!keepsTensors(provider)) return new Keeper(shape, provider, undefined);
    // Not Identity, which would give the same memory back.
    const copy = graphOf(shape, (o, tensor) => o.max(tensor, tensor));
    return new Keeper(shape, provider, await openSession(encodeModel(copy), { provider, onDevice: ['result'] }));
  }

  /** The tensor, to be used and freed before the keeper is released; the one that is given is freed. */
  async keep(tensor: Tensor): Promise<Tensor> {
    if (!this.copier || tensor.location === 'cpu') return tensor;
    const { result } = await this.copier.run({ tensor });
    tensor.dispose();
    return result!;
  }

  /** A copy of a tensor's elements. */
  async read(tensor: Tensor): Promise<Float32Array> {
    if (!this.copier || tensor.location === 'cpu') return (tensor.data as Float32Array).slice();
    const { provider } = this;
    this.#reader ??= await openSession(encodeModel(graphOf(this.shape, (_, given) => given)), { provider });
    const { result } = await this.#reader.run({ tensor });
    return result!.data as Float32Array;
  }

  async release(): Promise<void> {
    await this.#reader?.release();
    await this.copier?.release();
  }
}

function graphOf(shape: Shape, compute: (o: Operators, tensor: Value) => Value): Graph {
  const graph = new Graph('keeper');
  const tensor = graph.input('tensor', 'float32', shape);
  graph.output(compute(new Operators(graph), tensor), 'result');
  return graph;
}
