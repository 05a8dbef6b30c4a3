import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { draw } from '../../../src/drawing/draw.js';
import { presets } from '../../../src/drawing/recipe/presets.js';
import { renderStrokes } from '../../../src/media/strokes/render.js';
import type { Strokes } from '../../../src/media/strokes/strokes.js';
import { strokesToSvg } from '../../../src/media/strokes/svg.js';
import type { SvgStyle } from '../../../src/media/strokes/svg-styles.js';
import { samplePath } from '../../golden/drawings.js';
import { psnr } from '../../support/psnr.js';
import { uniform, uniforms } from '../../support/random.js';

const size = { width: 160, height: 120 };

/** Strokes as presets make them: lines that a hand draws in one go. */
function someStrokes(count: number, kind: Partial<Strokes>, width: readonly [number, number]): Strokes {
  const one = () => {
    const [x, y, angle, half, bend] = [
      uniform(0, 160),
      uniform(0, 120),
      uniform(0, 6.3),
      uniform(4, 20),
      uniform(-0.5, 0.5),
    ];
    const [dx, dy] = [half * Math.cos(angle), half * Math.sin(angle)];
    return [x - dx, y - dy, x + bend * dy, y - bend * dx, x + dx, y + dy];
  };
  return {
    size,
    paper: [255, 255, 255],
    kind: 'ink',
    points: Float32Array.from(Array.from({ length: count }, one).flat()),
    width: Float32Array.from(uniforms([count], ...width)),
    opacity: Float32Array.from(uniforms([count], 0.05, 0.6)),
    colour: Float32Array.from(uniforms([3 * count], 0, 1)),
    ...kind,
  };
}

const count = 60;
const plain = (level: number) => new Float32Array(3 * count).fill(level);
const pen = someStrokes(count, { colour: plain(0) }, [0.4, 3]);
const brush = someStrokes(count, {}, [1, 9]);
const chalk = someStrokes(count, { kind: 'chalk', paper: [20, 22, 30], colour: plain(1) }, [0.4, 3]);
const pastel = someStrokes(count, { kind: 'chalk', paper: [60, 40, 20] }, [1, 9]);
const onToned = someStrokes(count, { paper: [230, 215, 180] }, [1, 9]);

/** As librsvg shows it. */
const shown = (svg: string): Promise<Buffer> => sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer();

/** How near an SVG is to the still, in dB. */
const nearness = async (strokes: Strokes, options: Parameters<typeof strokesToSvg>[1] = {}): Promise<number> =>
  psnr(await shown(strokesToSvg(strokes, options)), renderStrokes(strokes).rgb, 255);

/** How near the end of one that draws itself, which is what a program without animations shows, is to one that stands still, in dB. */
async function nearnessOfEnd(strokes: Strokes, style: SvgStyle): Promise<number> {
  const [moving, still] = [strokesToSvg(strokes, { style, seconds: 8 }), strokesToSvg(strokes, { style })];
  return psnr(await shown(moving), await shown(still), 255);
}

describe.each([
  ['black ink on white paper', pen],
  ['coloured ink on white paper', brush],
  ['coloured ink on toned paper', onToned],
  ['white chalk on dark paper', chalk],
  ['coloured chalk on dark paper', pastel],
])('%s', (_, strokes) => {
  test('outlines are the still', async () => {
    expect(await nearness(strokes)).toBeGreaterThan(32);
  });

  test('centrelines are like it', async () => {
    expect(await nearness(strokes, { style: 'centreline' })).toBeGreaterThan(24);
  });

  test('one that draws itself ends as the one that stands still', async () => {
    expect(await nearnessOfEnd(strokes, 'outline')).toBeGreaterThan(50);
  });
});

test('fine lines of pens are as pale as in the still', async () => {
  const fine = { ...pen, width: new Float32Array(count).fill(0.4), opacity: new Float32Array(count).fill(0.95) };
  expect(await nearness({ ...fine, isOfPens: true })).toBeGreaterThan(32);
});

test('centrelines that draw themselves end as those that stand still', async () => {
  expect(await nearnessOfEnd(pen, 'centreline')).toBeGreaterThan(50);
});

test.each(['pen', 'brush'] as const)('a drawing with the preset %s is its still', async (name) => {
  const [phase] = presets[name].phases;
  const preset = { ...presets[name], phases: [{ ...phase!, iterations: 20 }] };
  for await (const { strokes, canvas } of draw(samplePath, {
    preset,
    size: 96,
    strokes: count,
    weights: 'contour:1',
    provider: 'cpu',
  })) {
    if (canvas) expect(await nearness(strokes!)).toBeGreaterThan(32);
  }
});

