/** Sessions for graphs of the network, in the form that their provider computes, and computes fast. */
import { encodeModel, type Graph, keepMasks, type Target } from '../onnx/index.js';
import { chooseWinograd, rewriteWinograd, type Table } from '../onnx/passes/winograd/index.js';
import { cpu, type Provider } from '../runtime/provider.js';
import { openSession, Tensor } from '../runtime/session.js';
import { targetOf } from '../runtime/settings.js';
import { weightsFile } from '../vgg19/network.js';
import type { Weights } from '../vgg19/weights/weights.js';
import type { TransformedKernels } from './kernels.js';

export interface NetworkOptions {
  /** The network's weights, down to the deepest layer of the graphs at least. */
  readonly weights: Pick<Weights, 'data'>;
  /** Where the graphs are to be rewritten into Winograd's form: the kernels of the whole drawing. The CPU's. */
  readonly kernels?: TransformedKernels | undefined;
  readonly threads?: number | undefined;
  /** What computes. Default: the CPU. */
  readonly provider?: Provider | undefined;
}

export type Tensors = Readonly<Record<string, Tensor>>;

/** A session whose weights are where they have to be. */
export interface Network {
  run(inputs: Tensors): Promise<Tensors>;
  release(): Promise<void>;
}

export interface NetworkTensors {
  /** Inputs that are the same in every run, on the CPU: they are given here, and a device with memory of its own gets them once. */
  readonly constants?: Tensors;
  /** Outputs that stay on the provider's device, where it can keep them. */
  readonly onDevice?: readonly string[];
}

/** @param build makes the graph in the form that the provider computes. */
export async function openNetwork(
  build: (target: Target) => Graph,
  { weights, kernels, threads, provider = cpu }: NetworkOptions,
  { constants = {}, onDevice }: NetworkTensors = {},
): Promise<Network> {
  const plain = build(targetOf(provider));
  const isShared = provider.name === 'cpu';
  const given = isShared ? [] : Object.entries(constants).map(([name, tensor]) => fix(plain, name, tensor));
  const rewritten = kernels && rewriteWinograd(plain, chooseWinograd);
  const fixed = rewritten && {
    ...(await kernels.transformed(plain, rewritten.kernels)),
    ...tensorsOf(rewritten.tables),
  };
  const { buffer, byteOffset, byteLength } = weights.data;
  const data = new Uint8Array(buffer, byteOffset, byteLength);
  // Other providers plan and compile for known shapes, and order nodes in their own way.
  // Winograd's form has masks of its own.
  const graph = rewritten?.graph ?? (isShared ? keepMasks(plain) : plain);
  const model = encodeModel(graph, { openSides: isShared });
  const externalData = [{ path: weightsFile, data }, ...given];
  const session = await openSession(model, { provider, threads, onDevice, externalData });
  return {
    run: (inputs) => session.run({ ...inputs, ...fixed, ...(isShared ? constants : {}) }),
    release: () => session.release(),
  };
}

/** Makes an input of the graph a constant in a file of its own, and returns that file. */
function fix(graph: Graph, name: string, tensor: Tensor): { path: string; data: Uint8Array } {
  const { buffer, byteOffset, byteLength } = tensor.data as Float32Array;
  graph.fix(name, { location: name, offset: 0, length: byteLength });
  return { path: name, data: new Uint8Array(buffer, byteOffset, byteLength) };
}

const tensorsOf = (tables: ReadonlyMap<string, Table>): Tensors =>
  Object.fromEntries(
    [...tables].map(([name, table]) => [
      name,
      new Tensor(table instanceof Int32Array ? 'int32' : 'float32', table, [1, 1, table.length]),
    ]),
  );
