/** An ONNX graph that is built node by node, with the type and static shape of every value known as it is added. */
import { shownName } from '../one-line.js';
import { knownElements, readValues } from './known-elements.js';
import { type Attributes, type Node, type NodeOptions, nodeLabel, type Value } from './node.js';
import { NotConstant, type TypedValues } from './shapes/context.js';
import { hasShapeRule, inferTypes } from './shapes/index.js';
import { type DType, isPossible, type Shape, type Tensor, type TensorType, tensor } from './tensor.js';

const impossible = 'a side is no whole number, or there are more elements than any machine holds';

/** The operator set that new graphs use. */
export const defaultOpset = 15;

export class Graph implements TypedValues {
  readonly inputs: Value[] = [];
  readonly outputs: Value[] = [];
  readonly nodes: Node[] = [];
  readonly initializers = new Map<Value, Tensor>();
  /** Versions of operator sets beside the standard one, by domain. */
  readonly domains = new Map<string, number>();
  readonly #types = new Map<Value, TensorType>();
  readonly #producers = new Map<Value, Node>();
  readonly #nodeNames = new Set<string>();
  readonly #constants = new Map<string, Value>();
  readonly #lastSuffix = new Map<string, number>();
  readonly #places = new Map<Value, Value>();
  /** Why the shapes of nodes' outputs are not known. */
  readonly #unknown = new Map<string, string>();
  readonly #detached = new Set<Value>();
  readonly #computed = new Map<Value, Tensor>();
  /** The graph whose nodes come here under their names. */
  #copied: Graph | undefined;

  /**
   * @param name the graph's name.
   * @param opset the version of the standard operator set that the nodes follow: raised where nodes of a newer one are copied into it.
   */
  constructor(
    readonly name: string,
    public opset: number = defaultOpset,
  ) {}

  /**
   * A graph with the inputs and the constants of another one, for passes that copy its nodes.
   * @param keepsNames whether nodes are copied under their names: what is made up between them then has names that nothing in the source has.
   */
  static withInputsOf(source: Graph, keepsNames = false): Graph {
    const graph = new Graph(source.name, source.opset);
    if (keepsNames) graph.#copied = source;
    for (const [domain, version] of source.domains) graph.domains.set(domain, version);
    for (const [name, value] of source.initializers) graph.initializer(name, value);
    for (const name of source.inputs) graph.input(name, source.dtype(name), source.shape(name));
    return graph;
  }

  /** Appends the copy of another graph's node, with some of it changed: what it gives has the types that it has there. */
  copy(source: Graph, node: Node, changes: Partial<Pick<Node, 'name' | 'inputs' | 'outputs'>> = {}): void {
    const types = node.outputs.map((output) => source.knownType(output));
    const outputs = this.node(node.opType, changes.inputs ?? node.inputs, {
      ...node,
      ...changes,
      types,
      stated: types,
    });
    node.outputs.forEach((output, i) => {
      if (source.isDetached(output)) this.detach(outputs[i]!);
    });
  }

  /** Adds an input of the graph. */
  input(name: Value, dtype: DType, shape: Shape): Value {
    if (!isPossible({ dtype, shape })) throw new Error(`the input '${shownName(name)}' can't be: ${impossible}`);
    this.#define(name, { dtype, shape: [...shape] });
    this.inputs.push(name);
    return name;
  }

  /** Adds a constant under a name of its own (weights, for instance). */
  initializer(name: Value, value: Tensor): Value {
    this.#define(name, { dtype: value.dtype, shape: value.shape });
    this.initializers.set(name, value);
    return name;
  }

  /** Makes an input a constant: what runs the graph need not be given it any more. */
  fix(input: Value, data: Tensor['data']): void {
    const position = this.inputs.indexOf(input);
    if (position < 0) throw new Error(`there is no input '${shownName(input)}'`);
    this.inputs.splice(position, 1);
    this.initializers.set(input, { ...this.type(input), data });
  }

