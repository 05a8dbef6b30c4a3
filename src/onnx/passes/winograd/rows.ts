/** Nodes that bring pictures into rows, out of them, and from one order of rows into another. */
import type { Graph } from '../../graph.js';
import type { Value } from '../../node.js';
import { Operators } from '../../operators.js';
import { type Shape, sizeOf } from '../../tensor.js';
import { coveringLayout, type Layout, reordering, shapeOf } from './layout.js';

/** A picture whose pixels are rows: float32[places in a tile, tiles, C]. */
export interface Rows {
  readonly value: Value;
  readonly layout: Layout;
}

export class RowsBuilder {
  readonly o: Operators;
  readonly #constants = new Map<string, Value>();

  constructor(readonly graph: Graph) {
    this.o = new Operators(graph);
  }

  /** A picture [1, C, H, W] as rows, row-major. */
  fromPlain(value: Value): Rows {
    const [, channels, height, width] = this.graph.shape(value) as [number, number, number, number];
    const layout = coveringLayout([1, channels, height, width], 1, false);
    // ONNX Runtime merges this Transpose into the change of layout after a convolution.
    const last = this.o.transpose(value, [0, 2, 3, 1]);
    return { value: this.o.reshape(last, shapeOf(layout)), layout };
  }

  /** Rows as a picture [1, C, H, W]. */
  toPlain(rows: Rows): Value {
    const { channels, height, width } = rows.layout;
    const { value } = this.arrange(rows, coveringLayout([1, channels, height, width], 1, false));
    return this.o.transpose(this.o.reshape(value, [1, height, width, channels]), [0, 3, 1, 2]);
  }

  /** The same rows in another order. */
  arrange(rows: Rows, layout: Layout): Rows {
    if (sameLayout(rows.layout, layout)) return rows;
    const source = layout.zeroTile ? this.withZeroTile(rows) : rows;
    const order = () => reordering(source.layout, layout);
    const value = sameLayout(source.layout, layout)
      ? source.value
      : this.gather(source, this.indices(`order ${keyOf(source.layout)} ${keyOf(layout)}`, order), shapeOf(layout));
    return { value, layout };
  }

  /** Adds the tile of zeros, where it is missing. */
  withZeroTile({ value, layout }: Rows): Rows {
    if (layout.zeroTile) return { value, layout };
    const [places, , channels] = shapeOf(layout);
    const zeros = this.floats(
      `zeros ${places}×${channels}`,
      [places, 1, channels],
      () => new Float32Array(places * channels),
    );
    return { value: this.o.concat([value, zeros], 1), layout: { ...layout, zeroTile: true } };
  }

  /** Rows by their indices, reshaped to `shape`. */
  gather({ value, layout }: Rows, indices: Value, shape: Shape): Value {
    const [places, tiles, channels] = shapeOf(layout);
    const gathered = this.graph.add('Gather', [this.o.reshape(value, [places * tiles, channels]), indices], {
      axis: 0,
    });
    return this.o.reshape(gathered, shape);
  }

  /** A constant list of indices, made once for each `key`. */
  indices(key: string, make: () => Int32Array): Value {
    return this.#constant(key, 'int32', undefined, make);
  }

  /** A constant tensor, made once for each `key`. */
  floats(key: string, shape: Shape, make: () => Float32Array): Value {
    return this.#constant(key, 'float32', shape, make);
  }

  #constant(
    key: string,
    dtype: 'int32' | 'float32',
    shape: Shape | undefined,
    make: () => Int32Array | Float32Array,
  ): Value {
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const { buffer, length } = make();
    if (shape && sizeOf(shape) !== length) throw new Error(`${length} elements do not fill [${shape.join(', ')}]`);
    const data = new Uint8Array(buffer as ArrayBuffer);
    const value = this.graph.initializer(this.graph.unusedName('rows'), { dtype, shape: shape ?? [length], data });
    this.#constants.set(key, value);
    return value;
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
