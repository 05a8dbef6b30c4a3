/** Folding of what moves elements. */
import { intAttribute, intsAttribute, stringAttribute } from '../node.js';
import { sizeOf } from '../tensor.js';
import {
  broadcastTo,
  type FoldContext,
  type FoldRule,
  type FoldRules,
  fromPlaces,
  offsetOf,
  places,
} from './context.js';

const kept: FoldRule = (c) => [c.values(0)];

const axisOf = (c: FoldContext, otherwise = 0, rank = c.shape(0).length): number => {
  const axis = intAttribute(c.node, 'axis', otherwise);
  return axis < 0 ? axis + rank : axis;
};

/** Indices and axes count from the end where they are negative. */
const fromFront = (index: number, side: number): number => (index < 0 ? index + side : index);

/** As {@link fromFront}; NaN, at which nothing lies, where there is no such element. */
function within(index: number, side: number): number {
  const found = fromFront(index, side);
  return found >= 0 && found < side ? found : Number.NaN;
}

/** What lies at a place. Where nothing does it is undefined, and the node is not folded. */
const at = (values: readonly number[], offset: number): number => values[offset]!;

/** Each side of the output is taken from some places of the input's. */
function taken(c: FoldContext, sources: readonly (readonly number[])[]): number[] {
  const [values, shape] = [c.values(0), c.shape(0)];
  return fromPlaces(c.y.shape, (place) =>
    at(
      values,
      offsetOf(
        place.map((index, axis) => sources[axis]![index]!),
        shape,
      ),
    ),
  );
}

const count = (length: number, element: (i: number) => number): number[] =>
  Array.from({ length }, (_, i) => element(i));

function slice(c: FoldContext): number[][] {
  const [starts, axes, steps] = [c.values(1), c.has(3) ? c.values(3) : undefined, c.has(4) ? c.values(4) : undefined];
  const rank = c.shape(0).length;
  const along = axes ? axes.map((axis) => fromFront(axis, rank)) : starts.map((_, i) => i);
  const sources = c.y.shape.map((side, axis) => {
    const i = along.indexOf(axis);
    if (i < 0) return count(side, (index) => index);
    const step = steps?.[i] ?? 1;
    const whole = c.shape(0)[axis]!;
    const start = Math.min(Math.max(fromFront(starts[i]!, whole), 0), step < 0 ? whole - 1 : whole);
    return count(side, (index) => start + index * step);
  });
  return [taken(c, sources)];
}

function concat(c: FoldContext): number[][] {
  const axis = axisOf(c);
  const before = sizeOf(c.y.shape.slice(0, axis));
  const rows = c.node.inputs.map((_, i) => ({ values: c.values(i), length: sizeOf(c.shape(i).slice(axis)) }));
  const joined: number[] = [];
  for (let row = 0; row < before; row++)
    for (const { values, length } of rows) for (let i = 0; i < length; i++) joined.push(values[row * length + i]!);
  return [joined];
}

function split(c: FoldContext): number[][] {
  const axis = axisOf(c);
  let begin = 0;
  return c.outputs.map(({ shape }) => {
    const from = begin;
    begin += shape[axis]!;
    return fromPlaces(shape, (place) =>
      at(
        c.values(0),
        offsetOf(
          place.map((index, i) => (i === axis ? index + from : index)),
          c.shape(0),
        ),
      ),
    );
  });
}

function gather(c: FoldContext): number[][] {
  const axis = axisOf(c);
  const [shape, indices] = [c.shape(0), c.shape(1)];
  return [
    fromPlaces(c.y.shape, (place) => {
      const index = c.values(1)[offsetOf(place.slice(axis, axis + indices.length), indices)]!;
      const source = [...place.slice(0, axis), within(index, shape[axis]!), ...place.slice(axis + indices.length)];
      return at(c.values(0), offsetOf(source, shape));
    }),
  ];
}

function gatherElements(c: FoldContext): number[][] {
  const [axis, shape] = [axisOf(c), c.shape(0)];
  return [
    fromPlaces(c.y.shape, (place) => {
      const index = within(c.values(1)[offsetOf(place, c.shape(1))]!, shape[axis]!);
      return at(c.values(0), offsetOf(place.with(axis, index), shape));
    }),
  ];
}

