/** What a model that was read computes, beside what its test says and what its file computes. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { onnx as Onnx } from 'onnx-proto';
import { messageOf } from '../../src/errors.js';
import { type DType, encodeModel, type Graph } from '../../src/onnx/index.js';
import { onnx } from '../../src/onnx/proto.js';
import { tensorFromProto } from '../../src/onnx/tensor.js';
import { openSession, Tensor } from '../../src/runtime/session.js';

/** As ONNX's own runner of these tests compares: |a - b| ≤ absolute + relative · |b|. */
const tolerance = { relative: 1e-3, absolute: 1e-7 };

type NumberArray = new (buffer: ArrayBuffer) => ArrayLike<unknown>;

type Outputs = readonly (ArrayLike<unknown> | undefined)[];

/** What the model that was read gives, beside what its file gives. */
export async function compared(
  folder: string,
  model: Onnx.IModelProto,
  bytes: Uint8Array,
  graph: Graph,
): Promise<string> {
  const set = join(folder, 'test_data_set_0');
  if (!existsSync(set)) return 'not run: there is no data';
  const given = new Set((model.graph?.initializer ?? []).map(({ name }) => name));
  const read = (kind: string, i: number): Onnx.ITensorProto =>
    onnx.TensorProto.decode(readFileSync(join(set, `${kind}_${i}.pb`)));
  const feeds: Record<string, Tensor> = {};
  const expected: Onnx.ITensorProto[] = [];
  try {
    const inputs = (model.graph?.input ?? []).filter(({ name }) => !given.has(name ?? ''));
    inputs.forEach(({ name }, i) => {
      feeds[name ?? ''] = toTensor(read('input', i));
    });
    for (const i of (model.graph?.output ?? []).keys()) expected.push(read('output', i));
  } catch (error) {
    return `not run: ${messageOf(error)}`;
  }
  const wanted = expected.map((proto) => toTensor(proto).data);
  const outputs = (model.graph?.output ?? []).map(({ name }) => name ?? '');
  const ours = await outcome(encodeModel(graph), feeds, outputs, wanted);
  if (ours === 'agrees') return 'agrees with the data';
  const file = await outcome(bytes, feeds, outputs, wanted);
  if (file === 'agrees') return `WRONG: the file agrees, what was read ${ours}`;
  return file === ours ? `the file itself ${file}` : `the file itself ${file}; what was read ${ours}`;
}

async function outcome(
  bytes: Uint8Array,
  feeds: Record<string, Tensor>,
  names: readonly string[],
  wanted: Outputs,
): Promise<string> {
  try {
    const session = await openSession(bytes, { threads: 1 });
    const taken = Object.entries(feeds).filter(([name]) => session.inputNames.includes(name));
    const results = await session.run(Object.fromEntries(taken));
    await session.release();
    return names.every((name, i) => isClose(results[name]!.data as ArrayLike<unknown>, wanted[i]!))
      ? 'agrees'
      : 'differs';
  } catch {
    return 'does not run';
  }
}

function toTensor(proto: Onnx.ITensorProto): Tensor {
  const { dtype, shape, data } = tensorFromProto(proto);
  const arrays: Partial<Record<DType, NumberArray>> = {
    float32: Float32Array,
    float64: Float64Array,
    float16: Uint16Array,
    int8: Int8Array,
    int16: Int16Array,
    int32: Int32Array,
    int64: BigInt64Array,
    uint8: Uint8Array,
    uint16: Uint16Array,
    uint32: Uint32Array,
    uint64: BigUint64Array,
    bool: Uint8Array,
  };
  const array = arrays[dtype];
  if (!array) throw new Error(`ONNX Runtime's JavaScript has no ${dtype}`);
  return new Tensor(dtype as 'float32', new array(Uint8Array.from(data as Uint8Array).buffer) as Float32Array, [
    ...shape,
  ]);
}

function isClose(found: ArrayLike<unknown>, wanted: ArrayLike<unknown>): boolean {
  if (found.length !== wanted.length) return false;
  return Array.from(found).every((value, i) => {
    const [a, b] = [Number(value), Number(wanted[i])];
    return Object.is(a, b) || a === b || Math.abs(a - b) <= tolerance.absolute + tolerance.relative * Math.abs(b);
  });
}
