/** Our gradients of a network that PyTorch exported, beside those of its autograd in float64. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DType, differentiate, encodeModel, type Graph, loadModel, type Shape } from '../../src/onnx/index.js';
import { type InferenceSession, openSession, Tensor } from '../../src/runtime/session.js';
import { openSafetensors } from '../../src/tensor-files/safetensors.js';

export interface Comparison {
  /** Nodes of the model that was read, and of it with its gradient. */
  readonly nodes: readonly [number, number];
  /** How far the gradients of inputs, and those of parameters that kept their names, are from float64: relative L2, all as one vector. */
  readonly inputs?: number;
  readonly parameters?: number;
  /** How many parameters were compared. */
  readonly compared: number;
  /** What the model computes of its first inputs. */
  readonly loss: number;
}

/** A tensor of the reference. */
interface Stored {
  readonly shape: Shape;
  read(): Float32Array;
}

/** Inputs of one size, and what the gradients are there. */
interface Example {
  readonly inputs: ReadonlyMap<string, Stored>;
  readonly gradients: ReadonlyMap<string, Stored>;
}

/**
 * Differentiates FOLDER/NAME.onnx, runs it, and compares it with FOLDER/NAME.safetensors, as reference.py writes them: at the sizes of its
 * inputs, or, where there are several, with the sides left open that the file leaves open.
 * @throws Error where it is not read, not differentiated, or not run.
 */
export async function compareGradients(folder: string, name: string): Promise<Comparison> {
  const reference = await openSafetensors(join(folder, `${name}.safetensors`));
  try {
    const examples = examplesOf(reference.tensors);
    const [{ inputs, gradients }] = examples as [Example];
    const inputShapes = Object.fromEntries([...inputs].map(([name, { shape }]) => [name, shape]));
    const bytes = await readFile(join(folder, `${name}.onnx`));
    const graph = loadModel(bytes, examples.length === 1 ? { inputShapes } : {});
    const before = graph.nodes.length;
    const wrt = [...gradients.keys()].filter((name) => graph.has(name));
    differentiate(graph, { of: 'loss', wrt }).forEach((gradient, i) => {
      graph.output(gradient, nameOf(i));
    });
    const session = await openSession(encodeModel(graph), { threads: 1 });
    const runs: Awaited<ReturnType<typeof run>>[] = [];
    for (const example of examples) runs.push(await run(session, graph, wrt, example));
    await session.release();
    const distance = (isInput: boolean): number | undefined => {
      const chosen = runs.flatMap(({ pairs }) => pairs).filter(([name]) => graph.inputs.includes(name) === isInput);
      return chosen.length === 0 ? undefined : relativeL2(chosen);
    };
    const [ofInputs, ofParameters] = [distance(true), distance(false)];
    return {
      nodes: [before, graph.nodes.length],
      loss: runs[0]!.loss,
      compared: wrt.filter((name) => !graph.inputs.includes(name)).length,
      ...(ofInputs === undefined ? {} : { inputs: ofInputs }),
      ...(ofParameters === undefined ? {} : { parameters: ofParameters }),
    };
  } finally {
    reference.close();
  }
}

/** Tensors by the number of the size before their names, or without one. */
function examplesOf(tensors: ReadonlyMap<string, Stored>): Example[] {
  const found = new Map<string, { inputs: Map<string, Stored>; gradients: Map<string, Stored> }>();
  for (const [key, stored] of tensors) {
    const [, size = '', prefix, name] = /^(\d+\/)?(gradient\.)?(.*)$/.exec(key)!;
    const example = found.get(size) ?? { inputs: new Map(), gradients: new Map() };
    found.set(size, example);
    example[prefix ? 'gradients' : 'inputs'].set(name!, stored);
  }
  return [...found.values()];
}

type Pair = readonly [name: string, found: Float32Array, expected: Float32Array];

async function run(session: InferenceSession, graph: Graph, wrt: readonly string[], { inputs, gradients }: Example) {
  const feeds = [...inputs]
    .filter(([name]) => session.inputNames.includes(name))
    .map(([name, { shape, read }]) => [name, tensorOf(graph.dtype(name), read(), shape)]);
  const found = await session.run(Object.fromEntries(feeds));
  const pairs = wrt.map((name, i): Pair => {
    const { dims, data } = found[nameOf(i)]!;
    const expected = gradients.get(name)!;
    if (dims.join() !== expected.shape.join()) throw new Error(`the gradient of ${name} is [${dims}]`);
    return [name, data as Float32Array, expected.read()];
  });
  return { loss: Number(found.loss!.data[0]), pairs };
}

const tensorOf = (dtype: DType, values: Float32Array, shape: Shape): Tensor =>
  dtype === 'int64'
    ? new Tensor(dtype, BigInt64Array.from([...values], BigInt), shape)
    : new Tensor('float32', values, shape);

const nameOf = (i: number): string => `gradient_of_${i}`;

function relativeL2(pairs: readonly Pair[]): number {
  let [apart, size] = [0, 0];
  for (const [, found, expected] of pairs) {
    expected.forEach((value, i) => {
      apart += (found[i]! - value) ** 2;
      size += value ** 2;
    });
  }
  return Math.sqrt(apart / Math.max(size, Number.MIN_VALUE));
}
