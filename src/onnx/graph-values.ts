/** The values of a graph, and what is known of each before anything runs. */
import { shownName } from '../one-line.js';
import { knownElements, readValues } from './known-elements.js';
import type { Node, Value } from './node.js';
import type { TypedValues } from './shapes/context.js';
import { hasShapeRule } from './shapes/index.js';
import { areKnown, isOpen, known, type Sides } from './sides.js';
import type { DType, Shape, Tensor, TensorType, ValueType } from './tensor.js';

export abstract class GraphValues implements TypedValues {
  readonly initializers = new Map<Value, Tensor>();
  readonly #types = new Map<Value, ValueType>();
  readonly #producers = new Map<Value, Node>();
  readonly #places = new Map<Value, Value>();
  /** Why the shapes of nodes' outputs are not known. */
  readonly #unknown = new Map<string, string>();
  readonly #detached = new Set<Value>();
  readonly #computed = new Map<Value, Tensor>();
  /** Elements of values that nodes compute of open sides. */
  readonly #ofOpenSides = new Map<Value, Sides>();

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

  /** States which sides a node gives that computes them of open ones. */
  stateSides(value: Value, elements: Sides): Value {
    this.#ofOpenSides.set(value, elements);
    return value;
  }

  /** Makes a value a constant to {@link differentiate}: nothing that it is made of gets a gradient through it. */
  detach(value: Value): Value {
    this.valueType(value);
    this.#detached.add(value);
    return value;
  }

  isDetached = (value: Value): boolean => this.#detached.has(value);

  has(value: Value): boolean {
    return this.#types.has(value) || this.#producers.has(value);
  }

  /** The node that computes a value; undefined for inputs and initializers. */
  producer(value: Value): Node | undefined {
    return this.#producers.get(value);
  }

  /**
   * The type of a value whose sides are all known.
   * @throws Error as {@link valueType}; NotConstant, naming the input to give, where a side is open.
   */
  type(value: Value): TensorType {
    const type = this.valueType(value);
    if (!areKnown(type.shape)) known(type.shape.find(isOpen)!);
    return type as TensorType;
  }

  /** @throws Error where the value does not exist or its type could not be inferred: it names the node that is to blame. */
  valueType(value: Value): ValueType {
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

  /** As {@link valueType}, or undefined where the type is not known. */
  knownType(value: Value): ValueType | undefined {
    return this.#types.get(value);
  }

  shape(value: Value): Shape {
    return this.type(value).shape;
  }

  /** As {@link shape}, of which some may be open. */
  sides(value: Value): Sides {
    return this.valueType(value).shape;
  }

  dtype(value: Value): DType {
    return this.valueType(value).dtype;
  }

  /** The elements of a value that is known before anything runs, or undefined. */
  constantValues(value: Value): readonly number[] | undefined {
    const elements = this.elements(value);
    return elements && areKnown(elements) ? elements : undefined;
  }

  /** Whether a value is computed of open sides. */
  isOfOpenSides = (value: Value): boolean => this.#ofOpenSides.has(value);

  /** As {@link constantValues}, of integers that may be open sides. */
  elements(value: Value): Sides | undefined {
    const computed = this.#computed.get(value);
    return computed ? readValues(computed) : (this.#ofOpenSides.get(value) ?? knownElements(this, value));
  }

  /** Takes a name in. @param label what an error begins with. */
  protected define(name: Value, type: ValueType | undefined, label = ''): void {
    if (this.has(name)) throw new Error(`${label}there are two values named '${shownName(name)}'`);
    if (type) this.#types.set(name, type);
  }

  protected produces(node: Node, output: Value): void {
    this.#producers.set(output, node);
  }

  protected forget(value: Value): void {
    this.#types.delete(value);
    this.#producers.delete(value);
    this.initializers.delete(value);
  }

  /** Keeps why the shapes of what a node gives are not known. */
  protected isUnknown(node: Node, reason: string): void {
    this.#unknown.set(node.name, reason);
  }
}
