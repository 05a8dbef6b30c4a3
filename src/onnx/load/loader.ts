/** Appends the nodes of files to a graph: names resolved, older forms brought to today's, what is constant folded. */
import type { onnx as Onnx } from 'onnx-proto';
import { shownName } from '../../one-line.js';
import { folded } from '../folding/index.js';
import { knownOutputs, openElements } from '../folding/open-sides.js';
import type { Graph } from '../graph.js';
import { readValues } from '../known-elements.js';
import { type Attributes, labelled, type Node, nodeLabel, type Value } from '../node.js';
import { areKnown, type Sides } from '../sides.js';
import {
  type DType,
  type ExternalFiles,
  isFloat,
  type Shape,
  sizeOf,
  type Tensor,
  type TensorType,
  tensor,
  tensorFromProto,
  type ValueType,
} from '../tensor.js';
import { constantOf } from './constants.js';
import { unroll } from './control-flow.js';
import { type Functions, standardDomain, standardOpset } from './functions.js';
import { withNamesOutside } from './opaque.js';
import { withoutDroppedWindows } from './pools.js';
import type { Reader } from './reader.js';
import { attributesOf, type Fail, Scope } from './scope.js';
import { Sequences } from './sequences.js';
import { isStandard } from './standard-operators.js';
import { lowerTraining, trainingDomain } from './training.js';
import { inForm } from './versions/index.js';

/** Nodes that functions, branches and loops may add to those in the file: each takes about a kilobyte. */
const mostAdded = 2 ** 16;

/** Numbers in folded constants, all together: what a file claims takes no place in it. */
const mostFolded = 2 ** 23;

export interface FileNames {
  /** Every name in the file's graph: what is made up is called otherwise. */
  readonly taken: ReadonlySet<string>;
  /** The graph's outputs, which keep their names. */
  readonly outputs: ReadonlySet<string>;
  /** Types that the file states. */
  readonly stated: ReadonlyMap<string, TensorType>;
}

export class Loader implements Reader {
  /** Constants that are not in the graph, or not yet: what uses them brings them there. */
  readonly #constants = new Map<Value, Tensor>();
  /** Values that are another one by a second name. */
  readonly #aliases = new Map<Value, Value>();
  /** Nodes that compute constants of the file's floats: there would be no gradient of weights through what is folded. */
  readonly #ofWeights = new Set<Node>();
  /** Nodes that make sides and sequences, which are known without them. */
  readonly #ofKnown = new Set<Node>();
  readonly #sequences = new Sequences(this);
  /** Whether sides of its inputs are left open. */
  readonly #isOpen: boolean;
  #budget = mostAdded;
  #folding = mostFolded;

  constructor(
    readonly graph: Graph,
    private readonly functions: Functions,
    private readonly names: FileNames,
    private readonly files: ExternalFiles,
  ) {
    this.#isOpen = !graph.inputs.every((input) => areKnown(graph.sides(input)));
  }

