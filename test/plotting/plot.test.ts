import { describe, expect, test } from '@jest/globals';
import type { Strokes } from '../../src/media/strokes/strokes.js';
import { plotStrokes } from '../../src/plotting/plot.js';
import { drawnStrokes } from './drawn.js';

/** What a program for plotters finds in a file: vpype makes a layer of each group, of a size in units of the view box. */
function read(svg: string) {
  const attributesOf = (tag: string) =>
    Object.fromEntries([...tag.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, n, v]) => [n, v]));
  const [root] = svg.match(/<svg [^>]*>/) ?? [];
  const layers = [...svg.matchAll(/(<g [^>]*>)([\s\S]*?)<\/g>/g)].map(([, tag, content]) => ({
    attributes: attributesOf(tag!),
    tags: [...content!.matchAll(/<(\w+)/g)].map(([, name]) => name),
    paths: [...content!.matchAll(/<path ([^>]*)\/>/g)].map(([, attributes]) => attributesOf(attributes!)),
  }));
  return {
    root: attributesOf(root!),
    tags: [...new Set([...svg.matchAll(/<(\w+)/g)].map(([, name]) => name))],
    layers,
  };
}

/** Points of a path that has nothing but `M` and `Q`. */
function pointsOf(path: string): number[][] {
  expect(path).toMatch(/^M[-\d.]+ [-\d.]+(?:Q[-\d.]+ [-\d.]+ [-\d.]+ [-\d.]+)+$/);
  const numbers = path.match(/-?[\d.]+/g)!.map(Number);
  return Array.from({ length: numbers.length / 2 }, (_, i) => numbers.slice(2 * i, 2 * i + 2));
}

/** Strokes of 256 × 192 pixels as far as the paper goes and beyond, in black, red and blue. */
const plain = drawnStrokes(300);
const inks = [0, 0, 0, 0.8, 0.2, 0.2, 0, 0, 1];
const coloured: Strokes = {
  ...plain,
  points: plain.points.map((value) => 2 * value - 90),
  width: plain.width.map((_, i) => [0.3, 0.3, 0.5][i % 3]!),
  colour: plain.colour.map((_, i) => inks[i % 9]!),
};