function gatherNd(c: FoldContext): number[][] | undefined {
  if (intAttribute(c.node, 'batch_dims', 0) !== 0) return undefined;
  const [shape, indices] = [c.shape(0), c.shape(1)];
  const depth = indices.at(-1)!;
  return [
    fromPlaces(c.y.shape, (place) => {
      const lead = place.slice(0, indices.length - 1);
      const index = count(depth, (i) => within(c.values(1)[offsetOf([...lead, i], indices)]!, shape[i]!));
      return at(c.values(0), offsetOf([...index, ...place.slice(indices.length - 1)], shape));
    }),
  ];
}

function scatterNd(c: FoldContext): number[][] | undefined {
  if (stringAttribute(c.node, 'reduction', 'none') !== 'none') return undefined;
  const [shape, indices] = [c.shape(0), c.shape(1)];
  const depth = indices.at(-1)!;
  const result = [...c.values(0)];
  const length = sizeOf(shape.slice(depth));
  const rows = sizeOf(indices.slice(0, -1));
  for (let row = 0; row < rows; row++) {
    const index = count(depth, (i) => within(c.values(1)[row * depth + i]!, shape[i]!));
    const begin = offsetOf(index, shape.slice(0, depth)) * length;
    if (Number.isNaN(begin)) return undefined;
    for (let i = 0; i < length; i++) result[begin + i] = c.values(2)[row * length + i]!;
  }
  return [result];
}

function scatterElements(c: FoldContext): number[][] | undefined {
  if (stringAttribute(c.node, 'reduction', 'none') !== 'none') return undefined;
  const [axis, shape] = [axisOf(c), c.shape(0)];
  const result = [...c.values(0)];
  for (const place of places(c.shape(1))) {
    const from = offsetOf(place, c.shape(1));
    const index = within(c.values(1)[from]!, shape[axis]!);
    if (Number.isNaN(index)) return undefined;
    result[offsetOf(place.with(axis, index), shape)] = c.values(2)[from]!;
  }
  return [result];
}

function transpose(c: FoldContext): number[][] {
  const rank = c.shape(0).length;
  const order = intsAttribute(c.node, 'perm') ?? count(rank, (i) => rank - 1 - i);
  return [
    fromPlaces(c.y.shape, (place) => {
      const source = count(rank, (axis) => place[order.indexOf(axis)]!);
      return at(c.values(0), offsetOf(source, c.shape(0)));
    }),
  ];
}

function pad(c: FoldContext): number[][] | undefined {
  if (stringAttribute(c.node, 'mode', 'constant') !== 'constant' || c.has(3)) return undefined;
  const [shape, begins] = [c.shape(0), c.values(1)];
  const value = c.has(2) ? c.values(2)[0]! : 0;
  return [
    fromPlaces(c.y.shape, (place) => {
      const source = place.map((index, axis) => index - begins[axis]!);
      const isInside = source.every((index, axis) => index >= 0 && index < shape[axis]!);
      return isInside ? at(c.values(0), offsetOf(source, shape)) : value;
    }),
  ];
}

function trilu(c: FoldContext): number[][] {
  const isUpper = intAttribute(c.node, 'upper', 1) === 1;
  const k = c.has(1) ? c.values(1)[0]! : 0;
  let i = 0;
  return [
    fromPlaces(c.y.shape, (place) => {
      const [row, column] = place.slice(-2) as [number, number];
      const value = c.values(0)[i++]!;
      return (isUpper ? column >= row + k : column <= row + k) ? value : 0;
    }),
  ];
}

export const movement: FoldRules = {
  Reshape: kept,
  Flatten: kept,
  Squeeze: kept,
  Unsqueeze: kept,
  Expand: (c) => [broadcastTo(c.values(0), c.shape(0), c.y.shape)],
  Tile: (c) => [
    taken(
      c,
      c.y.shape.map((side, axis) => count(side, (i) => i % c.shape(0)[axis]!)),
    ),
  ],
  Transpose: transpose,
  Concat: concat,
  Split: split,
  Slice: slice,
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherNd,
  ScatterND: scatterNd,
  ScatterElements: scatterElements,
  Pad: pad,
  Trilu: trilu,
};
