/** Nodes that bring pictures into rows, out of them, and from one order of rows into another. */
import type { Graph } from '../../graph.js';
import type { Value } from '../../node.js';
import { Operators } from '../../operators.js';
import type { Shape } from '../../tensor.js';
import { coveringLayout, type Layout, reordering, shapeOf } from './layout.js';

/** What a table's input is given, whole: [1, 1, elements]. */
export type Table = Int32Array | Float32Array;

/** A picture whose pixels are rows: float32[places in a tile, tiles, C]. */
export interface Rows {
  readonly value: Value;
  readonly layout: Layout;
}

export class RowsBuilder {
  readonly o: Operators;
  /** Tables that the graph takes as inputs, see {@link table}. */
  readonly tables = new Map<Value, Table>();
  readonly #known = new Map<string, Value>();

  /**
   * @param made tables that were made before, by their keys; new ones are added. Without, the graph has its tables itself.
   */
  constructor(
    readonly graph: Graph,
    private readonly made?: Map<string, Table>,
  ) {
    this.o = new Operators(graph);
  }

  /** A picture [1, C, H, W] as rows, row-major. */
  fromPlain(value: Value): Rows {
    const [, channels, height, width] = this.graph.shape(value) as [number, number, number, number];
    const layout = coveringLayout([1, channels, height, width], 1, false);
    // ONNX Runtime merges this Transpose into the change of layout after a convolution.
    const last = this.o.transpose(value, [0, 2, 3, 1]);
    return { value: this.o.reshape(last, [1, -1, channels]), layout };
  }

  /** Rows as a picture [1, C, H, W]. */
  toPlain(rows: Rows): Value {
    const { channels, height, width } = rows.layout;
    const { value } = this.arrange(rows, coveringLayout([1, channels, height, width], 1, false));
    return this.o.transpose(this.o.reshape(value, [1, height, -1, channels]), [0, 3, 1, 2]);
  }

  /** The same rows in another order. */
  arrange(rows: Rows, layout: Layout): Rows {
    if (sameLayout(rows.layout, layout)) return rows;
    const source = layout.zeroTile ? this.withZeroTile(rows) : rows;
    const order = () => reordering(source.layout, layout);
    const value = sameLayout(source.layout, layout)
      ? source.value
      : this.gather(this.matrix(source), this.table(`order ${keyOf(source.layout)} ${keyOf(layout)}`, order), [
          layout.tile ** 2,
          -1,
          layout.channels,
        ]);
    return { value, layout };
  }

  /** Adds the tile of zeros, where it is missing. */
  withZeroTile({ value, layout }: Rows): Rows {
    if (layout.zeroTile) return { value, layout };
    const [places, , channels] = shapeOf(layout);
    const zeros = this.constant(
      `zeros ${places}×${channels}`,
      [places, 1, channels],
      () => new Float32Array(places * channels),
    );
    return { value: this.o.concat([value, zeros], 1), layout: { ...layout, zeroTile: true } };
  }

  /** Rows as a matrix, in their order. */
  matrix({ value, layout }: Rows): Value {
    return this.o.reshape(value, [-1, layout.channels]);
  }

  /** The rows of a matrix that a table of indices names, reshaped to `shape`. */
  gather(matrix: Value, indices: Value, shape: Shape): Value {
    return this.o.reshape(this.graph.add('Gather', [matrix, indices], { axis: 0 }), shape);
  }

  /** A constant tensor, made once for each `key`. */
  constant(key: string, shape: Shape, make: () => Float32Array): Value {
    return this.#once(key, () => {
      const data = new Uint8Array(make().buffer);
      return this.graph.initializer(this.graph.unusedName('matrix'), { dtype: 'float32', shape, data });
    });
  }

  /**
   * A list whose length goes with the picture's size, made once for each `key`. Where tables are kept, it is an input, else the default of
   * one, so that its length can be left open in the model: then ONNX Runtime knows no size of what is made with it either, and frees it
   * after its last use (`openSides`, see encodeModel).
   */
  table(key: string, make: () => Table): Value {
    return this.#once(key, () => {
      const elements = this.made?.get(key) ?? make();
      const dtype = elements instanceof Int32Array ? 'int32' : 'float32';
      const [name, shape] = [this.graph.unusedName('table'), [1, 1, elements.length]];
      if (!this.made) {
        const data = new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);
        return this.graph.initializer(name, { dtype, shape, data, isDefault: true });
      }
      this.made.set(key, elements);
      this.tables.set(name, elements);
      return this.graph.input(name, dtype, shape);
    });
  }

  #once(key: string, make: () => Value): Value {
    const known = this.#known.get(key) ?? make();
    this.#known.set(key, known);
    return known;
  }
}

export const sameLayout = (a: Layout, b: Layout): boolean => keyOf(a) === keyOf(b);

/** Tells layouts apart. */
export const keyOf = (layout: Layout): string =>
  [
    layout.channels,
    layout.height,
    layout.width,
    layout.tile,
    layout.tilesHigh,
    layout.tilesWide,
    Number(layout.zeroTile),
  ].join();
