import { describe, expect, it } from '@jest/globals';
import {
  coveringLayout,
  insideMask,
  type Layout,
  pooledLayout,
  reordering,
  rowOf,
  shapeOf,
  tilesOf,
  windowRows,
} from '../../../../src/onnx/passes/winograd/layout.js';
import { integer } from '../../../support/random.js';

const rowCount = (layout: Layout): number => layout.tile ** 2 * tilesOf(layout);

const randomLayout = (tile: number, zeroTile: boolean): Layout =>
  coveringLayout([1, 3, integer(2, 13), integer(2, 13)], tile, zeroTile);

const pixels = ({ height, width }: Layout): [number, number][] =>
  Array.from({ length: height * width }, (_, i) => [Math.floor(i / width), i % width]);

describe.each([1, 2, 4])('rows in tiles of side %i', (tile) => {
  it('have a place of its own for every pixel, none of them in the tile of zeros', () => {
    const layout = randomLayout(tile, true);
    const rows = pixels(layout).map(([y, x]) => rowOf(layout, y, x));
    expect(new Set(rows).size).toBe(rows.length);
    const [, tiles] = shapeOf(layout);
    for (const row of rows) {
      expect(row).toBeLessThan(rowCount(layout));
      expect(row % tiles).not.toBe(tiles - 1);
    }
  });

  it('are brought into another order pixel by pixel, zeros where there is none', () => {
    const from = randomLayout(tile, true);
    const to = coveringLayout([1, 3, from.height, from.width], 4, true);
    const order = reordering(from, to);
    expect(order).toHaveLength(rowCount(to));
    for (const [y, x] of pixels(from)) expect(order[rowOf(to, y, x)]).toBe(rowOf(from, y, x));
    const zeroTile = order[tilesOf(to) - 1]!;
    expect(zeroTile % tilesOf(from)).toBe(tilesOf(from) - 1);
  });

  it('know which of them are in the picture', () => {
    const layout = randomLayout(tile, true);
    const mask = insideMask(layout);
    expect(mask.reduce((a, b) => a + b)).toBe(layout.height * layout.width);
    for (const [y, x] of pixels(layout)) expect(mask[rowOf(layout, y, x)]).toBe(1);
  });
});

it('windows see the pixels around their tile, and zeros outside the picture', () => {
  const input = coveringLayout([1, 3, 7, 5], 1, true);
  const output = coveringLayout([1, 8, 7, 5], 4, true);
  const zero = tilesOf(input) - 1;
  const padding = { top: 1, left: 1 };
  for (const [first, count] of [
    [0, 5],
    [1, 2],
    [3, 2],
  ] as const) {
    const rows = windowRows(input, { output, side: 6, padding, first, count });
    for (let place = 0; place < 36; place++) {
      for (let tile = first; tile < first + count; tile++) {
        const y = Math.floor(tile / 2) * 4 + Math.floor(place / 6) - 1;
        const x = (tile % 2) * 4 + (place % 6) - 1;
        const inside = tile < 4 && y >= 0 && x >= 0 && y < 7 && x < 5;
        expect(rows[place * count + tile - first]).toBe(inside ? rowOf(input, y, x) : zero);
      }
    }
  }
});

it.each([2, 4])("a pool's windows are the four quarters of rows in tiles of side %i", (tile) => {
  const layout = randomLayout(tile, true);
  const pooled = pooledLayout(layout);
  const quarter = rowCount(layout) / 4;
  for (const [y, x] of pixels(pooled)) {
    const rows = [0, 1, 2, 3].map((corner) => rowOf(layout, 2 * y + (corner >> 1), 2 * x + (corner & 1)));
    expect(rows).toEqual([0, 1, 2, 3].map((corner) => corner * quarter + rowOf(pooled, y, x)));
  }
});