  /** Appends nodes of the file, in their order. @throws Error, naming node and operator, for one that can't be. */
  appendAll(nodes: readonly Onnx.INodeProto[], scope: Scope): void {
    if (scope.depth > 0) {
      this.#budget -= nodes.length;
      if (this.#budget < 0)
        throw new Error(`its functions, branches and loops have more than ${mostAdded} nodes, written out`);
    }
    nodes.forEach((proto, i) => {
      this.#append(proto, scope, () => nodes.slice(i));
    });
  }

  #append(proto: Onnx.INodeProto, scope: Scope, rest: () => readonly Onnx.INodeProto[]): void {
    // A node without a name is known by what it gives.
    const label = { opType: proto.opType ?? '', name: proto.name || (proto.output?.[0] ?? '') };
    const fail: Fail = (reason) => {
      throw new Error(`${nodeLabel(label)}: ${reason}`);
    };
    const inputs = (proto.input ?? []).map((name) => {
      if (name === '') return '';
      const value = this.resolve(name, scope);
      if (value !== undefined) return value;
      const comesLater = rest().some(({ output }) => output?.includes(name));
      return fail(
        `there is no value '${shownName(name)}'${comesLater ? ' yet: it is computed by a later node, or in a circle' : ''}`,
      );
    });
    const attributes = attributesOf(proto, scope, fail);
    const domain = standardDomain(proto.domain);
    for (const [i, output] of (proto.output ?? []).entries()) {
      if (output !== '' && (scope.has(output) || proto.output!.indexOf(output) !== i))
        fail(`there are two values named '${shownName(output)}'`);
    }
    const called = this.functions.of(proto);
    if (called) {
      this.#call(called, proto, inputs, scope, fail);
      return;
    }
    if (domain === '' && !isStandard(label.opType)) fail(`ONNX has no operator ${shownName(label.opType)}`);
    if (domain !== '' && !this.graph.domains.has(domain))
      fail(`the model does not import its domain '${shownName(domain)}', and has no such function`);
    const name = `${scope.prefix}${label.name}`;
    const outputs = (proto.output ?? []).map((local) => this.define(local, scope));
    const node: Node = { name, opType: label.opType, domain, inputs, outputs, attributes };
    if (domain === trainingDomain && lowerTraining(this, node, scope)) return;
    if (labelled(node, () => unroll(this, node, scope)) || this.#sequences.read(node)) return;
    const today = domain === '' ? inForm(node, scope.opset, this.graph.opset, this) : node;
    this.emit(withNamesOutside(this, today, scope, this.functions), name);
  }

  /** The value that a name stands for; undefined where there is none. */
  resolve(name: string, scope: Scope): Value | undefined {
    const value = scope.find(name);
    return value === undefined ? undefined : (this.#aliases.get(value) ?? value);
  }

  /** The value that a node is to give under a name: that name itself in the file's graph, one made of it in what lies inside. */
  define(local: string, scope: Scope): Value {
    if (local === '') return '';
    const value = scope.depth === 0 ? local : this.unusedName(`${scope.prefix}${local}`);
    scope.set(local, value);
    return value;
  }

  /** A name that nothing has, neither here nor in the file. */
  unusedName(base: string): Value {
    for (;;) {
      const name = this.graph.unusedName(base);
      if (!this.names.taken.has(name) && !this.#constants.has(name)) return name;
    }
  }

  /** Gives a value a second name. */
  bind(value: Value, to: Value): void {
    if (to === '') return;
    if (this.names.outputs.has(to))
      this.emit({ name: to, opType: 'Identity', domain: '', inputs: [value], outputs: [to], attributes: {} });
    else this.#aliases.set(to, this.#aliases.get(value) ?? value);
  }

  /** A constant that is made up. */
  constant(values: readonly number[], shape: Shape = [values.length], dtype: DType = 'int64'): Value {
    const name = this.unusedName('constant');
    this.#constants.set(name, tensor(dtype, values, shape));
    return name;
  }

  keep(name: string, proto: Onnx.ITensorProto): Value {
    const value = this.unusedName(name);
    this.#constants.set(value, tensorFromProto(proto, this.files));
    return value;
  }

  /** Appends a node that no file has. */
  add(opType: string, inputs: readonly Value[], attributes: Attributes = {}): Value {
    const output = this.unusedName(`${opType}_output`);
    this.emit({ name: '', opType, domain: '', inputs, outputs: [output], attributes });
    return this.#aliases.get(output) ?? output;
  }

  /** Appends a node in today's form, or keeps what it gives as a constant. */
  emit(node: Node, name?: string): void {
    if (node.domain === '' && node.opType === 'Constant') {
      this.#hold(node, 0, constantOf(node));
      return;
    }
    const [input = ''] = node.inputs;
    const [output = ''] = node.outputs;
    if (node.domain === '' && node.opType === 'Identity' && this.tensor(input) && !this.names.outputs.has(output)) {
      this.#aliases.set(output, input);
      return;
    }
    const sides = this.#isOpen ? openElements(this, node) : undefined;
    const known = sides ? knownOutputs(this, node, sides) : this.#fold(node);
    const isOfWeights =
      known?.some(({ dtype }) => isFloat(dtype)) && node.inputs.some((value) => this.#isWeight(value));
    if (known && !isOfWeights) {
      for (const i of node.outputs.keys()) this.#hold(node, i, known[i]!);
      return;
    }
    for (const value of node.inputs) this.bring(value);
    const { opType, domain, inputs, outputs, attributes } = withoutDroppedWindows(node, this.knownType(input)?.shape);
    const stated = outputs.map((value) => this.names.stated.get(value));
    const unique = name === undefined ? {} : { name: this.graph.hasNode(name) ? this.unusedName(name) : name };
    this.graph.node(opType, inputs, { ...unique, domain, outputs, attributes, stated });
    if (sides || this.#sequences.isKnown(node)) this.#ofKnown.add(this.graph.nodes.at(-1)!);
    for (const [i, elements] of sides?.entries() ?? []) if (outputs[i]) this.graph.stateSides(outputs[i], elements);
    if (!known) return;
    this.#ofWeights.add(this.graph.nodes.at(-1)!);
    outputs.forEach((output, i) => {
      if (output === '') return;
      this.graph.stateElements(output, known[i]!);
      this.#constants.set(output, known[i]!);
    });
  }

  /** Whether somebody may want its gradient: a float of the file, or what is computed of such. */
  #isWeight(value: Value): boolean {
    const producer = this.graph.producer(value);
    if (producer) return this.#ofWeights.has(producer);
    const held = this.graph.initializers.get(value);
    return held !== undefined && isFloat(held.dtype) && !this.#constants.has(value);
  }

  /** Takes those computations of what is known away again that nothing but folding has used. */
  finish(): void {
    this.graph.removeUnused(new Set([...this.#ofWeights, ...this.#ofKnown]), []);
  }

  #fold(node: Node): readonly Tensor[] | undefined {
    if (this.#folding < 0) return undefined;
    const known = node.domain === '' ? folded(this, node) : undefined;
    for (const { shape } of known ?? []) this.#folding -= sizeOf(shape);
    return known;
  }

  /** Keeps what a node gives as a constant. An output of the graph is a copy of it. */
  #hold(node: Node, output: number, held: Tensor): void {
    const name = node.outputs[output] ?? '';
    if (name === '') return;
    if (!this.names.outputs.has(name)) {
      this.#constants.set(name, held);
      return;
    }
    const value = this.graph.initializer(this.unusedName(name), held);
    this.graph.node('Identity', [value], { outputs: [name] });
    this.#aliases.set(name, value);
  }

  bring(value: Value): void {
    const held = this.#constants.get(value);
    if (held && !this.graph.has(value)) this.graph.initializer(value, held);
  }

  /** A constant, wherever it is kept. */
  tensor(value: Value): Tensor | undefined {
    return this.#constants.get(value) ?? this.graph.initializers.get(value);
  }

  knownType(value: Value): ValueType | undefined {
    return this.#constants.get(value) ?? this.graph.knownType(value);
  }

  type(value: Value): TensorType {
    return this.#constants.get(value) ?? this.graph.type(value);
  }

  elements(value: Value): Sides | undefined {
    const held = this.#constants.get(value);
    return held ? readValues(held) : this.graph.elements(value);
  }

  isOfOpenSides = (value: Value): boolean => this.graph.isOfOpenSides(value);

  /** Reads a function's nodes in place of a call. */
  #call(called: Onnx.IFunctionProto, proto: Onnx.INodeProto, inputs: readonly Value[], scope: Scope, fail: Fail): void {
    const opset = standardOpset(called.opsetImport) ?? scope.opset;
    const given = new Map<string, Onnx.IAttributeProto>();
    for (const attribute of proto.attribute ?? []) {
      const { name, refAttrName } = attribute;
      const value = refAttrName ? scope.attributes.get(refAttrName) : attribute;
      if (value) given.set(name ?? '', value);
    }
    const prefix = `${scope.prefix}${proto.name || called.name}/`;
    const inside = new Scope({
      opset,
      prefix,
      attributes: given,
      optional: new Set(called.attribute),
      depth: scope.depth + 1,
    });
    (called.input ?? []).forEach((name, i) => {
      inside.set(name, inputs[i] ?? '');
    });
    this.appendAll(called.node ?? [], inside);
    for (const [i, local] of (proto.output ?? []).entries()) {
      if (local === '') continue;
      const value = this.resolve(called.output?.[i] ?? '', inside);
      if (value === undefined) fail(`its function does not give output ${i}`);
      this.bind(value, this.define(local, scope));
    }
  }
}
