/** The values of a graph that is rewritten: as they were, as rows, or both; each is made when something needs it. */
import type { Graph } from '../../graph.js';
import type { Node, Value } from '../../node.js';
import type { Rows, RowsBuilder } from './rows.js';

/** A value of the original graph in the rewritten one. */
interface Form {
  plain?: Value;
  rows?: Rows;
}

export class Forms {
  readonly #forms = new Map<Value, Form>();
  readonly #target: Graph;

  /** @param lower appends what a node computes, in one of the two forms; undefined where the node is best copied. */
  constructor(
    private readonly source: Graph,
    private readonly b: RowsBuilder,
    private readonly lower: (node: Node) => Form | undefined,
  ) {
    this.#target = b.graph;
    for (const input of source.inputs) {
      const { dtype, shape } = source.type(input);
      this.#forms.set(input, { plain: this.#target.input(input, dtype, shape) });
    }
  }

  plain(value: Value): Value {
    if (value === '') return '';
    const form = this.of(value);
    form.plain ??= this.b.toPlain(form.rows!);
    return form.plain;
  }

  rows(value: Value): Rows {
    const form = this.of(value);
    form.rows ??= this.b.fromPlain(form.plain!);
    return form.rows;
  }

  /** The forms that a value has so far, one at least. On demand, so that nothing is carried over that the rewritten graph does not need. */
  of(value: Value): Form {
    const known = this.#forms.get(value);
    if (known) return known;
    const initializer = this.source.initializers.get(value);
    if (initializer) {
      const plain = this.#target.initializer(this.#target.unusedName(value), initializer);
      this.#forms.set(value, { plain });
    } else {
      this.#lower(this.source.producer(value)!);
    }
    return this.#forms.get(value)!;
  }

  #lower(node: Node): void {
    const lowered = this.lower(node);
    if (lowered) {
      this.#forms.set(node.outputs[0]!, lowered);
      return;
    }
    const inputs = node.inputs.map((input) => this.plain(input));
    const outputs = node.outputs.map((output) => (output === '' ? '' : this.#target.unusedName(output)));
    this.#target.copy(this.source, node, { name: this.#target.unusedName(node.name), inputs, outputs });
    node.outputs.forEach((output, i) => {
      if (output !== '') this.#forms.set(output, { plain: outputs[i]! });
    });
  }
}
