/** The sheet to copy a drawing by. */
import { describe, expect, test } from '@jest/globals';
import { stepsSheet } from '../../../src/media/strokes/steps.js';
import type { Strokes } from '../../../src/media/strokes/strokes.js';
import { someStrokes } from '../../support/strokes.js';

const drawing = (count: number, size = { width: 256, height: 192 }): Strokes => someStrokes(count, size);

const countIn = ({ width }: Strokes): number => width.length;

describe('panels', () => {
  test.each([
    [0, 6],
    [40, 6],
    [650, 8],
    [801, 9],
  ])('of %i strokes there are %i', (count, panels) => {
    expect(stepsSheet(drawing(count)).panels).toHaveLength(panels);
  });

  test('show more and more strokes, and the finished drawing at last', () => {
    const strokes = drawing(40);
    const { panels } = stepsSheet(strokes);
    const counts = panels.map((panel) => countIn(panel.strokes));
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(counts.at(-2)).toBe(40);
    expect(panels.at(-1)!.strokes).toBe(strokes);
  });

  test('show what is to be added, more firmly than it is drawn, and what is there already grey and pale', () => {
    const { panels } = stepsSheet(drawing(40));
    const [first, second] = panels as [(typeof panels)[0], (typeof panels)[0]];
    const earlier = countIn(first.strokes);
    const sum = (values: Float32Array) => values.reduce((all, value) => all + value, 0);
    // Added at the square root of their opacity: pale ones are to be seen.
    const squared = first.strokes.opacity.map((value) => value ** 2);
    expect(sum(second.strokes.opacity.subarray(0, earlier))).toBeCloseTo(0.3 * sum(squared), 4);
    for (let stroke = 0; stroke < countIn(second.strokes); stroke++) {
      const colour = second.strokes.colour.subarray(3 * stroke, 3 * stroke + 3);
      const isGrey = colour[0] === colour[1] && colour[1] === colour[2];
      expect([stroke, isGrey]).toEqual([stroke, stroke < earlier]);
    }
  });

  test.each([
    [{ width: 256, height: 192 }],
    [{ width: 192, height: 256 }],
    [{ width: 256, height: 40 }],
    [{ width: 40, height: 256 }],
    [{ width: 100, height: 100 }],
  ])('of %j lie side by side on the sheet, and have its shape', (size) => {
    for (const count of size.width === 256 ? [40, 801] : [40]) {
      const { panels, size: sheet } = stepsSheet(drawing(count, size));
      expect([sheet.width, sheet.height].sort()).toEqual([210, 297]);
      for (const [i, { left, top, width, height }] of panels.entries()) {
        expect(width / height).toBeCloseTo(size.width / size.height, 6);
        expect(left).toBeGreaterThan(11.99);
        expect(left + width).toBeLessThan(sheet.width - 11.99);
        expect(top + height).toBeLessThan(sheet.height - 11.99);
        for (const other of panels.slice(0, i)) {
          const isBeside = other.left + other.width < left || left + width < other.left;
          expect(isBeside || other.top + other.height < top).toBe(true);
        }
      }
      // What is bare is shared out.
      const bottom = Math.max(...panels.map(({ top, height }) => top + height));
      expect(sheet.height - bottom).toBeLessThan(12 + 0.07 * sheet.height);
      // Of the sheet a third at least, unless the photo is as long as a tape.
      const share = (panels.length * panels[0]!.width * panels[0]!.height) / (210 * 297);
      if (Math.max(size.width, size.height) < 2 * Math.min(size.width, size.height))
        expect(share).toBeGreaterThan(0.33);
    }
  });
});

describe('the title', () => {
  const lettersOf = (title: string) => countIn(stepsSheet(drawing(3), title).lettering);
  const bare = lettersOf('');

  test('is the name of the drawing, in small letters and without accents', () => {
    expect(lettersOf('Café_2')).toBe(lettersOf('cafe 2'));
    expect(lettersOf('cafe')).toBeGreaterThan(bare);
  });

  test('has no name that can not be written', () => {
    expect(lettersOf('фото')).toBe(bare);
    expect(lettersOf('a\u001b[31m')).toBe(bare);
  });

  test('ends where the sheet does', () => {
    const { lettering, size } = stepsSheet(drawing(3), 'm'.repeat(500));
    const xs = lettering.points.filter((_, i) => i % 2 === 0);
    expect(Math.max(...xs)).toBeLessThan(size.width - 11);
  });
});
