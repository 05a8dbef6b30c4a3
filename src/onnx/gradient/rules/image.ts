/** Reading an image between its pixels, as a formula: gathers of the pixels around each place, weighted. */
import type { Value } from '../../node.js';
import type { Operators } from '../../operators.js';
import { cubicFilter } from '../../resizing.js';
import { known, product, type Side, type Sides, times } from '../../sides.js';

/** An image [N, C, …], a pixel a row. */
export interface Image {
  /** [N · pixels, C]. */
  readonly rows: Value;
  readonly sides: Sides;
  /** Which row each list of places begins to count from: int32[lists, 1]. */
  readonly start: Value;
}

/** Where to read: for each spatial axis floats [lists, places], in pixels. */
export type Places = readonly Value[];

/**
 * @param x [N, C, …].
 * @param first which picture each list of places reads: int32[lists, 1].
 */
export function imageOf(o: Operators, x: Value, first: Value): Image {
  const [images, channels, ...sides] = o.graph.sides(x) as [Side, Side, ...Side[]];
  const pixels = product(sides);
  const last = o.transpose(x, [0, ...sides.map((_, i) => i + 2), 1]);
  return { rows: o.reshape(last, [times(images, pixels), channels]), sides, start: o.mul(first, pixels) };
}

/** The pixels at whole places, zero beside the image: [lists, places, C]. */
function pixels(o: Operators, { rows, sides, start }: Image, places: Places): Value {
  let row: Value | undefined;
  let isInside: Value | undefined;
  places.forEach((place, axis) => {
    const last = known(sides[axis]!) - 1;
    const inside = o.and(o.greater(place, -0.5), o.less(place, last + 0.5));
    isInside = isInside ? o.and(isInside, inside) : inside;
    const at = o.cast(o.clip(place, 0, last), 'int32');
    row = row ? o.add(o.mul(row, sides[axis]!), at) : at;
  });
  const shape = o.graph.sides(row!);
  return o.where(o.reshape(isInside!, [...shape, 1]), o.gather(rows, o.add(row!, start)), 0);
}

const withChannels = (o: Operators, weight: Value): Value => o.reshape(weight, [...o.graph.sides(weight), 1]);

export const readNearest = (o: Operators, image: Image, places: Places): Value =>
  pixels(
    o,
    image,
    places.map((place) => o.round(place)),
  );

/** Every combination of one tap of each axis. */
function combinations<T>(perAxis: readonly (readonly T[])[]): T[][] {
  return perAxis.reduce<T[][]>((found, taps) => found.flatMap((list) => taps.map((tap) => [...list, tap])), [[]]);
}

interface Tap {
  readonly place: Value;
  readonly weight: Value;
}

function weighted(o: Operators, image: Image, perAxis: readonly (readonly Tap[])[]): Value {
  return combinations(perAxis)
    .map((taps) => {
      const weight = taps.map((tap) => tap.weight).reduce((a, b) => o.mul(a, b));
      const at = taps.map(({ place }) => place);
      return o.mul(pixels(o, image, at), withChannels(o, weight));
    })
    .reduce((a, b) => o.add(a, b));
}

/** Bilinear, or what that is in another number of axes. */
export function readLinear(o: Operators, image: Image, places: Places): Value {
  const taps = places.map((place) => {
    const low = o.floor(place);
    const part = o.sub(place, low);
    return [
      { place: low, weight: o.sub(1, part) },
      { place: o.add(low, 1), weight: part },
    ];
  });
  return weighted(o, image, taps);
}

/** PyTorch's coefficient of bicubic interpolation. */
const cubic = -0.75;

/** @param bring brings a whole place beside the image to where it is read. */
export function readCubic(
  o: Operators,
  image: Image,
  places: Places,
  bring: (place: Value, side: number) => Value,
): Value {
  const taps = places.map((place, axis) => {
    const low = o.floor(place);
    const part = o.sub(place, low);
    return [-1, 0, 1, 2].map((offset) => ({
      place: bring(o.add(low, offset), known(image.sides[axis]!)),
      weight: cubicWeight(o, part, offset),
    }));
  });
  return weighted(o, image, taps);
}

/** The cubic filter at the distance between a tap and a place `part` after the tap 0, a polynomial of that. */
function cubicWeight(o: Operators, part: Value, offset: number): Value {
  // A cubic through four of the filter's values is the filter between them.
  const [w0, w1, w2, w3] = [0, 1 / 3, 2 / 3, 1].map((at) => cubicFilter(Math.abs(offset - at), cubic)) as [
    number,
    number,
    number,
    number,
  ];
  const coefficients = [
    w0,
    -5.5 * w0 + 9 * w1 - 4.5 * w2 + w3,
    9 * w0 - 22.5 * w1 + 18 * w2 - 4.5 * w3,
    -4.5 * w0 + 13.5 * w1 - 13.5 * w2 + 4.5 * w3,
  ] as const;
  const highest: Value = o.add(o.mul(part, coefficients[3]), coefficients[2]);
  return o.add(o.mul(part, o.add(o.mul(part, highest), coefficients[1])), coefficients[0]);
}
