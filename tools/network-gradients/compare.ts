/** Our gradients of a network that PyTorch exported, beside those of its autograd in float64. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DType, differentiate, encodeModel, loadModel, type Shape } from '../../src/onnx/index.js';
import { openSession, Tensor } from '../../src/runtime/session.js';
import { openSafetensors } from '../../src/tensor-files/safetensors.js';

export interface Comparison {
  /** Nodes of the model that was read, and of it with its gradient. */
  readonly nodes: readonly [number, number];
  /** How far the gradients of inputs, and those of parameters that kept their names, are from float64: relative L2, all as one vector. */
  readonly inputs?: number;
  readonly parameters?: number;
  /** How many parameters were compared. */
  readonly compared: number;
  /** What the model computes. */
  readonly loss: number;
}

/**
 * Differentiates FOLDER/NAME.onnx, runs it, and compares it with FOLDER/NAME.safetensors, as reference.py writes them.
 * @throws Error where it is not read, not differentiated, or not run.
 */
export async function compareGradients(folder: string, name: string): Promise<Comparison> {
  const reference = await openSafetensors(join(folder, `${name}.safetensors`));
  try {
    const inputs = [...reference.tensors].filter(([name]) => !name.startsWith(prefix));
    const inputShapes = Object.fromEntries(inputs.map(([name, { shape }]) => [name, shape]));
    const graph = loadModel(await readFile(join(folder, `${name}.onnx`)), { inputShapes });
    const before = graph.nodes.length;
    const expected = new Map(
      [...reference.tensors]
        .filter(([name]) => name.startsWith(prefix) && graph.has(name.slice(prefix.length)))
        .map(([name, stored]) => [name.slice(prefix.length), stored.read()]),
    );
    const wrt = [...expected.keys()];
    const gradients = differentiate(graph, { of: 'loss', wrt });
    gradients.forEach((gradient, i) => {
      graph.output(gradient, nameOf(i));
    });
    const session = await openSession(encodeModel(graph), { threads: 1 });
    const feeds = inputs
      .filter(([name]) => session.inputNames.includes(name))
      .map(([name, { shape, read }]) => [name, tensorOf(graph.dtype(name), read(), shape)]);
    const found = await session.run(Object.fromEntries(feeds));
    await session.release();
    const distance = (isInput: boolean): number | undefined => {
      const some = wrt.map((name, i) => [found[nameOf(i)]!.data as Float32Array, expected.get(name)!, name] as const);
      const chosen = some.filter(([, , name]) => graph.inputs.includes(name) === isInput);
      return chosen.length === 0 ? undefined : relativeL2(chosen);
    };
    const [ofInputs, ofParameters] = [distance(true), distance(false)];
    return {
      nodes: [before, graph.nodes.length],
      loss: Number(found.loss!.data[0]),
      compared: wrt.filter((name) => !graph.inputs.includes(name)).length,
      ...(ofInputs === undefined ? {} : { inputs: ofInputs }),
      ...(ofParameters === undefined ? {} : { parameters: ofParameters }),
    };
  } finally {
    reference.close();
  }
}

const tensorOf = (dtype: DType, values: Float32Array, shape: Shape): Tensor =>
  dtype === 'int64'
    ? new Tensor(dtype, BigInt64Array.from([...values], BigInt), shape)
    : new Tensor('float32', values, shape);

const prefix = 'gradient.';

const nameOf = (i: number): string => `gradient_of_${i}`;

function relativeL2(pairs: readonly (readonly [Float32Array, Float32Array, string])[]): number {
  let [apart, size] = [0, 0];
  for (const [found, expected] of pairs) {
    expected.forEach((value, i) => {
      apart += (found[i]! - value) ** 2;
      size += value ** 2;
    });
  }
  return Math.sqrt(apart / Math.max(size, Number.MIN_VALUE));
}
