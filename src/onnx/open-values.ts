/** Open sides as values of a graph: the numbers that they are when it runs. */
import { shownName } from '../one-line.js';
import type { Attributes, Value } from './node.js';
import { areKnown, type Factor, isOpen, type OpenSide, type Side, type Sides, type Term } from './sides.js';
import { type DType, dtypeNumber } from './tensor.js';

/** The graph that they are values of. */
interface Appendable {
  has(value: Value): boolean;
  add(opType: string, inputs: readonly Value[], attributes?: Attributes): Value;
  constant(dtype: DType, values: readonly number[]): Value;
  stateSides(value: Value, elements: Sides): Value;
}

export class OpenValues {
  /** Where in the inputs open sides are, by their names. */
  readonly #places = new Map<string, { readonly input: Value; readonly axis: number }>();
  /** What is there already, by what it is. */
  readonly #made = new Map<string, Value>();

  constructor(private readonly graph: Appendable) {}

  /** Takes the open sides of an input in. */
  add(input: Value, shape: Sides): void {
    for (const [axis, side] of shape.entries()) {
      if (isOpen(side) && !this.#places.has(side.name)) this.#places.set(side.name, { input, axis });
    }
  }

  /** Sides as int64[count]: a constant where all are known. */
  list(sides: Sides): Value {
    const { graph } = this;
    if (areKnown(sides)) return graph.constant('int64', sides);
    return this.#once(`[${sides.join()}]`, () => {
      const parts = sides.map((side) => this.#side(side));
      return parts.length === 1 ? parts[0]! : graph.stateSides(graph.add('Concat', parts, { axis: 0 }), sides);
    });
  }

  /** An open side as a number of some type, []. */
  scalar(side: OpenSide, dtype: DType): Value {
    const { graph } = this;
    return this.#once(`${dtype} ${side}`, () => {
      const number = graph.stateSides(graph.add('Squeeze', [this.#side(side)]), [side]);
      return dtype === 'int64' ? number : graph.add('Cast', [number], { to: dtypeNumber(dtype) });
    });
  }

  /** A side as int64[1]. */
  #side(side: Side): Value {
    const { graph } = this;
    if (!isOpen(side)) return graph.constant('int64', [side]);
    return this.#once(`${side}`, () => {
      const sum = side.terms.map((term) => this.#term(term)).reduce((a, b) => graph.add('Add', [a, b]));
      return graph.stateSides(sum, [side]);
    });
  }

  #term({ coefficient, factors }: Term): Value {
    const number = coefficient === 1 && factors.length > 0 ? [] : [this.#side(coefficient)];
    const operands = [...factors.map((factor) => this.#factor(factor)), ...number];
    return operands.reduce((a, b) => this.graph.add('Mul', [a, b]));
  }

  #factor(factor: Factor): Value {
    const { graph } = this;
    if ('of' in factor) return graph.add('Div', [this.#side(factor.of), this.#side(factor.by)]);
    if ('lesser' in factor) return graph.add('Min', [this.#side(factor.lesser[0]), this.#side(factor.lesser[1])]);
    const place = this.#places.get(factor.name);
    if (!place) throw new Error(`no input of the graph has the open side '${shownName(factor.name)}'`);
    return graph.add('Shape', [place.input], { start: place.axis, end: place.axis + 1 });
  }

  #once(key: string, make: () => Value): Value {
    const there = this.#made.get(key);
    // What nothing used may have been taken away.
    if (there !== undefined && this.graph.has(there)) return there;
    const value = make();
    this.#made.set(key, value);
    return value;
  }
}
