/**
 * Pictures as rows: a [1, C, H, W] tensor as a matrix with a row of C channels for every pixel. A window of pixels is then a list
 * of rows, which Gather copies whole, whatever order the rows are in: so each operator leaves them in the order that suits it.
 */

/** The order of the rows: [places in a tile, tiles] of [C], where tiles of `tile`×`tile` pixels cover the picture row-major. */
export interface Layout {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Side of the tiles; 1 is plain row-major order. */
  readonly tile: number;
  readonly tilesHigh: number;
  readonly tilesWide: number;
  /** Whether there is one tile more, at the end, that is all zeros: what windows see outside the picture. */
  readonly zeroTile: boolean;
}

/** Rows for a picture, in tiles that just cover it. What they have past its edges is undefined. */
export function coveringLayout(
  [, channels, height, width]: readonly [number, number, number, number],
  tile: number,
  zeroTile: boolean,
): Layout {
  const [tilesHigh, tilesWide] = [Math.ceil(height / tile), Math.ceil(width / tile)];
  return { channels, height, width, tile, tilesHigh, tilesWide, zeroTile };
}

export const tilesOf = ({ tilesHigh, tilesWide, zeroTile }: Layout): number => tilesHigh * tilesWide + Number(zeroTile);

/** [places in a tile, tiles, channels] */
export const shapeOf = (layout: Layout): [number, number, number] => [
  layout.tile ** 2,
  tilesOf(layout),
  layout.channels,
];

/** The rows of the picture after a 2×2 pool with stride 2, which are those of the first of every four places. */
export function pooledLayout(layout: Layout): Layout {
  const [height, width] = [Math.floor(layout.height / 2), Math.floor(layout.width / 2)];
  return { ...layout, height, width, tile: layout.tile / 2 };
}

export const canPool = ({ tile, height, width }: Layout): boolean =>
  (tile === 2 || tile === 4) && height > 1 && width > 1;

/** Index of a pixel's row. */
export function rowOf(layout: Layout, y: number, x: number): number {
  return rowOfY(layout, y) + rowOfX(layout, x);
}

/** What a pixel's y adds to the index of its row, and its x: tables need them for whole pictures, so each is computed once a line. */
function rowOfY(layout: Layout, y: number): number {
  return placeOfY(layout.tile, y % layout.tile) * tilesOf(layout) + Math.floor(y / layout.tile) * layout.tilesWide;
}
function rowOfX(layout: Layout, x: number): number {
  return placeOfX(layout.tile, x % layout.tile) * tilesOf(layout) + Math.floor(x / layout.tile);
}

const rowsOfYs = (layout: Layout): Int32Array =>
  Int32Array.from({ length: layout.height }, (_, y) => rowOfY(layout, y));
const rowsOfXs = (layout: Layout): Int32Array => Int32Array.from({ length: layout.width }, (_, x) => rowOfX(layout, x));

/**
 * Index of a place in its tile, what its y and its x add to it. In tiles with even sides the four corners of a pool's windows are
 * outermost, so that a pool works on whole quarters of the matrix and leaves the order of tiles half as large.
 */
function placeOfY(tile: number, y: number): number {
  if (tile % 2 === 1) return y * tile;
  const half = tile / 2;
  return (y % 2) * 2 * half ** 2 + Math.floor(y / 2) * half;
}
function placeOfX(tile: number, x: number): number {
  if (tile % 2 === 1) return x;
  const half = tile / 2;
  return (x % 2) * half ** 2 + Math.floor(x / 2);
}

/** For each place (by index) of a tile, its row-major index. */
export function rowMajorPlaces(tile: number): number[] {
  const order: number[] = [];
  for (let y = 0; y < tile; y++)
    for (let x = 0; x < tile; x++) order[placeOfY(tile, y) + placeOfX(tile, x)] = y * tile + x;
  return order;
}

/** The rows of `from` in the order of `to`, which is of the same picture. */
export function reordering(from: Layout, to: Layout): Int32Array {
  const outside = from.zeroTile ? zeroRow(from) : 0;
  const indices = new Int32Array(to.tile ** 2 * tilesOf(to)).fill(outside);
  const [fromY, fromX, toY, toX] = [rowsOfYs(from), rowsOfXs(from), rowsOfYs(to), rowsOfXs(to)];
  for (let y = 0; y < to.height; y++) {
    for (let x = 0; x < to.width; x++) indices[toY[y]! + toX[x]!] = fromY[y]! + fromX[x]!;
  }
  return indices;
}

/** The windows of some tiles of a convolution's output. */
export interface Windows {
  /** Layout of the output. */
  readonly output: Layout;
  /** Side of a window. */
  readonly side: number;
  /** Zeros before the input's first row and column. */
  readonly padding: { readonly top: number; readonly left: number };
  /** The first tile, and how many. */
  readonly first: number;
  readonly count: number;
}

/** The rows of `input`, which has a zero tile, that windows see: [places in a window, tiles]. */
export function windowRows(input: Layout, { output, side, padding, first, count }: Windows): Int32Array {
  const indices = new Int32Array(side ** 2 * count).fill(zeroRow(input));
  const last = Math.min(first + count, output.tilesHigh * output.tilesWide);
  const [ofY, ofX] = [rowsOfYs(input), rowsOfXs(input)];
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < side; j++) {
      const begin = (i * side + j) * count - first;
      for (let tile = first; tile < last; tile++) {
        const y = Math.floor(tile / output.tilesWide) * output.tile + i - padding.top;
        const x = (tile % output.tilesWide) * output.tile + j - padding.left;
        const inside = y >= 0 && y < input.height && x >= 0 && x < input.width;
        if (inside) indices[begin + tile] = ofY[y]! + ofX[x]!;
      }
    }
  }
  return indices;
}

/** Which rows are pixels of the picture: 1, or 0 for those past its edges. */
export function insideMask(layout: Layout): Float32Array {
  const mask = new Float32Array(layout.tile ** 2 * tilesOf(layout));
  const [ofY, ofX] = [rowsOfYs(layout), rowsOfXs(layout)];
  for (const row of ofY) for (const column of ofX) mask[row + column] = 1;
  return mask;
}

const zeroRow = ({ tilesHigh, tilesWide }: Layout): number => tilesHigh * tilesWide;
