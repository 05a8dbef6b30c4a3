/**
 * Which strokes reach which tiles of the picture, as lists for a graph that gathers by them: by tile on the way to the pixels, by stroke on
 * the way back. Tiles have squares of pixels; pairs of a stroke and a tile come in chunks of one tile each, so that a tile with many strokes
 * does not make every other tile's list as long as its own.
 */
import type { Size } from '../../image/picture.js';
import { knotWeights, pieces } from './curve.js';
import type { Floats } from './trace.js';

/** Side of a tile, in pixels. */
export const tileSide = 16;

/** Pairs in a chunk. */
export const chunkPairs = 4;

/** How many tiles there are. */
export const gridOf = ({ width, height }: Size): { readonly columns: number; readonly rows: number } => ({
  columns: Math.ceil(width / tileSide),
  rows: Math.ceil(height / tileSide),
});

/** What lists have room for, so that a session serves many of them. */
export interface Capacity {
  readonly chunks: number;
  /** Pairs of one stroke. */
  readonly perStroke: number;
  /** Chunks of one tile. */
  readonly perTile: number;
}

export interface Pairs {
  /** The strokes of each tile, in their order. */
  readonly ofTile: readonly (readonly number[])[];
  readonly strokes: number;
}

/**
 * @param points [n, 3, 2].
 * @param reachOf how far each stroke is to be seen from its curve, in pixels.
 */
export function pairsOf(points: Floats, strokes: number, reachOf: (stroke: number) => number, size: Size): Pairs {
  const { columns, rows } = gridOf(size);
  const ofTile = Array.from({ length: columns * rows }, (): number[] => []);
  const [x, y] = [new Float64Array(pieces + 1), new Float64Array(pieces + 1)];
  for (let stroke = 0; stroke < strokes; stroke++) {
    for (let knot = 0; knot <= pieces; knot++) {
      [x[knot], y[knot]] = [0, 0];
      for (let point = 0; point < 3; point++) {
        x[knot]! += knotWeights[3 * knot + point]! * points[6 * stroke + 2 * point]!;
        y[knot]! += knotWeights[3 * knot + point]! * points[6 * stroke + 2 * point + 1]!;
      }
    }
    // From a tile's middle to the curve, where a corner of it may be reached.
    const far = reachOf(stroke) + tileSide * Math.SQRT1_2;
    const column = (at: number) => Math.floor(at / tileSide);
    const [left, right] = [
      Math.max(0, column(Math.min(...x) - far)),
      Math.min(columns - 1, column(Math.max(...x) + far)),
    ];
    const [top, bottom] = [Math.max(0, column(Math.min(...y) - far)), Math.min(rows - 1, column(Math.max(...y) + far))];
    for (let row = top; row <= bottom; row++) {
      for (let at = left; at <= right; at++) {
        const middle = [(at + 0.5) * tileSide, (row + 0.5) * tileSide] as const;
        if (isNear(x, y, ...middle, far)) ofTile[row * columns + at]!.push(stroke);
      }
    }
  }
  return { ofTile, strokes };
}

function isNear(x: Float64Array, y: Float64Array, px: number, py: number, far: number): boolean {
  for (let piece = 0; piece < pieces; piece++) {
    const [vx, vy] = [px - x[piece]!, py - y[piece]!];
    const [dx, dy] = [x[piece + 1]! - x[piece]!, y[piece + 1]! - y[piece]!];
    const along = (vx * dx + vy * dy) / (dx * dx + dy * dy || 1);
    const u = Math.min(1, Math.max(0, along));
    if ((vx - u * dx) ** 2 + (vy - u * dy) ** 2 <= far * far) return true;
  }
  return false;
}

/** What lists of these pairs need. */
export function needed({ ofTile, strokes }: Pairs): Capacity {
  const perStroke = new Int32Array(strokes);
  let [chunks, perTile] = [0, 1];
  for (const list of ofTile) {
    for (const stroke of list) perStroke[stroke]!++;
    const ofThis = Math.ceil(list.length / chunkPairs);
    chunks += ofThis;
    perTile = Math.max(perTile, ofThis);
  }
  return { chunks: Math.max(1, chunks), perStroke: perStroke.reduce((most, n) => Math.max(most, n), 1), perTile };
}

export const fits = (need: Capacity, room: Capacity): boolean =>
  need.chunks <= room.chunks && need.perStroke <= room.perStroke && need.perTile <= room.perTile;

/** As the inputs of a graph, int32 and float32, padded. A stroke that is none has the number of strokes, a pair that is none that of pairs. */
export interface Lists {
  /** [pairs]: the stroke of each. */
  readonly strokeOf: Int32Array;
  /** [pairs, 2]: the upper left corner of its tile, in pixels. */
  readonly origin: Float32Array;
  /** [strokes + 1, perStroke]: the pairs of each. */
  readonly pairsOf: Int32Array;
  /** [tiles · perTile]: the chunks of each. */
  readonly chunksOf: Int32Array;
  /** [chunks + 1, 1]: where each stands among those. */
  readonly placeOf: Int32Array;
}

/** @throws Error where the pairs have no room. */
export function listsOf(pairs: Pairs, size: Size, room: Capacity): Lists {
  const { chunks, perStroke, perTile } = room;
  if (!fits(needed(pairs), room)) throw new Error('there is no room for so many pairs of strokes and tiles');
  const { ofTile, strokes } = pairs;
  const { columns } = gridOf(size);
  const count = chunks * chunkPairs;
  const lists: Lists = {
    strokeOf: new Int32Array(count).fill(strokes),
    origin: new Float32Array(2 * count),
    pairsOf: new Int32Array((strokes + 1) * perStroke).fill(count),
    chunksOf: new Int32Array(ofTile.length * perTile).fill(chunks),
    placeOf: new Int32Array(chunks + 1).fill(ofTile.length * perTile),
  };
  const used = new Int32Array(strokes);
  let chunk = 0;
  ofTile.forEach((list, tile) => {
    const corner = [(tile % columns) * tileSide, Math.floor(tile / columns) * tileSide];
    for (let first = 0; first < list.length; first += chunkPairs, chunk++) {
      const place = tile * perTile + first / chunkPairs;
      lists.chunksOf[place] = chunk;
      lists.placeOf[chunk] = place;
      list.slice(first, first + chunkPairs).forEach((stroke, i) => {
        const pair = chunk * chunkPairs + i;
        lists.strokeOf[pair] = stroke;
        lists.origin.set(corner, 2 * pair);
        lists.pairsOf[stroke * perStroke + used[stroke]!++] = pair;
      });
    }
  });
  return lists;
}
