/** Sessions for graphs of a drawing, in the form that their provider computes, and computes fast. */
import { encodeModel, type Graph, keepMasks, type Target } from '../../onnx/index.js';
import { chooseFrugally, chooseWinograd, rewriteWinograd, type Table } from '../../onnx/passes/winograd/index.js';
import { openSession, Tensor } from '../../runtime/session.js';
import { targetOf } from '../../runtime/settings.js';
import type { PhasePlan } from '../plan/phase-plan.js';
import type { Engine } from './engine.js';
import type { OpenGraph } from './kept-sessions.js';

export type Tensors = Readonly<Record<string, Tensor>>;

/** A session for a graph, whose weights are where they have to be. */
export interface GraphSession {
  /** The names of what a run is given, constants aside. */
  readonly inputs: readonly string[];
  run(inputs: Tensors): Promise<Tensors>;
  release(): Promise<void>;
}

export interface SessionTensors {
  /** Inputs that are the same in every run, on the CPU: they are given here, and a device with memory of its own gets them once. */
  readonly constants?: Tensors;
  /** Outputs that stay on the provider's device, where it can keep them. */
  readonly onDevice?: readonly string[];
  /** What it is called among the sessions that are kept, where the engine keeps any. Left out: it is not. */
  readonly keptAs?: string;
}

/**
 * @param build makes the graph in the form that the provider computes.
 * @param plan says whether convolutions are computed in Winograd's form.
 */
export async function openGraph(
  build: (target: Target) => Graph,
  engine: Engine,
  plan: Pick<PhasePlan, 'winograd' | 'isFrugal'>,
  tensors: SessionTensors = {},
): Promise<GraphSession> {
  const { constants = {}, keptAs } = tensors;
  const open = () => openAnew(build, engine, plan, tensors);
  const keeping = keptAs === undefined ? undefined : engine.keep?.(keptAs, open);
  const { inputs, session, fixed } = await (keeping ?? open());
  const given = engine.provider.name === 'cpu' ? { ...fixed, ...constants } : fixed;
  return {
    inputs,
    run: (inputs) => session.run({ ...inputs, ...given }),
    release: async () => {
      if (!keeping) await session.release();
    },
  };
}

async function openAnew(
  build: (target: Target) => Graph,
  { provider, threads, kernels, ...engine }: Engine,
  { winograd, isFrugal = false }: Pick<PhasePlan, 'winograd' | 'isFrugal'>,
  { constants = {}, onDevice }: SessionTensors,
): Promise<OpenGraph> {
  const plain = build(targetOf(provider));
  const onCpu = provider.name === 'cpu';
  const given = onCpu ? [] : Object.entries(constants).map(([name, tensor]) => fix(plain, name, tensor));
  const choose = engine.choose ?? (isFrugal ? chooseFrugally : chooseWinograd);
  const rewritten = winograd && rewriteWinograd(plain, choose, kernels.tables);
  const fixed = rewritten
    ? { ...(await kernels.transformed(plain, rewritten.kernels)), ...tensorsOf(rewritten.tables) }
    : {};
  // Providers other than the CPU plan and compile for known shapes, and order nodes in their own way.
  const graph = rewritten ? rewritten.graph : onCpu ? keepMasks(plain) : plain;
  const model = encodeModel(graph, { openSides: onCpu });
  const externalData = [...engine.externalData, ...given];
  const session = await openSession(model, { provider, threads, onDevice, externalData });
  return { inputs: plain.inputs, session, fixed };
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
