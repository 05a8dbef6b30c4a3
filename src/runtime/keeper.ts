/**
 * Tensors that outlive the session they came out of. On a device a tensor belongs to its session: onnxruntime-node 1.30 ends the
 * process when it is used, or freed, after that session, and also when its data is read. A keeper has sessions without weights, one
 * for each shape, that copy tensors on the device, where they then are its own, and that give them out on the CPU.
 */
import { encodeModel, Graph, Operators, type Shape, type Value } from '../onnx/index.js';
import type { Provider } from './provider.js';
import { type InferenceSession, openSession, type Tensor } from './session.js';
import { keepsTensors } from './settings.js';

type Sessions = Map<string, Promise<InferenceSession>>;

/** Of float32 tensors. Where the provider leaves nothing on its device it has nothing to do. */
export class Keeper {
  readonly #copiers: Sessions = new Map();
  readonly #readers: Sessions = new Map();

  constructor(private readonly provider: Provider) {}

  /** The tensor, to be used and freed before the keeper is released; the one that is given is freed. */
  async keep(tensor: Tensor): Promise<Tensor> {
    if (!this.#isAway(tensor)) return tensor;
    // Not Identity, which would give the same memory back.
    const copier = await this.#session(this.#copiers, tensor.dims, (o, given) => o.max(given, given), ['result']);
    const { result } = await copier.run({ tensor });
    tensor.dispose();
    return result!;
  }

  /** A copy of a tensor's elements. */
  async read(tensor: Tensor): Promise<Float32Array> {
    if (!this.#isAway(tensor)) return (tensor.data as Float32Array).slice();
    const reader = await this.#session(this.#readers, tensor.dims, (_, given) => given);
    const { result } = await reader.run({ tensor });
    return result!.data as Float32Array;
  }

  async release(): Promise<void> {
    for (const sessions of [this.#readers, this.#copiers]) {
      for (const session of sessions.values()) await (await session).release();
    }
  }

  #isAway(tensor: Tensor): boolean {
    return keepsTensors(this.provider) && tensor.location !== 'cpu';
  }

  #session(
    sessions: Sessions,
    shape: Shape,
    compute: (o: Operators, tensor: Value) => Value,
    onDevice?: readonly string[],
  ): Promise<InferenceSession> {
    const key = shape.join();
    const { provider } = this;
    const opened = sessions.get(key) ?? openSession(encodeModel(graphOf(shape, compute)), { provider, onDevice });
    sessions.set(key, opened);
    return opened;
  }
}

function graphOf(shape: Shape, compute: (o: Operators, tensor: Value) => Value): Graph {
  const graph = new Graph('keeper');
  const tensor = graph.input('tensor', 'float32', shape);
  graph.output(compute(new Operators(graph), tensor), 'result');
  return graph;
}
