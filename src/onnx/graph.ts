/** An ONNX graph that is built node by node, with the type and static shape of every value known as it is added. */
import { shownName } from '../one-line.js';
import { GraphValues } from './graph-values.js';
import { type Attributes, type Node, type NodeOptions, nodeLabel, type Value } from './node.js';
import { OpenValues } from './open-values.js';
import { inferTypes } from './shapes/index.js';
import { NotConstant, type Sides } from './sides.js';
import { type DType, isPossible, type Shape, type Tensor, tensor, type ValueType } from './tensor.js';

const impossible = 'a side is no whole number, or there are more elements than any machine holds';

/** The operator set that new graphs use. */
export const defaultOpset = 15;

export class Graph extends GraphValues {
  readonly inputs: Value[] = [];
  readonly outputs: Value[] = [];
  readonly nodes: Node[] = [];
  /** Versions of operator sets beside the standard one, by domain. */
  readonly domains = new Map<string, number>();
  /** Open sides as values. */
  readonly openValues = new OpenValues(this);
  /** Where nodes are among all, by their names; those of names that are kept for others are nowhere. */
  readonly #nodePlaces = new Map<string, number>();
  readonly #constants = new Map<string, Value>();
  readonly #lastSuffix = new Map<string, number>();
  /** The graph whose nodes come here under their names. */
  #copied: Graph | undefined;

  /**
   * @param name the graph's name.
   * @param opset the version of the standard operator set that the nodes follow: raised where nodes of a newer one are copied into it.
   */
  constructor(
    readonly name: string,
    public opset: number = defaultOpset,
  ) {
    super();
  }

  /**
   * A graph with the inputs and the constants of another one, for passes that copy its nodes.
   * @param keepsNames whether nodes are copied under their names: what is made up between them then has names that nothing in the source has.
   */
  static withInputsOf(source: Graph, keepsNames = false): Graph {
    const graph = new Graph(source.name, source.opset);
    if (keepsNames) graph.#copied = source;
    for (const [domain, version] of source.domains) graph.domains.set(domain, version);
    for (const [name, value] of source.initializers) graph.initializer(name, value);
    for (const name of source.inputs) graph.input(name, source.dtype(name), source.sides(name));
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
      if (source.isOfOpenSides(output)) this.stateSides(outputs[i]!, source.elements(output)!);
    });
  }

  /** Adds an input of the graph. @param shape its sides, of which some may be open ({@link openSide}): any number, when the graph runs. */
  input(name: Value, dtype: DType, shape: Sides): Value {
    if (!isPossible({ dtype, shape })) throw new Error(`the input '${shownName(name)}' can't be: ${impossible}`);
    this.define(name, { dtype, shape: [...shape] });
    this.inputs.push(name);
    this.openValues.add(name, shape);
    return name;
  }

  /** Adds a constant under a name of its own (weights, for instance). */
  initializer(name: Value, value: Tensor): Value {
    this.define(name, { dtype: value.dtype, shape: value.shape });
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
    if (this.#nodePlaces.has(name)) throw new Error(`there are two nodes named '${shownName(name)}'`);
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
      this.define(output, types[i], `${nodeLabel(node)}: `);
      this.produces(node, output);
    });
    this.#nodePlaces.set(name, this.nodes.length);
    this.nodes.push(node);
    return [...node.outputs];
  }

  #inferred(node: Node, stated?: NodeOptions['stated']): readonly (ValueType | undefined)[] | undefined {
    try {
      const types = inferTypes(this, node);
      return types && stated ? stated.map((type, i) => types[i] ?? type) : (types ?? stated);
    } catch (error) {
      if (!(stated && error instanceof NotConstant)) throw error;
      this.isUnknown(node, error.message);
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
    this.valueType(exported);
    this.outputs.push(exported);
  }

  /** Gives a node one more output, for the optional ones that an operator computes when they are asked for. */
  extendOutputs(node: Node): Value {
    const output = this.unusedName(`${node.name}_output`);
    const given = node.outputs.filter((name) => name !== '');
    const extended: Node = { ...node, outputs: [...given, output] };
    this.define(output, inferTypes(this, extended)?.[given.length]);
    this.nodes[this.#nodePlaces.get(node.name)!] = extended;
    for (const name of extended.outputs) this.produces(extended, name);
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
    for (const node of kept) this.#nodePlaces.set(node.name, this.nodes.push(node) - 1);
    for (const { name, outputs } of unused) {
      this.#nodePlaces.delete(name);
      for (const output of outputs) this.forget(output);
    }
    for (const [key, name] of this.#constants) {
      if (!candidates.has(name) || read.has(name)) continue;
      this.#constants.delete(key);
      this.forget(name);
    }
  }

  hasNode = (name: string): boolean => this.#nodePlaces.has(name);

  /** Keeps a name for a value to come: neither {@link unusedName} nor a node gets it. */
  reserve = (name: Value): void => void this.#nodePlaces.set(name, -1);

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
