import { expect, test } from '@jest/globals';
import { chunkPairs, fits, listsOf, needed, pairsOf } from '../../../src/media/strokes/lists.js';
import { type Sheet, transmit } from '../../../src/media/strokes/raster.js';
import { inFloat64, someMarks } from '../../support/strokes.js';

const sheet: Sheet = { width: 90, height: 70, channels: 1, softness: 1 };
const columns = 6;
const marks = someMarks(30, sheet, 60);
const reach = (stroke: number) => marks.width[stroke]! / 2 + 4;
const pairs = pairsOf(marks.points, 30, reach, sheet);

test('every tile that a stroke is seen in has it', () => {
  for (let stroke = 0; stroke < 30; stroke++) {
    const alone = inFloat64({
      points: marks.points.subarray(6 * stroke, 6 * stroke + 6),
      width: marks.width.subarray(stroke, stroke + 1),
      opacity: Float32Array.of(1),
      amount: Float32Array.of(1),
    });
    const through = new Float64Array(sheet.width * sheet.height);
    transmit(alone, sheet, through);
    through.forEach((value, i) => {
      if (value === 1) return;
      const tile = Math.floor(Math.floor(i / sheet.width) / 16) * columns + Math.floor((i % sheet.width) / 16);
      expect(pairs.ofTile[tile]).toContain(stroke);
    });
  }
});

test('tiles that it is far from do not', () => {
  const all = pairs.ofTile.reduce((sum, list) => sum + list.length, 0);
  expect(all).toBeLessThan(0.6 * 30 * pairs.ofTile.length);
});

test('from stroke to pair and from pair to tile, and back', () => {
  const room = { ...needed(pairs), chunks: needed(pairs).chunks + 3 };
  const { strokeOf, origin, pairsOf: ofStroke, chunksOf, placeOf } = listsOf(pairs, sheet, room);
  const none = room.chunks * chunkPairs;
  expect(strokeOf).toHaveLength(none);
  pairs.ofTile.forEach((list, tile) => {
    const chunks = [...chunksOf.subarray(tile * room.perTile, (tile + 1) * room.perTile)].filter(
      (chunk) => chunk < room.chunks,
    );
    chunks.forEach((chunk, i) => {
      expect(placeOf[chunk]).toBe(tile * room.perTile + i);
    });
    const held = chunks.flatMap((chunk) => [...strokeOf.subarray(chunk * chunkPairs, (chunk + 1) * chunkPairs)]);
    expect(held.filter((stroke) => stroke < 30)).toEqual(list);
    for (const chunk of chunks) {
      expect([...origin.subarray(2 * chunk * chunkPairs, 2 * chunk * chunkPairs + 2)]).toEqual([
        (tile % columns) * 16,
        Math.floor(tile / columns) * 16,
      ]);
    }
  });
  for (let stroke = 0; stroke < 30; stroke++) {
    const own = [...ofStroke.subarray(stroke * room.perStroke, (stroke + 1) * room.perStroke)];
    const expected = [...strokeOf.keys()].filter((pair) => strokeOf[pair] === stroke);
    expect(own.filter((pair) => pair < none)).toEqual(expected);
  }
});

test('room for more serves, room for less does not', () => {
  const need = needed(pairs);
  expect(fits(need, { ...need, perTile: need.perTile + 1 })).toBe(true);
  for (const name of ['chunks', 'perStroke', 'perTile'] as const) {
    const less = { ...need, [name]: need[name] - 1 };
    expect(fits(need, less)).toBe(false);
    expect(() => listsOf(pairs, sheet, less)).toThrow('no room');
  }
});

test('without strokes there are lists all the same', () => {
  const none = pairsOf(new Float32Array(0), 0, reach, sheet);
  expect(needed(none)).toEqual({ chunks: 1, perStroke: 1, perTile: 1 });
  expect(listsOf(none, sheet, needed(none)).strokeOf).toEqual(new Int32Array(chunkPairs));
});
