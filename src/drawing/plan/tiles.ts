/** Tiles of a picture that together give its exact gradient. */
import type { Size } from '../../image/picture.js';
import type { NetworkOutline, Reach } from '../../networks/network.js';
import type { Term } from '../../objectives/term.js';

/** A span of one side of the picture, and the positions that count there. */
export interface Span {
  /** Where the tile begins, in pixels: a multiple of the grid. */
  readonly start: number;
  /** The first position of the coarsest grid, counted in the whole picture, that counts here, and the first that no longer does. */
  readonly from: number;
  readonly to: number;
}

/** How a picture is cut: all tiles have one size, and each position counts in exactly one of them. */
export interface Tiling {
  /** A tile's size in pixels. */
  readonly height: number;
  readonly width: number;
  /** Pixels from one position to the next of the coarsest layer that is looked at. */
  readonly grid: number;
  readonly rows: readonly Span[];
  readonly columns: readonly Span[];
}

/** The reach of all terms together; undefined where the network has none, and its picture can't be cut. */
export function reachOf(
  network: NetworkOutline,
  { terms }: { readonly terms: readonly Pick<Term, 'layers' | 'reach' | 'grid'>[] },
): Reach | undefined {
  if (!network.reach) return undefined;
  const reaches = terms.flatMap(({ layers }) => layers.map((layer) => network.reach!(layer)));
  return {
    // All are powers of two.
    grid: Math.max(...terms.map(({ grid = 1 }) => grid), ...reaches.map(({ grid }) => grid)),
    halo: Math.max(...terms.map(({ reach = 0 }) => reach), ...reaches.map(({ halo }) => halo)),
  };
}

/**
 * Cuts a picture into rows × columns tiles, as small as they can be. A tile's loss counts only the positions that see nothing
 * past the tile's edge but what is past the picture's edge too, so its zero padding is the picture's own: sums of the tiles'
 * losses and gradients are those of the whole picture. A tile may end off the grid, where the pools drop its last pixels:
 * none that count see those.
 * @returns undefined where tiles of that number would be no smaller than with fewer, or have nothing that counts.
 */
export function tilingOf(reach: Reach, { height, width }: Size, rows: number, columns: number): Tiling | undefined {
  const down = cut(height, rows, reach);
  const across = cut(width, columns, reach);
  if (!down || !across) return undefined;
  const { grid } = reach;
  return { height: down.length, width: across.length, grid, rows: down.spans, columns: across.spans };
}

function cut(side: number, count: number, reach: Reach): { length: number; spans: Span[] } | undefined {
  const { grid } = reach;
  const positions = Math.floor(side / grid);
  if (count === 1) return { length: side, spans: [{ start: 0, from: 0, to: positions }] };
  const halo = Math.ceil(reach.halo / grid);
  // In positions. The first and the last tile have a halo on one side only: count · length = positions + 2 · halo · (count − 1).
  const length = Math.ceil((positions + 2 * halo * (count - 1)) / count);
  const step = length - 2 * halo;
  const last = positions - length;
  if (step < 1 || (count - 2) * step >= last) return undefined;
  const starts = Array.from({ length: count }, (_, i) => Math.min(i * step, last));
  const spans = starts.map((start, i) => ({
    start: start * grid,
    from: i === 0 ? 0 : start + halo,
    to: i === count - 1 ? positions : starts[i + 1]! + halo,
  }));
  // Every tile is as long as the last one, which ends where the picture does.
  return { length: length * grid + (side % grid), spans };
}

/** One tile of a {@link Tiling}. */
export interface Tile {
  readonly row: Span;
  readonly column: Span;
}

/** All tiles, row by row. */
export const tilesOf = ({ rows, columns }: Tiling): Tile[] =>
  rows.flatMap((row) => columns.map((column) => ({ row, column })));

/**
 * Copies a tile out of a picture.
 * @param picture float32[C, H, W], a whole picture of this size.
 * @param part what to copy it to, float32[C, h, w]. Default: a new array.
 */
export function readTile(
  picture: Float32Array,
  size: Size,
  tiling: Tiling,
  tile: Tile,
  part = new Float32Array((picture.length / (size.height * size.width)) * tiling.height * tiling.width),
): Float32Array {
  for (const { inPicture, inTile } of linesOf(picture.length, size, tiling, tile)) {
    part.set(picture.subarray(inPicture, inPicture + tiling.width), inTile);
  }
  return part;
}

/** Adds a tile's values, float32[C, h, w], to those of a picture, float32[C, H, W]. */
export function addTile(picture: Float32Array, size: Size, tiling: Tiling, tile: Tile, part: Float32Array): void {
  for (const { inPicture, inTile } of linesOf(picture.length, size, tiling, tile)) {
    for (let i = 0; i < tiling.width; i++) picture[inPicture + i]! += part[inTile + i]!;
  }
}

/** Where the lines of a tile begin, in the picture and in the tile. */
function* linesOf(
  length: number,
  { height, width }: Size,
  tiling: Tiling,
  { row, column }: Tile,
): Generator<{ inPicture: number; inTile: number }> {
  const area = height * width;
  for (let channel = 0; channel < length / area; channel++) {
    for (let y = 0; y < tiling.height; y++) {
      const inPicture = channel * area + (row.start + y) * width + column.start;
      yield { inPicture, inTile: (channel * tiling.height + y) * tiling.width };
    }
  }
}

/**
 * 1 at the positions of a layer that count in a tile, 0 elsewhere: float32[h, w] of the layer's positions in the tile.
 * @param grid pixels from one position of the layer to the next; 1 for the canvas itself.
 */
export function countedIn(grid: number, tiling: Tiling, { row, column }: Tile): Float32Array {
  const [height, width] = [Math.floor(tiling.height / grid), Math.floor(tiling.width / grid)];
  const [top, bottom] = counting(row, tiling.rows, grid, tiling.grid, height);
  const [left, right] = counting(column, tiling.columns, grid, tiling.grid, width);
  const counted = new Float32Array(height * width);
  for (let y = top; y < bottom; y++) counted.fill(1, y * width + left, y * width + right);
  return counted;
}

/** The first position of a span that counts, and the first that does not, counted in the tile, which has `side` of them. */
function counting(span: Span, spans: readonly Span[], grid: number, coarsest: number, side: number): [number, number] {
  const times = coarsest / grid;
  const start = span.start / grid;
  // A finer layer may have positions after the last one of the coarsest.
  const end = span === spans.at(-1) ? side : span.to * times - start;
  return [span.from * times - start, end];
}
