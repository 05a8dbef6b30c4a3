/**
 * Which pixels of a picture are the same. A max-pool sends its gradient to the first of equal maxima, and on paper that is still
 * blank, or clipped to one tone, all of them are equal. Winograd's method computes a tile's elements by different sums, so equal
 * ones come out a rounding error apart and any of them may look like the maximum. Signatures tell what was equal before: a few
 * channels that random convolutions make out of the same pixels as the network does, each element by the same sums.
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Attributes, Value } from '../../node.js';
import { type Shape, sizeOf } from '../../tensor.js';
import type { Layout } from './layout.js';
import type { Rows, RowsBuilder } from './rows.js';

/** As many as ONNX Runtime's blocked convolutions compute at once. */
const channels = 16;

/** Below anything that a network computes. */
const lowest = -1e30;

/** Signatures [1, 16, H, W] of a picture. */
export function signPicture(b: RowsBuilder, picture: Value): Value {
  const kernel = random(b, [channels, b.graph.shape(picture)[1]!, 1, 1]);
  return b.graph.add('Conv', [picture, kernel], { kernel_shape: [1, 1] });
}

/** The same of one in rows. */
export function signRows(b: RowsBuilder, { value, layout }: Rows): Value {
  const projected = b.o.matMul(value, random(b, [layout.channels, channels]));
  return b.toPlain({ value: projected, layout: { ...layout, channels } });
}

/**
 * Signatures of what an operator makes that looks at windows.
 * @param attributes of a Conv that looks at the same windows.
 */
export function signWindows(b: RowsBuilder, signatures: Value, kernel: Shape, attributes: Attributes): Value {
  // The bias tells pixels from the zeros around the picture where the signature was zero.
  const inputs = [signatures, random(b, [channels, channels, ...kernel]), random(b, [channels])];
  return b.graph.add('Conv', inputs, { ...attributes, kernel_shape: kernel, group: 1 });
}

/**
 * What to add to the quarters of a picture, upper left to lower right, that a pool compares: nothing, or so little that
 * it can't win, where an earlier one is the same. [places in a quarter, tiles, 1] each, and none for the first.
 */
export function handicaps(b: RowsBuilder, signatures: Value, layout: Layout): Value[] {
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
