/**
 * Which pixels of a picture are the same. A max-pool sends its gradient to the first of equal maxima, and on paper that is still
 * blank, or clipped to one tone, all of them are equal. Winograd's method computes a tile's elements by different sums, so equal
 * ones come out a rounding error apart and any of them may look like the maximum. Signatures tell what was equal before: a few
 * channels that random convolutions make out of the same pixels as the network does, each element by the same sums.
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Graph } from '../../graph.js';
import type { Attributes, Value } from '../../node.js';
import { type Shape, sizeOf } from '../../tensor.js';
import { windowAxes } from '../../window.js';
import type { Choices } from './choices.js';
import type { Forms } from './forms.js';
import type { Layout } from './layout.js';
import type { Rows, RowsBuilder } from './rows.js';

/** As many as ONNX Runtime's blocked convolutions compute at once. */
const channels = 16;

/** Below anything that a network computes. */
const lowest = -1e30;

/** What of a graph's values has to be told apart by signatures, and the signatures. */
export class Ties {
  readonly #inexact = new Map<Value, boolean>();
  readonly #signatures = new Map<Value, Value>();

  constructor(
    private readonly source: Graph,
    private readonly b: RowsBuilder,
    private readonly forms: Forms,
    private readonly choices: Choices,
  ) {}

  /** What a pool adds to the quarters of `value` that it compares, see {@link handicaps}; none where equal elements are equal. */
  handicaps(value: Value, layout: Layout): Value[] {
    return this.#isInexact(value) ? handicaps(this.b, this.#signature(value), layout) : [];
  }

  /** Whether equal elements of a value may be a rounding error apart, because Winograd's method has computed it. */
  #isInexact(value: Value): boolean {
    const known = this.#inexact.get(value);
    if (known !== undefined) return known;
    const node = this.source.producer(value);
    const isInexact =
      node !== undefined &&
      (this.choices.of(node) !== undefined || node.inputs.some((input) => this.#isInexact(input)));
    this.#inexact.set(value, isInexact);
    return isInexact;
  }

  /** What tells which pixels of a picture were made of the same: see {@link signPicture}. */
  #signature(value: Value): Value {
    const known = this.#signatures.get(value) ?? this.#sign(value);
    this.#signatures.set(value, known);
    return known;
  }

  #sign(value: Value): Value {
    const node = this.source.producer(value);
    if (node && this.#isInexact(value)) {
      const [input] = node.inputs as [Value];
      const isWindowed = node.opType === 'Conv' || node.opType === 'MaxPool';
      if (node.opType === 'Relu') return this.#signature(input);
      if (isWindowed) {
        const sides = node.opType === 'Conv' ? this.source.shape(node.inputs[1]!).slice(2) : undefined;
        const axes = windowAxes(node, this.source.shape(input), sides);
        const attributes = {
          strides: axes.map(({ stride }) => stride),
          dilations: axes.map(({ dilation }) => dilation),
          pads: [...axes.map(({ begin }) => begin), ...axes.map(({ end }) => end)],
        };
        const kernel = axes.map((axis) => axis.kernel);
        return signWindows(this.b, this.#signature(input), kernel, attributes);
      }
    }
    const { rows } = this.forms.of(value);
    return rows ? signRows(this.b, rows) : signPicture(this.b, this.forms.plain(value));
  }
}

/** Signatures [1, 16, H, W] of a picture. */
function signPicture(b: RowsBuilder, picture: Value): Value {
  const kernel = random(b, [channels, b.graph.shape(picture)[1]!, 1, 1]);
  return b.graph.add('Conv', [picture, kernel], { kernel_shape: [1, 1] });
}

/** The same of one in rows. */
function signRows(b: RowsBuilder, { value, layout }: Rows): Value {
  const projected = b.o.matMul(value, random(b, [layout.channels, channels]));
  return b.toPlain({ value: projected, layout: { ...layout, channels } });
}

/**
 * Signatures of what an operator makes that looks at windows.
 * @param attributes of a Conv that looks at the same windows.
 */
function signWindows(b: RowsBuilder, signatures: Value, kernel: Shape, attributes: Attributes): Value {
  // The bias tells pixels from the zeros around the picture where the signature was zero.
  const inputs = [signatures, random(b, [channels, channels, ...kernel]), random(b, [channels])];
  return b.graph.add('Conv', inputs, { ...attributes, kernel_shape: kernel, group: 1 });
}

/**
 * What to add to the quarters of a picture, upper left to lower right, that a pool compares: nothing, or so little that
 * it can't win, where an earlier one is the same. [places in a quarter, tiles, 1] each, and none for the first.
 */
function handicaps(b: RowsBuilder, signatures: Value, layout: Layout): Value[] {
  const { o } = b;
  const { value } = b.arrange(b.fromPlain(signatures), { ...layout, channels });
  const quarters = o.reshape(value, [4, -1, channels]);
  const pick = (which: readonly number[]) =>
    b.graph.add('Gather', [quarters, b.graph.constant('int64', which)], { axis: 0 });
  const difference = o.sub(pick(pairs.map(([later]) => later)), pick(pairs.map(([, earlier]) => earlier)));
  const distance = b.graph.add('ReduceL1', [difference], { axes: [2], keepdims: 1 });
  const [none, handicap] = [0, lowest].map((number) => b.graph.constant('float32', [number], []));
  const ofPairs = o.where(o.equal(distance, 0), handicap!, none!);
  return [1, 2, 3].map((quarter) => {
    const starts = [pairs.findIndex(([later]) => later === quarter)];
    const ends = [pairs.findLastIndex(([later]) => later === quarter) + 1];
    const own = o.slice(ofPairs, { starts, ends, axes: [0] });
    const least = quarter === 1 ? own : b.graph.add('ReduceMin', [own], { axes: [0] });
    return o.reshape(least, [layout.tile ** 2 / 4, -1, 1]);
  });
}

/** The quarters that are compared: each with those before it. */
const pairs = [
  [1, 0],
  [2, 0],
  [2, 1],
  [3, 0],
  [3, 1],
  [3, 2],
] as const;

/** A tensor of random numbers, the same each time for the same shape, that keeps what it is multiplied with at about its size. */
function random(b: RowsBuilder, shape: Shape): Value {
  return b.constant(`random ${shape.join('×')}`, shape, () => {
    const generator = xoroshiro128plus(sizeOf(shape));
    const range = Math.sqrt((3 * channels) / sizeOf(shape));
    return Float32Array.from({ length: sizeOf(shape) }, () => range * (2 * uniformFloat64(generator) - 1));
  });
}
