/** Reads ONNX files into graphs. */
import type { onnx as Onnx } from 'onnx-proto';
import { shownName } from '../../one-line.js';
import { defaultOpset, Graph } from '../graph.js';
import { onnx } from '../proto.js';
import { type ExternalFiles, type Shape, type TensorType, tensorFromProto, toNumber } from '../tensor.js';
import { denseTensor } from './constants.js';
import { functionsOf, standardDomain, standardOpset } from './functions.js';
import { type FileNames, Loader } from './loader.js';
import { leadingTo, namesUsed } from './opaque.js';
import { whyNoModel } from './other-files.js';
import { Scope } from './scope.js';
import { inputType, isOtherShape, statedType } from './statements.js';

/** The newest operator set whose changes are known. */
const newestOpset = 22;

export interface LoadOptions {
  /** Shapes of inputs, by name, where the file leaves sides open (a batch size, a picture's height), or is to have others. */
  readonly inputShapes?: Readonly<Record<string, Shape>>;
  /** Bytes of the files in which the model keeps tensors, by the names that it has for them. Tensors in others stay there. */
  readonly externalFiles?: ExternalFiles;
  /** Values of the file that are the graph's outputs in place of its own: what they are not computed by is not read. */
  readonly outputs?: readonly string[];
}

/**
 * Reads an ONNX ModelProto into a graph that can be extended and differentiated. Operators have the form of operator set 15, or the
 * model's where that is newer; what is constant (shapes that are computed, above all) is folded; functions are inlined, branches with
 * constant conditions chosen and loops with known counts unrolled. The values of constants are those of `bytes`, not copied.
 * @throws Error for bytes that are not an ONNX model, operator sets past 22, an input whose shape is left open or that is no tensor, or a
 *   node that can't be, which it names.
 */
export function loadModel(
  bytes: Uint8Array,
  { inputShapes = {}, externalFiles = {}, outputs }: LoadOptions = {},
): Graph {
  const model = decode(bytes);
  const source = outputs && model.graph ? leadingTo(model.graph, outputs) : model.graph;
  if (!source?.node?.length && !source?.output?.length) throw new Error(whyNoModel(bytes));
  const imports = model.opsetImport ?? [];
  // Before IR 3 nothing was said of operator sets, and there was one; a model of other operators alone needs none.
  const opset = standardOpset(imports) ?? (imports.length > 0 ? defaultOpset : 1);
  const newest = Math.max(opset, ...(model.functions ?? []).map((one) => standardOpset(one.opsetImport) ?? 0));
  if (opset < 1 || newest > newestOpset)
    throw new Error(
      `the model uses operator set ${opset < 1 ? opset : newest}; 1 to ${newestOpset} are supported: export it again`,
    );

  const graph = new Graph(source.name ?? '', Math.max(newest, defaultOpset));
  for (const { domain, version } of imports)
    if (standardDomain(domain) !== '') graph.domains.set(domain!, toNumber(version));
  for (const proto of source.initializer ?? [])
    graph.initializer(proto.name ?? '', tensorFromProto(proto, externalFiles));
  for (const proto of source.sparseInitializer ?? []) graph.initializer(proto.values?.name ?? '', denseTensor(proto));
  readInputs(graph, source, inputShapes);

  const loader = new Loader(graph, functionsOf(model), namesOf(source, inputShapes), externalFiles);
  const scope = new Scope({ opset });
  for (const name of [...graph.initializers.keys(), ...graph.inputs]) scope.set(name, name);
  loader.appendAll(source.node ?? [], scope);
  for (const { name = '' } of source.output ?? []) {
    if (!graph.has(name!)) throw new Error(`no node gives the output '${shownName(name!)}'`);
    graph.outputs.push(name!);
  }
  loader.finish();
  return graph;
}

export function decode(bytes: Uint8Array): Onnx.IModelProto {
  try {
    return onnx.ModelProto.decode(bytes);
  } catch (error) {
    throw new Error(whyNoModel(bytes), { cause: error });
  }
}

function readInputs(graph: Graph, source: Onnx.IGraphProto, inputShapes: Readonly<Record<string, Shape>>): void {
  for (const info of source.input ?? []) {
    const name = info.name ?? '';
    // Before IR 4 initializers were listed among the inputs.
    if (graph.initializers.has(name)) continue;
    const { dtype, shape } = inputType(info, Object.hasOwn(inputShapes, name) ? inputShapes[name] : undefined);
    graph.input(name, dtype, shape);
  }
}

function namesOf(source: Onnx.IGraphProto, inputShapes: Readonly<Record<string, Shape>>): FileNames {
  const { own } = namesUsed(source);
  const outputs = new Set((source.output ?? []).map(({ name }) => name ?? ''));
  // What a file states holds for the sides that it states of its inputs.
  const isAsStated = !(source.input ?? []).some((info) => isOtherShape(info, inputShapes[info.name ?? '']));
  const stated = new Map<string, TensorType>();
  for (const info of isAsStated ? (source.valueInfo ?? []).concat(source.output ?? []) : []) {
    const type = statedType(info);
    if (type) stated.set(info.name ?? '', type);
  }
  return { taken: own, outputs, stated };
}