  /** A small constant out of numbers, made once however often it is asked for. */
  constant(dtype: DType, values: readonly number[], shape: Shape = [values.length]): Value {
    const key = `${dtype}[${shape.join()}]${values.map((value) => (Object.is(value, -0) ? '-0' : value)).join()}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const name = this.initializer(this.unusedName('constant'), tensor(dtype, values, shape));
    this.#constants.set(key, name);
    return name;
  }

  /**
   * Appends a node and infers the types of its outputs.
   * @returns the names of its outputs: as many as `outputs` names, else one.
   * @throws Error where an input does not exist, a name is taken, or the input types do not fit the operator.
   */
  node(opType: string, inputs: readonly Value[], options: NodeOptions = {}): Value[] {
    const name = options.name ?? this.unusedName(opType);
    if (this.#nodeNames.has(name)) throw new Error(`there are two nodes named '${shownName(name)}'`);
    for (const input of inputs) {
      if (input !== '' && !this.has(input))
        throw new Error(`${nodeLabel({ opType, name })}: there is no value '${shownName(input)}'`);
    }
    const node: Node = {
      name,
      opType,
      domain: options.domain ?? '',
      inputs: [...inputs],
      outputs: options.outputs ? [...options.outputs] : [this.unusedName(`${name}_output`)],
      attributes: options.attributes ?? {},
    };
    // Given types are trusted: copies of large graphs spend most of their time on inference otherwise.
    const given = options.types?.every((type) => type !== undefined) ? options.types : undefined;
    const types = given ?? this.#inferred(node, options.stated) ?? options.types ?? [];
    node.outputs.forEach((output, i) => {
      if (output === '') return;
      if (types[i] && !isPossible(types[i])) throw new Error(`${nodeLabel(node)}: its output can't be: ${impossible}`);
      this.#define(output, types[i], `${nodeLabel(node)}: `);
      this.#producers.set(output, node);
    });
    this.#nodeNames.add(name);
    this.nodes.push(node);
    return [...node.outputs];
  }

  #inferred(node: Node, stated?: NodeOptions['stated']): readonly (TensorType | undefined)[] | undefined {
    try {
      const types = inferTypes(this, node);
      return types && stated ? stated.map((type, i) => types[i] ?? type) : (types ?? stated);
    } catch (error) {
      if (!(stated && error instanceof NotConstant)) throw error;
      this.#unknown.set(node.name, error.message);
      return stated;
    }
  }

  /** Appends a node with a single output and returns that. */
  add(opType: string, inputs: readonly Value[], attributes: Attributes = {}): Value {
    return this.node(opType, inputs, { attributes })[0]!;
  }

  /** Makes a value an output of the graph; with `name`, under that name. */
  output(value: Value, name: Value = value): void {
    const exported = name === value ? value : this.node('Identity', [value], { outputs: [name] })[0]!;
    this.type(exported);
    this.outputs.push(exported);
  }

  /** Gives a node one more output, for the optional ones that an operator computes when they are asked for. */
  extendOutputs(node: Node): Value {
    const output = this.unusedName(`${node.name}_output`);
    const given = node.outputs.filter((name) => name !== '');
    const extended: Node = { ...node, outputs: [...given, output] };
    this.#define(output, inferTypes(this, extended)?.[given.length]);
    this.nodes[this.nodes.indexOf(node)] = extended;
    for (const name of extended.outputs) this.#producers.set(name, extended);
    return output;
  }

  /** Takes those of `candidates`, nodes and constants, away again that lead to no other node, no output and none of `wanted`. */
  removeUnused(candidates: ReadonlySet<Node | Value>, wanted: readonly Value[]): void {
    const read = new Set([...this.outputs, ...wanted]);
    const unused = new Set<Node>();
    for (const node of this.nodes.toReversed()) {
      if (candidates.has(node) && !node.outputs.some((output) => read.has(output))) unused.add(node);
      else for (const input of node.inputs) read.add(input);
    }
    if (unused.size === 0) return;
    const kept = this.nodes.filter((node) => !unused.has(node));
    this.nodes.length = 0;
    for (const node of kept) this.nodes.push(node);
    for (const { name, outputs } of unused) {
      this.#nodeNames.delete(name);
      for (const output of outputs) {
        this.#types.delete(output);
        this.#producers.delete(output);
      }
    }
    for (const [key, name] of this.#constants) {
      if (!candidates.has(name) || read.has(name)) continue;
      this.#constants.delete(key);
      this.initializers.delete(name);
      this.#types.delete(name);
    }
  }

  /**
   * States, for a list of rows that Gather takes, where in it each row stands, so that what was gathered can be summed by gathering again.
   * @param rows integers[count].
   * @param places integers[number of rows, most places of one]: the rest of a line is `count`.
   */
  statePlaces(rows: Value, places: Value): void {
    this.#places.set(rows, places);
  }

  /** What {@link statePlaces} was told. */
  placesOf(rows: Value): Value | undefined {
    return this.#places.get(rows);
  }

  /** States what a node gives that computes it of constants alone, for what has to know before anything runs. */
  stateElements(value: Value, held: Tensor): void {
    this.#computed.set(value, held);
  }

  /** Makes a value a constant to {@link differentiate}: nothing that it is made of gets a gradient through it. */
  detach(value: Value): Value {
    this.type(value);
    this.#detached.add(value);
    return value;
  }

  isDetached = (value: Value): boolean => this.#detached.has(value);

  has(value: Value): boolean {
    return this.#types.has(value) || this.#producers.has(value);
  }

  hasNode = (name: string): boolean => this.#nodeNames.has(name);

  /** The node that computes a value; undefined for inputs and initializers. */
  producer(value: Value): Node | undefined {
    return this.#producers.get(value);
  }

  /** @throws Error where the value does not exist or its type could not be inferred: it names the node that is to blame. */
  type(value: Value): TensorType {
    const type = this.#types.get(value);
    if (type) return type;
    if (!this.#producers.has(value)) throw new Error(`there is no value '${shownName(value)}'`);
    throw new Error(`the shape of '${shownName(value)}' is not known: ${this.#whyUnknown(value)}`);
  }

  /** What keeps a value's type from being known: often a node long before its own. */
  #whyUnknown(value: Value): string {
    let node = this.#producers.get(value)!;
    for (;;) {
      const unknown = node.inputs.find((input) => input !== '' && !this.#types.has(input));
      if (unknown === undefined) break;
      node = this.#producers.get(unknown)!;
    }
    const operator = `${shownName(node.opType)} (node '${shownName(node.name)}')`;
    if (!hasShapeRule(node)) return `there is no shape inference for ${operator}`;
    return this.#unknown.get(node.name) ?? `shape inference does not say it of every output of ${operator}`;
  }

  /** As {@link type}, or undefined where the type is not known. */
  knownType(value: Value): TensorType | undefined {
    return this.#types.get(value);
  }

  shape(value: Value): Shape {
    return this.type(value).shape;
  }

  dtype(value: Value): DType {
    return this.type(value).dtype;
  }

  /** The elements of a value that is known before anything runs, or undefined. */
  constantValues(value: Value): number[] | undefined {
    const computed = this.#computed.get(value);
    return computed ? readValues(computed) : knownElements(this, value);
  }

  #define(name: Value, type: TensorType | undefined, label = ''): void {
    if (this.has(name)) throw new Error(`${label}there are two values named '${shownName(name)}'`);
    if (type) this.#types.set(name, type);
  }

  /** Keeps a name for a value to come: neither {@link unusedName} nor a node gets it. */
  reserve = (name: Value): void => void this.#nodeNames.add(name);

  /** A name that nothing in the graph has, `base` or `base` with a number. */
  unusedName(base: string): string {
    let suffix = this.#lastSuffix.get(base) ?? -1;
    let name: string;
    do {
      suffix++;
      name = suffix === 0 ? base : `${base}_${suffix}`;
    } while ([this, this.#copied].some((graph) => graph?.has(name) || graph?.hasNode(name)));
    this.#lastSuffix.set(base, suffix);
    return name;
  }
}