describe('a file for plotters', () => {
  const { svg } = plotStrokes(coloured, { page: 'a5', landscape: true, margin: '12mm' });
  const file = read(svg);

  test('has the page’s size, in millimetres', () => {
    expect(file.root).toMatchObject({ width: '210mm', height: '148mm', viewBox: '0 0 210 148' });
  });

  test('has nothing but layers of paths, with no transforms and no fills', () => {
    expect(file.tags).toEqual(['svg', 'g', 'path']);
    expect(svg).not.toMatch(/transform|style=|class=/);
    expect([...svg.matchAll(/fill="([^"]*)"/g)].map(([, fill]) => fill)).toEqual(['none', 'none', 'none']);
    for (const { tags, paths } of file.layers) {
      expect(new Set(tags)).toEqual(new Set(['path']));
      expect(new Set(paths.flatMap((path) => Object.keys(path)))).toEqual(new Set(['d']));
    }
  });

  test('says what colour its paper is, where white pens would not be seen, and draws none', () => {
    expect(svg).not.toMatch(/background|pagecolor/);
    const dark = plotStrokes({ ...coloured, paper: [30, 32, 40] }, { page: 'a5', landscape: true, margin: '12mm' }).svg;
    expect(read(dark).root.style).toBe('background:#1e2028');
    // Inkscape's own, which is no shape.
    expect(dark).toContain('<sodipodi:namedview pagecolor="#1e2028"/>');
    expect(read(dark).layers).toEqual(file.layers);
  });

  test('has a layer for each pen, which says how it draws', () => {
    // 186 mm for 256 pixels, less where its height is the limit: 124 mm for 192.
    expect(file.layers.map(({ attributes }) => attributes)).toEqual([
      layer(1, '1 black 0.19mm', '#000000', '0.19'),
      layer(2, '2 #cc3333 0.19mm', '#cc3333', '0.19'),
      layer(3, '3 blue 0.32mm', '#0000ff', '0.32'),
    ]);
  });

  test('has every point within the margins', () => {
    const points = file.layers.flatMap(({ paths }) => paths.flatMap(({ d }) => pointsOf(d!)));
    expect(points.length).toBeGreaterThan(300);
    const [x, y] = [0, 1].map((axis) => points.map((point) => point[axis]!));
    // 165.33 mm wide, in the middle of 210.
    for (const [values, least, most] of [
      [x!, 22.33, 187.67],
      [y!, 12, 136],
    ] as const) {
      expect(Math.min(...values)).toBeGreaterThanOrEqual(least);
      expect(Math.max(...values)).toBeLessThanOrEqual(most);
    }
  });

  const layer = (number: number, label: string, stroke: string, width: string) => ({
    id: `layer${number}`,
    'inkscape:groupmode': 'layer',
    'inkscape:label': label,
    fill: 'none',
    stroke,
    'stroke-width': width,
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
  });
});

describe('pens', () => {
  const labels = (...args: Parameters<typeof plotStrokes>) =>
    plotStrokes(...args).figures.pens.map(({ label }) => label);

  test('that are given draw what is nearest to them', () => {
    const pens = '#000:0.3mm,#f00:0.5mm,green:1mm';
    // What is blue is nearer to black.
    expect(labels(coloured, { pens })).toEqual(['1 black 0.3mm', '2 red 0.5mm']);
  });

  test('of one colour and many widths are one, of the median', () => {
    const strokes = { ...plain, width: plain.width.map((_, i) => 1 + i / 300) };
    expect(labels(strokes, { page: '276x212mm' })).toEqual(['1 black 1.5mm']);
  });

  test('of too many colours have to be given', () => {
    const strokes = { ...plain, colour: plain.colour.map((_, i) => i / 900) };
    expect(() => plotStrokes(strokes)).toThrow(/^pens: strokes of this preset have colours of their own; say which/);
    expect(labels(strokes, { pens: 'black:0.3mm,white:0.3mm' })).toHaveLength(2);
  });

  test('draw or do not: weak strokes are left out', () => {
    const strokes = { ...plain, opacity: plain.opacity.map((_, i) => (i < 100 ? 0.13 : 0.12)) };
    expect(plotStrokes(strokes, { page: 'a4' }).figures.penLifts).toBeLessThanOrEqual(110);
  });
});

describe('what a plot takes', () => {
  /** One pixel is a millimetre. From (10, 10) to the right, and back 30 mm below. */
  const two: Strokes = {
    size: { width: 100, height: 60 },
    paper: [255, 255, 255],
    kind: 'ink',
    points: Float32Array.of(0, 0, 50, 0, 100, 0, 0, 30, 50, 30, 100, 30),
    width: Float32Array.of(0.5, 0.5),
    opacity: Float32Array.of(1, 1),
    colour: new Float32Array(6),
  };
  const page = '120x80mm';

  test('metres, lifts and minutes', () => {
    const { svg, figures } = plotStrokes(two, { page, plotSpeed: 10 });
    expect(figures).toEqual({
      pens: [{ label: '1 black 0.5mm', metres: 0.2, paths: 2 }],
      // There √200, 30 mm between the two, and back from (10, 40).
      penUpMetres: 0.085,
      penLifts: 2,
      // 20 s for the lines, a third of 8.5 s, and half of one.
      minutes: 0.4,
    });
    expect(svg.match(/ d="[^"]*"/g)).toEqual([' d="M10 10Q60 10 110 10"', ' d="M110 40Q60 40 10 40"']);
  });

  test('nothing, where nothing was drawn', () => {
    const none = plotStrokes({ ...two, opacity: new Float32Array(2) }, { page });
    expect(none.figures).toEqual({ pens: [], penUpMetres: 0, penLifts: 0, minutes: 0 });
    expect(read(none.svg).layers).toEqual([]);
  });
});
