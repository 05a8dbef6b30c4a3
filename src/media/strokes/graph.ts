/** Strokes as pixels in nodes of a graph, for where the network runs on a device: the formulas of raster.ts, tile by tile. */
import type { Size } from '../../image/picture.js';
import { type Graph, Operators, type Shape, type Value } from '../../onnx/index.js';
import { cutOff, knotWeights, noLength, onCurve, pieces, taperPolynomial } from './curve.js';
import { type Capacity, chunkPairs, gridOf, type Lists, tileSide } from './lists.js';

/** What strokes are in a graph, float32. */
export interface MarkValues {
  /** [n, 3, 2] */
  readonly points: Value;
  /** [n] */
  readonly width: Value;
  /** [n] */
  readonly opacity: Value;
  /** [n, channels] */
  readonly amount: Value;
}

/** Shapes and types of the inputs that lists are given by, see {@link Lists}. */
export const listInputs = (
  strokes: number,
  size: Size,
  { chunks, perStroke, perTile }: Capacity,
): Record<keyof Lists, { readonly dtype: 'int32' | 'float32'; readonly shape: Shape }> => {
  const { columns, rows } = gridOf(size);
  return {
    strokeOf: { dtype: 'int32', shape: [chunks * chunkPairs] },
    origin: { dtype: 'float32', shape: [chunks * chunkPairs, 2] },
    pairsOf: { dtype: 'int32', shape: [strokes + 1, perStroke] },
    chunksOf: { dtype: 'int32', shape: [columns * rows * perTile] },
    placeOf: { dtype: 'int32', shape: [chunks + 1, 1] },
  };
};

/**
 * Appends what marks let through, float32[1, channels, H, W], with the inputs of {@link listInputs}.
 * @param sharpness float32[], see `sharpnessOf`.
 */
export function appendTransmission(
  graph: Graph,
  marks: MarkValues,
  { size, room, sharpness }: { readonly size: Size; readonly room: Capacity; readonly sharpness: Value },
): Value {
  const o = new Operators(graph);
  const [count, channels] = graph.shape(marks.amount) as [number, number];
  const inputs = listInputs(count, size, room);
  for (const [name, { dtype, shape }] of Object.entries(inputs)) graph.input(name, dtype, shape);
  graph.statePlaces('strokeOf', 'pairsOf');
  graph.statePlaces('chunksOf', 'placeOf');

  const column = (value: Value) => o.reshape(value, [count, 1]);
  const each = o.concat(
    [o.reshape(marks.points, [count, 6]), column(o.div(marks.width, 2)), column(marks.opacity), marks.amount],
    1,
  );
  // With one more, which is nothing.
  const ofPair = o.split(o.gather(o.pad(each, [0, 0], [1, 0]), 'strokeOf'), 1, 8 + channels);
  const [half, opacity] = ofPair.slice(6, 8) as [Value, Value];
  const [left, top] = o.split('origin', 1, 2) as [Value, Value];
  const x = [0, 2, 4].map((i) => o.sub(ofPair[i]!, left)) as Points;
  const y = [1, 3, 5].map((i) => o.sub(ofPair[i]!, top)) as Points;

  const { along, distance } = nearest(o, x, y);
  const [a, b, c] = taperPolynomial;
  const taper = o.add(o.mul(along, o.add(o.mul(along, c), b)), a);
  const sigma = o.sigmoid(o.mul(o.sub(o.mul(taper, half), distance), sharpness));
  const taken = o.mul(o.relu(o.sub(sigma, cutOff)), o.div(opacity, 1 - cutOff));
  const pairs = room.chunks * chunkPairs;
  const amounts = o.reshape(o.concat(ofPair.slice(8), 1), [pairs, channels, 1]);
  const through = o.sub(1, o.mul(o.reshape(taken, [pairs, 1, tileSide ** 2]), amounts));
  return joined(o, through, channels, size, room);
}

type Points = [Value, Value, Value];

/** Middles of a tile's pixels from its corner, [1, pixels]. */
const pixelsOf = (graph: Graph, axis: 'x' | 'y'): Value =>
  graph.constant(
    'float32',
    Array.from({ length: tileSide ** 2 }, (_, i) => 0.5 + (axis === 'x' ? i % tileSide : Math.floor(i / tileSide))),
    [1, tileSide ** 2],
  );

