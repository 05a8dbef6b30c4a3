/** Which nodes of a graph with gradients go forth, and where gradients come back. */
import type { Graph } from '../graph.js';
import type { Node, Value } from '../node.js';

export class GradientFlow {
  readonly #forward = new Set<Node>();
  readonly #consumers = new Map<Value, Node[]>();
  /** Where in the graph each value is computed. */
  readonly #places = new Map<Value, number>();
  readonly #gates = new Map<Value, Value | undefined>();
  /** What nodes that lead forth compute, and the gradient reads when it comes back to there. */
  readonly kept: readonly Value[];

  /** @param of the value that was differentiated. */
  constructor(
    readonly graph: Graph,
    of: Value,
  ) {
    const leading = new Set([of]);
    for (const node of graph.nodes.toReversed()) {
      if (!node.outputs.some((output) => leading.has(output))) continue;
      this.#forward.add(node);
      for (const input of node.inputs) leading.add(input);
    }
    for (const [i, node] of graph.nodes.entries()) {
      for (const output of node.outputs) this.#places.set(output, i);
      for (const input of node.inputs) this.#consumers.set(input, [...(this.#consumers.get(input) ?? []), node]);
    }
    const read = new Set(graph.nodes.flatMap((node) => (this.isForward(node) ? [] : node.inputs)));
    this.kept = [...read].filter((value) => this.gate(value) !== undefined);
  }

  /** Whether a node leads to the differentiated value. */
  isForward(node: Node): boolean {
    return this.#forward.has(node);
  }

  /**
   * The gradient that has come back to where it reads a value that leads forth: an operand beside it, or beside what is made of it.
   * Undefined where there is none, as for what the gradient begins with.
   */
  gate(value: Value): Value | undefined {
    if (!this.#gates.has(value)) this.#gates.set(value, this.#findGate(value));
    return this.#gates.get(value);
  }

  #findGate(value: Value): Value | undefined {
    const node = this.graph.producer(value);
    if (!node || !this.isForward(node)) return undefined;
    const further = this.#descendants(node.outputs.flatMap((output) => this.#readers(output, true)));
    const search = (readers: readonly Node[], searched: Set<Value>): Value | undefined => {
      for (const reader of readers) {
        const gradient = reader.inputs.find((input) => further.has(input));
        const found =
          gradient ?? reader.outputs.map((read) => searchOf(read, searched)).find((gate) => gate !== undefined);
        if (found !== undefined) return found;
      }
      return undefined;
    };
    const searchOf = (read: Value, searched: Set<Value>): Value | undefined => {
      // Once each: an optimizer's step may lead on in more ways than can be gone through.
      if (searched.has(read)) return undefined;
      searched.add(read);
      return search(this.#readers(read, false), searched);
    };
    // Of those that read it, the first may wait for what comes out of the second.
    const gates = this.#readers(value, false).flatMap((reader) => search([reader], new Set([value])) ?? []);
    return gates.reduce<Value | undefined>(
      (first, gate) => (first && this.#isBefore(first, gate) ? first : gate),
      undefined,
    );
  }

  #isBefore(a: Value, b: Value): boolean {
    const place = (value: Value): number => this.#places.get(value) ?? -1;
    return place(a) <= place(b);
  }

  #readers(value: Value, areForward: boolean): Node[] {
    return (this.#consumers.get(value) ?? []).filter((node) => this.isForward(node) === areForward);
  }

  /** What some nodes, and all that follow them, compute. */
  #descendants(nodes: readonly Node[]): Set<Value> {
    const found = new Set<Value>();
    const pending = [...nodes];
    for (let node = pending.pop(); node; node = pending.pop()) {
      for (const output of node.outputs) {
        if (found.has(output)) continue;
        found.add(output);
        pending.push(...(this.#consumers.get(output) ?? []));
      }
    }
    return found;
  }
}