test('says what it is', () => {
  const svg = strokesToSvg(brush, { title: 'Fish & <chips>\n', description: 'drawn' });
  const lines = svg.split('\n');
  expect(lines[0]).toBe('<svg xmlns="http://www.w3.org/2000/svg" width="160" height="120" viewBox="0 0 160 120">');
  expect(lines[1]).toBe('<title>Fish &#38; &#60;chips&#62;\\n</title>');
  expect(lines[2]).toBe('<desc>drawn</desc>');
  expect(svg).toContain('<rect width="160" height="120" fill="#fff"/>');
  expect(strokesToSvg(onToned)).toContain(`<desc>${count} strokes, drawn by vggdraw</desc>`);
  expect(strokesToSvg(onToned)).toContain('fill="#e6d7b4"/>');
});

test('has a path for each stroke, in few bytes', () => {
  const paths = (svg: string) => svg.match(/<path /g)!.length;
  const [outlines, lines] = [strokesToSvg(pen), strokesToSvg(pen, { style: 'centreline' })];
  expect([paths(outlines), paths(lines)]).toEqual([count, count]);
  expect(outlines.length / count).toBeLessThan(125);
  expect(lines.length / count).toBeLessThan(82);
  // Numbers have no more than two decimals, and what all share is said once.
  expect(outlines).not.toMatch(/\.\d{3}/);
  expect(outlines.match(/#000/g)).toHaveLength(2);
});

test('strokes of one look lie in a group that says it', () => {
  const [red, blue] = [
    [1, 0, 0],
    [0, 0, 1],
  ] as const;
  const strokes = { ...someStrokes(4, {}, [2, 2]), colour: Float32Array.from([...red, ...blue, ...red, ...red]) };
  const tags = strokesToSvg(strokes).match(/<\/?g|<path|fill="#\w+"/g);
  expect(tags).toEqual([
    ...['fill="#fff"', '<g', '<g', 'fill="#f00"', '<path', '<path', '<path', '</g', '<path', 'fill="#00f"', '</g'],
  ]);
});

test('strokes are blended as those of the drawing, where they would not be by themselves', () => {
  const modes = [pen, brush, chalk, pastel].map((strokes) => /mix-blend-mode:(\w+)/.exec(strokesToSvg(strokes))?.[1]);
  expect(modes).toEqual([undefined, 'multiply', undefined, 'screen']);
});

test.each(['outline', 'centreline'] as const)(
  'in %ss it draws one stroke after the other, at an even pace',
  (style) => {
    const svg = strokesToSvg(brush, { style, seconds: 5 });
    const times = [...svg.matchAll(/--s:(\d+);--l:(\d+)/g)].map(([, s, l]) => [Number(s), Number(l)] as const);
    expect(times).toHaveLength(count);
    times.sort(([a], [b]) => a - b);
    let way = 0;
    times.forEach(([begin, length]) => {
      expect(begin).toBe(way);
      way += length;
    });
    const pace = Number(/--pace:([\d.]+)ms/.exec(svg)![1]);
    // It has four digits.
    expect((way * pace) / 5000).toBeCloseTo(1, 3);
    const [, motion] = svg.split('@media (prefers-reduced-motion:no-preference){');
    expect(svg.indexOf('animation')).toBeGreaterThan(svg.length - motion!.length);
  },
);

test('two of them may be put into one page: they share no name, and the same drawing is the same file', () => {
  const namesIn = (strokes: Strokes) => {
    const svg = strokesToSvg(strokes, { seconds: 5 });
    return new Set([...svg.matchAll(/ (?:id|class)="([^"]+)"|@keyframes ([\w-]+)/g)].map(([, ...of]) => of.join('')));
  };
  const [first, second] = [namesIn(brush), namesIn({ ...brush, opacity: brush.opacity.map((value) => value / 2) })];
  expect(first.size).toBeGreaterThan(count + 3);
  expect([...first].filter((name) => second.has(name))).toEqual([]);
  expect(namesIn({ ...brush })).toEqual(first);
});

test('no strokes are blank paper', async () => {
  const none = someStrokes(0, {}, [1, 1]);
  for (const seconds of [undefined, 8]) {
    expect(await nearness(none, { seconds })).toBe(Number.POSITIVE_INFINITY);
    expect(await nearness(none, { seconds, style: 'centreline' })).toBe(Number.POSITIVE_INFINITY);
  }
});

test.each([
  [{ style: 'dotted' }, "style: expected 'outline' or 'centreline', not 'dotted'"],
  [{ seconds: 0 }, 'seconds: expected more than 0, not 0'],
  [{ seconds: 1e9 }, 'seconds: expected 3600 or less, not 1000000000'],
  [{ title: 7 }, 'title: expected text, not 7'],
  [{ titel: 'x' }, "titel: there is no such field; did you mean 'title'?"],
])('%j is refused', (options, message) => {
  expect(() => strokesToSvg(pen, options as never)).toThrow(message);
});
