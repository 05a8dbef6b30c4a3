/** Computes a picture in bands of rows, one after the other, so that what lies on the way to it is never there as a whole. */
import { Graph } from '../graph.js';
import type { Attributes, Node, Value } from '../node.js';
import { type Axis, windowAxes } from '../window.js';

/** Rows of a value, from the first to before the last. */
interface Rows {
  readonly from: number;
  readonly to: number;
}

/** Operators that look at each element alone. */
const elementwise = new Set(['Relu', 'Add', 'Sub', 'Mul']);

/** The axis of rows in [N, C, H, W]. */
const rowAxis = 2;

/**
 * A graph in which `value`, [N, C, H, W], is joined out of bands of about the same number of rows. Each is computed from the rows that
 * it looks at and no more, back through convolutions, pools and operators on single elements to the graph's inputs, or to what
 * other operators give. Rows that two bands look at are computed for both; padding stays where the picture ends. What is
 * differentiated afterwards has its gradient computed in bands too.
 * @param bands how many, from 2 to the number of rows.
 * @param wanted values that the graph has to have, beside its outputs. What they do not need is left out.
 */
export function splitRows(source: Graph, value: Value, bands: number, wanted: readonly Value[] = []): Graph {
  const splitter = new RowSplitter(source, value, bands);
  for (const needed of [...source.outputs, ...wanted]) splitter.copy(needed);
  splitter.graph.outputs.push(...source.outputs);
  return splitter.graph;
}

class RowSplitter {
  readonly graph: Graph;

  constructor(
    readonly source: Graph,
    readonly value: Value,
    readonly bands: number,
  ) {
    this.graph = Graph.withInputsOf(source);
  }

  /** Sees to it that a value is there as a whole, and what it is made of: on demand, so that nothing is there that only bands need. */
  copy(value: Value): void {
    const node = this.source.producer(value);
    if (!node || this.graph.has(value)) return;
    if (value === this.value) {
      this.#join(node);
      return;
    }
    for (const input of node.inputs) this.copy(input);
    this.graph.copy(this.source, node);
  }

  #join({ name, outputs }: Node): void {
    const height = this.#height(this.value);
    const border = (i: number): number => Math.round((i * height) / this.bands);
    const bands = Array.from({ length: this.bands }, (_, i) =>
      this.#compute(this.value, { from: border(i), to: border(i + 1) }),
    );
    this.graph.node('Concat', bands, { name, outputs, attributes: { axis: rowAxis } });
  }

  /** Some rows of a value, out of no more than they look at. */
  #compute(value: Value, rows: Rows): Value {
    const name = `${value}/rows-${rows.from}-${rows.to}`;
    if (this.graph.has(name)) return name;
    const node = this.#rowwise(value);
    if (!node) {
      this.copy(value);
      const bounds = [rows.from, rows.to, rowAxis].map((bound) => this.graph.constant('int64', [bound]));
      return this.#append('Slice', [value, ...bounds], name);
    }
    if (isWindowed(node)) return this.#windows(node, rows, name);
    const operands = node.inputs.map((input) => (this.#height(input) > 1 ? this.#compute(input, rows) : input));
    return this.#append(node.opType, operands, name, node.attributes);
  }

  #windows(node: Node, rows: Rows, name: string): Value {
    const [input, ...kernel] = node.inputs as [Value, ...Value[]];
    const sides = kernel[0] === undefined ? undefined : this.source.shape(kernel[0]).slice(2);
    const [down, across] = windowAxes(node, this.source.shape(input), sides) as [Axis, Axis];
    const first = rows.from * down.stride - down.begin;
    const end = (rows.to - 1) * down.stride - down.begin + down.dilation * (down.kernel - 1) + 1;
    const seen = this.#compute(input, { from: Math.max(0, first), to: Math.min(down.input, end) });
    const pads = [Math.max(0, -first), across.begin, Math.max(0, end - down.input), across.end];
    const { auto_pad: _, ...attributes } = node.attributes;
    return this.#append(node.opType, [seen, ...kernel], name, { ...attributes, pads });
  }

  /** The node of a value whose rows can be computed out of some rows of its operands; undefined for other values. */
  #rowwise(value: Value): Node | undefined {
    const node = this.source.producer(value);
    const isRowwise = node && (isWindowed(node) || elementwise.has(node.opType));
    return isRowwise && node.outputs.length === 1 ? node : undefined;
  }

  #height(value: Value): number {
    return this.source.shape(value).at(rowAxis - 4) ?? 1;
  }

  #append(opType: string, inputs: Value[], name: string, attributes: Attributes = {}): Value {
    return this.graph.node(opType, inputs, { name, outputs: [name], attributes })[0]!;
  }
}

const isWindowed = ({ opType }: Node): boolean => opType === 'Conv' || opType === 'MaxPool';
