/**
 * Loads the models of ONNX's backend tests (Debian: libonnx-testdata, in /usr/share/libonnx-testdata/data), and counts which are read,
 * which are refused and why, and what of those that are read ONNX Runtime computes once they are encoded again: the outputs that the
 * tests say, or others.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import onnxProto, { type onnx as Onnx } from 'onnx-proto';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { messageOf } from '../src/errors.js';
import { type DType, encodeModel, type Graph, loadModel } from '../src/onnx/index.js';
import { tensorFromProto } from '../src/onnx/tensor.js';
import { openSession, Tensor } from '../src/runtime/session.js';

const { onnx } = onnxProto;

/** As ONNX's own runner of these tests compares: |a - b| ≤ absolute + relative · |b|. */
const tolerance = { relative: 1e-3, absolute: 1e-7 };

const options = await yargs(hideBin(process.argv))
  .usage('npm run onnx-backend -- [options]')
  .option('data', { type: 'string', default: '/usr/share/libonnx-testdata/data', describe: 'The folder of the tests' })
  .option('run', { type: 'boolean', default: false, describe: 'Runs what is read, and compares' })
  .option('only', { type: 'string', default: '', describe: 'Only tests with this in their names' })
  .strict()
  .parseAsync();

if (!existsSync(options.data)) {
  process.stdout.write(`${options.data} is not there; install libonnx-testdata, or name its folder with --data\n`);
  process.exit(1);
}

const folders = readdirSync(options.data, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('model.onnx') && path.includes(options.only))
  .map((path) => join(options.data, path, '..'))
  .sort();

const counts = { loaded: 0, refused: 0, apart: 0, allTypes: 0 };
const results = new Map<string, string[]>();
for (const folder of folders) {
  const name = relative(options.data, folder);
  const bytes = readFileSync(join(folder, 'model.onnx'));
  const model = onnx.ModelProto.decode(bytes);
  const reason = apart(model);
  try {
    const graph = loadModel(bytes);
    counts.loaded++;
    const unknown = graph.nodes.flatMap(({ outputs }) => outputs).filter((value) => value && !graph.knownType(value));
    if (unknown.length === 0) counts.allTypes++;
    else note('loads with values of unknown types', `${name}: ${unknown.length}, ${why(graph, unknown[0]!)}`);
    if (reason) note('loads all the same', `${name} (${reason})`);
    else if (options.run) note(await compared(folder, model, bytes, graph), name);
  } catch (error) {
    if (reason) {
      counts.apart++;
      note('apart', `${name}: ${reason}`);
    } else {
      counts.refused++;
      note('refused', `${name}: ${messageOf(error)}`);
    }
  }
}
for (const [result, names] of [...results].sort())
  process.stdout.write(`\n${result}: ${names.length}\n  ${names.join('\n  ')}\n`);
process.stdout.write(
  `\n${folders.length} models: ${counts.loaded} load (${counts.allTypes} with the types of all values), ${counts.refused} are refused, ` +
    `${counts.apart} are apart\n`,
);

function note(result: string, name: string): void {
  results.set(result, [...(results.get(result) ?? []), name]);
}

/** Why a model is counted apart: its inputs or outputs are no tensors, or tensors of strings. */
function apart({ graph }: Onnx.IModelProto): string | undefined {
  for (const { name, type } of (graph?.input ?? []).concat(graph?.output ?? [])) {
    if (type?.sequenceType) return `'${name}' is a sequence`;
    if (type?.tensorType?.elemType === onnx.TensorProto.DataType.STRING) return `'${name}' holds strings`;
    // An optional is newer than the messages at hand, which leave it out.
    if (!type?.tensorType) return `'${name}' is an optional`;
  }
  return undefined;
}

function why(graph: Graph, value: string): string {
  try {
    graph.type(value);
    return '';
  } catch (error) {
    return messageOf(error);
  }
}

type NumberArray = new (buffer: ArrayBuffer) => ArrayLike<unknown>;

type Outputs = readonly (ArrayLike<unknown> | undefined)[];

/** What the model that was read gives, beside what its file gives. */
async function compared(folder: string, model: Onnx.IModelProto, bytes: Uint8Array, graph: Graph): Promise<string> {
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