/** The nearest place of each pair's curve for each pixel of its tile: where it is along the curve, 0 to 1, and how far. [pairs, pixels] */
function nearest(o: Operators, x: Points, y: Points): { along: Value; distance: Value } {
  const [px, py] = [pixelsOf(o.graph, 'x'), pixelsOf(o.graph, 'y')];
  const piece = o.cast(nearestPiece(o, x, y, px, py), 'float32');
  // Of that piece alone, whose number is an integer and has no gradient: its beginning and its way.
  const from = o.div(piece, pieces);
  const between = o.add(o.mul(from, 2), 1 / pieces);
  const axes = [
    [x, px],
    [y, py],
  ] as const;
  const parts = axes.map(([[p0, p1, p2], pixel]) => {
    // B(t) = p0 + t · rise + t² · bend
    const rise = o.mul(o.sub(p1, p0), 2);
    const bend = o.sub(o.add(p0, p2), o.mul(p1, 2));
    const start = o.add(o.mul(from, o.add(o.mul(from, bend), rise)), p0);
    const way = o.div(o.add(o.mul(between, bend), rise), pieces);
    return { to: o.sub(pixel, start), way };
  });
  const [across, down] = parts as [(typeof parts)[0], (typeof parts)[0]];
  const u = clippedPlace(o, across, down);
  const rest = parts.map(({ to, way }) => o.sub(to, o.mul(u, way)));
  const squared = o.add(o.mul(rest[0]!, rest[0]!), o.mul(rest[1]!, rest[1]!));
  return { along: o.div(o.add(piece, u), pieces), distance: o.sqrt(o.add(squared, onCurve)) };
}

interface Part {
  readonly to: Value;
  readonly way: Value;
}

/** Where on a piece a pixel is nearest, 0 to 1. */
function clippedPlace(o: Operators, across: Part, down: Part): Value {
  const product = o.add(o.mul(across.to, across.way), o.mul(down.to, down.way));
  const length = o.add(o.add(o.mul(across.way, across.way), o.mul(down.way, down.way)), noLength);
  return o.clip(o.div(product, length), 0, 1);
}

/** The number of the nearest piece, int32[pairs, pixels]: of several the first. */
function nearestPiece(o: Operators, x: Points, y: Points, px: Value, py: Value): Value {
  const weights = o.graph.constant('float32', [...knotWeights], [pieces + 1, 3]);
  const knots = (points: Points) => o.split(o.matMul(o.concat(points, 1), o.transpose(weights, [1, 0])), 1, pieces + 1);
  const [knotX, knotY] = [knots(x), knots(y)];
  let found: { squared: Value; piece: Value } | undefined;
  for (let piece = 0; piece < pieces; piece++) {
    const part = (pixel: Value, knot: Value[]): Part => ({
      to: o.sub(pixel, knot[piece]!),
      way: o.sub(knot[piece + 1]!, knot[piece]!),
    });
    const [across, down] = [part(px, knotX), part(py, knotY)];
    const u = clippedPlace(o, across, down);
    const rest = [across, down].map(({ to, way }) => o.sub(to, o.mul(u, way)));
    const squared = o.add(o.mul(rest[0]!, rest[0]!), o.mul(rest[1]!, rest[1]!));
    const number = o.graph.constant('int32', [piece], []);
    if (found) {
      const isNearer = o.less(squared, found.squared);
      found = {
        squared: o.where(isNearer, squared, found.squared),
        piece: o.where(isNearer, number, found.piece),
      };
    } else found = { squared, piece: number };
  }
  return found!.piece;
}

/** The product over the pairs of each tile, and the tiles as a picture. @param through [pairs, channels, pixels]. */
function joined(o: Operators, through: Value, channels: number, size: Size, { chunks, perTile }: Capacity): Value {
  const { columns, rows } = gridOf(size);
  const inChunks = o.reshape(through, [chunks, chunkPairs, channels * tileSide ** 2]);
  const product = o.split(inChunks, 1, chunkPairs).reduce((a, b) => o.mul(a, b));
  const logs = o.reshape(o.log(product), [chunks, channels * tileSide ** 2]);
  // With one more chunk, which lets everything through.
  const ofTiles = o.gather(o.pad(logs, [0, 0], [1, 0]), 'chunksOf');
  const summed = o.reduceSum(o.reshape(ofTiles, [columns * rows, perTile, channels * tileSide ** 2]), [1], false);
  const tiles = o.reshape(o.exp(summed), [rows, columns, channels, tileSide, tileSide]);
  const whole = o.reshape(o.transpose(tiles, [2, 0, 3, 1, 4]), [1, channels, rows * tileSide, columns * tileSide]);
  return o.slice(whole, { starts: [0, 0], ends: [size.height, size.width], axes: [2, 3] });
}
