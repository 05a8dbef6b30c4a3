/** Tiles of a picture that together give its exact gradient. */
import { gridOf, type Layer, layersThrough } from '../vgg19/layers.js';
import type { ModelSite } from './models.js';

/** A stretch of one side of the picture, and the positions of the layer that count there. */
export interface Stretch {
  /** Where the tile begins, in pixels: a multiple of the pools' grid. */
  readonly start: number;
  /** The first position of the layer, counted in the whole picture, whose loss is the tile's, and the first that no longer is. */
  readonly from: number;
  readonly to: number;
}

/** How a picture is cut: all tiles have one size, and each position of the layer counts in exactly one of them. */
export interface Tiling {
  /** A tile's size in pixels. */
  readonly height: number;
  readonly width: number;
  readonly rows: readonly Stretch[];
  readonly columns: readonly Stretch[];
}

/**
 * How many pixels on each side of a position's own square of the grid its activation depends on. Each 3×3 convolution reaches one
 * position further, of the grid it works on; pools reach no further than their own square.
 */
export function haloOf(layer: Layer): number {
  let grid = 1;
  let halo = 0;
  for (const { kind } of layersThrough(layer)) {
    if (kind === 'pool') grid *= 2;
    else halo += grid;
  }
  return halo;
}

/**
 * Cuts a picture into rows × columns tiles, as small as they can be. A tile's loss counts only the positions that see nothing
 * past the tile's edge but what is past the picture's edge too, so its zero padding is the picture's own: sums of the tiles'
 * losses and gradients are those of the whole picture. A tile may end off the grid, where the pools drop its last pixels:
 * none that count see those.
 * @returns undefined where tiles of that number would be no smaller than with fewer, or have nothing that counts.
 */
export function tilingOf({ layer, height, width }: ModelSite, rows: number, columns: number): Tiling | undefined {
  const down = cut(height, rows, layer);
  const across = cut(width, columns, layer);
  if (!down || !across) return undefined;
  return { height: down.length, width: across.length, rows: down.stretches, columns: across.stretches };
}

function cut(side: number, count: number, layer: Layer): { length: number; stretches: Stretch[] } | undefined {
  const grid = gridOf(layer);
  const positions = Math.floor(side / grid);
  if (count === 1) return { length: side, stretches: [{ start: 0, from: 0, to: positions }] };
  const halo = Math.ceil(haloOf(layer) / grid);
  // In positions. The first and the last tile have a halo on one side only: count · length = positions + 2 · halo · (count − 1).
  const length = Math.ceil((positions + 2 * halo * (count - 1)) / count);
  const step = length - 2 * halo;
  const last = positions - length;
  if (step < 1 || (count - 2) * step >= last) return undefined;
  const starts = Array.from({ length: count }, (_, i) => Math.min(i * step, last));
  const stretches = starts.map((start, i) => ({
    start: start * grid,
    from: i === 0 ? 0 : start + halo,
    to: i === count - 1 ? positions : starts[i + 1]! + halo,
  }));
  // Every tile is as long as the last one, which ends where the picture does.
  return { length: length * grid + (side % grid), stretches };
}

/** One tile of a {@link Tiling}. */
export interface Tile {
  readonly row: Stretch;
  readonly column: Stretch;
}

/** All tiles, row by row. */
export const tilesOf = ({ rows, columns }: Tiling): Tile[] =>
  rows.flatMap((row) => columns.map((column) => ({ row, column })));

/**
 * Copies a tile out of a picture.
 * @param picture float32[3, H, W]; `width` is its W.
 * @param part what to copy it to, float32[3, h, w]. Default: a new array.
 */
export function readTile(
  picture: Float32Array,
  width: number,
  tiling: Tiling,
  tile: Tile,
  part = new Float32Array(3 * tiling.height * tiling.width),
): Float32Array {
  for (const { inPicture, inTile } of linesOf(picture.length, width, tiling, tile)) {
    part.set(picture.subarray(inPicture, inPicture + tiling.width), inTile);
  }
  return part;
}

/** Adds a tile's values, float32[3, h, w], to those of a picture, float32[3, H, W]. */
export function addTile(picture: Float32Array, width: number, tiling: Tiling, tile: Tile, part: Float32Array): void {
  for (const { inPicture, inTile } of linesOf(picture.length, width, tiling, tile)) {
    for (let i = 0; i < tiling.width; i++) picture[inPicture + i]! += part[inTile + i]!;
  }
}

/** Where the lines of a tile begin, in the picture and in the tile. */
function* linesOf(
  length: number,
  width: number,
  tiling: Tiling,
  { row, column }: Tile,
): Generator<{ inPicture: number; inTile: number }> {
  const area = length / 3;
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < tiling.height; y++) {
      const inPicture = channel * area + (row.start + y) * width + column.start;
      yield { inPicture, inTile: (channel * tiling.height + y) * tiling.width };
    }
  }
}

/** 1 at the positions of the layer that count in a tile, 0 elsewhere: float32[h, w] of the layer's positions in the tile. */
export function countedIn(layer: Layer, tiling: Tiling, { row, column }: Tile): Float32Array {
  const grid = gridOf(layer);
  const [height, width] = [Math.floor(tiling.height / grid), Math.floor(tiling.width / grid)];
  const [top, left] = [row.start / grid, column.start / grid];
  const counted = new Float32Array(height * width);
  for (let y = row.from - top; y < row.to - top; y++) {
    counted.fill(1, y * width + column.from - left, y * width + column.to - left);
  }
  return counted;
}
