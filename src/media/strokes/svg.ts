/** Strokes as an SVG: one that stands still, or one that draws itself. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { escaped } from '../../markup.js';
import { oneLine } from '../../one-line.js';
import { atOnce } from '../../pauses.js';
import { check, strictObject } from '../../validation.js';
import { rim } from './hard-edges.js';
import { shortNumber } from './path-data.js';
import { type Sequence, type Step, sequenceOf } from './sequence.js';
import { countOf, type Strokes } from './strokes.js';
import { groupOf, pathText } from './svg-elements.js';
import { centrelinesOf, colourText, outlinesOf, type StrokePath, sweepsOf, widestOf } from './svg-paths.js';
import { type SvgStyle, svgStyles } from './svg-styles.js';

export interface SvgOptions {
  /**
   * `outline`: each stroke is a filled region of the stroke's tapered width, true to the picture. `centreline`: each is a line of one width,
   * placed so that all lines together come near to the picture; not as true, for programs that want lines. Default: `outline`.
   */
  readonly style?: SvgStyle | undefined;
  /**
   * The picture draws itself in so many seconds, above 0 and up to 3600: stroke after stroke in their order, at an even pace, and stays as it
   * is then. Where a person prefers reduced motion, and in programs without CSS animations, it is finished from the start. Default: it is
   * a picture that stands still.
   */
  readonly seconds?: number | undefined;
  /** What it is called. Default: it has no title. */
  readonly title?: string | undefined;
  /** What is said of it. Default: how many strokes it has, and that vggdraw has drawn them. */
  readonly description?: string | undefined;
}

const optionsSchema = strictObject({
  style: z.enum(svgStyles).default('outline'),
  seconds: z.number().positive().max(3600).optional(),
  title: z.string().optional(),
  description: z.string().optional(),
});

/**
 * Writes strokes as an SVG of the drawing's size, in pixels, on a rectangle of the paper's colour.
 *
 * Paths have hard edges where the drawing's are soft, and such widths that they look the same: shown in the drawing's size it is
 * `renderStrokes(strokes)` to 32 dB and more (lines: 24 dB; to find them takes some seconds). Coloured strokes are multiplied with what
 * lies under them (chalk: screened), as those of the drawing are, by `mix-blend-mode`; a program that does not know it lays them over each
 * other. Because their order makes no difference, those of one colour lie in a group.
 * @returns the text of the file.
 * @throws InputError that names the first option that is wrong.
 */
export const strokesToSvg = (strokes: Strokes, options: SvgOptions = {}): string => atOnce(svgOf(strokes, options));

/**
 * The same with pauses.
 * @param sequence in which stages strokes are drawn, where they move. Default: as {@link sequenceOf} has it.
 */
export function* svgOf(strokes: Strokes, options: SvgOptions, sequence?: Sequence): Generator<void, string, void> {
  const { style, seconds, title, description } = check(optionsSchema, options);
  const { width, height } = strokes.size;
  const names = namesFor(strokes, style, seconds);
  const moving = seconds === undefined ? undefined : { seconds, steps: (sequence ?? sequenceOf(strokes)).flat() };
  const { rules, elements } =
    style === 'outline' ? yield* outlines(strokes, names, moving) : yield* centrelines(strokes, names, moving);
  const all = [...blending(strokes, names), ...rules];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    ...(title === undefined ? [] : [`<title>${escaped(oneLine(title))}</title>`]),
    `<desc>${escaped(oneLine(description ?? `${countOf(strokes)} strokes, drawn by vggdraw`))}</desc>`,
    ...(all.length === 0 ? [] : ['<style>', ...all, '</style>']),
    `<rect width="${width}" height="${height}" fill="${colourText(strokes.paper.map((level) => level / 255))}"/>`,
    ...elements,
    '</svg>\n',
  ].join('\n');
}

/** Names that nothing else has in a page that it is put into, not even another drawing. */
interface Names {
  /** The class of its paths. */
  readonly strokes: string;
  /** The class of those that move, and what names of their animations begin with. */
  readonly moving: string;
  /** The mask of a stroke. */
  readonly mask: (stroke: number) => string;
}

/** By what is drawn and how: the same drawing has the same file. */
function namesFor({ points, width, opacity, colour }: Strokes, style: SvgStyle, seconds: number | undefined): Names {
  const hash = createHash('sha256').update(`${style} ${seconds}`);
  for (const values of [points, width, opacity, colour]) hash.update(values);
  const own = `v${hash.digest('hex').slice(0, 8)}`;
  return { strokes: own, moving: `${own}-moving`, mask: (stroke) => `${own}-${stroke}` };
}

/** How it draws itself. */
interface Moving {
  readonly seconds: number;
  readonly steps: readonly Step[];
}

interface Drawn {
  /** Of its style sheet. */
  readonly rules: readonly string[];
  /** Lines of its elements. */
  readonly elements: readonly string[];
}

/** Where they move, each is seen through a mask while it is drawn: a line along it that grows. Before that it is hidden, and then just there. */
function* outlines(strokes: Strokes, names: Names, moving: Moving | undefined): Generator<void, Drawn, void> {
  yield;
  const paths = outlinesOf(strokes);
  const own = (classes: string) =>
    ` class="${classes}" stroke-width="${rim.width}" stroke-opacity="${shortNumber(rim.opacity, 2)}"`;
  const rules = [`.${names.strokes} path{vector-effect:non-scaling-stroke}`];
  if (!moving) return { rules, elements: groupOf(paths, own(names.strokes)) };
  yield;
  const sweeps = sweepsOf(strokes);
  yield;
  const times = timesOf(moving, sweeps);
  const masked = paths.map((path, stroke) => {
    const name = names.mask(stroke);
    const mask = `<mask id="${name}" maskUnits="userSpaceOnUse">${pathText(sweeps[stroke]!)}</mask>`;
    return { ...path, around: [`<g style="${times[stroke]};--m:url(#${name})">${mask}`, '</g>'] as const };
  });
  const masks = `.${names.moving} mask path`;
  const sweep = `fill:none;stroke:#fff;stroke-opacity:1;stroke-width:${widestOf(strokes)}px;vector-effect:none`;
  return {
    rules: [
      ...rules,
      `${masks}{${sweep};mix-blend-mode:normal}`,
      ...motion(sweeps, moving, names, masks, [
        `.${names.moving} g>path{animation:${names.moving}-wait ${span('s')},${names.moving}-mask ${span('l')} ${span('s')}}`,
        `@keyframes ${names.moving}-wait{from,to{visibility:hidden}}`,
        `@keyframes ${names.moving}-mask{from,to{mask:var(--m)}}`,
      ]),
    ],
    elements: groupOf(masked, own(`${names.strokes} ${names.moving}`)),
  };
}

function* centrelines(strokes: Strokes, names: Names, moving: Moving | undefined): Generator<void, Drawn, void> {
  const lines = yield* centrelinesOf(strokes);
  const own = (classes: string) => ` class="${classes}" fill="none" stroke-linecap="round"`;
  if (!moving) return { rules: [], elements: groupOf(lines, own(names.strokes)) };
  const times = timesOf(moving, lines);
  const timed = lines.map((line, stroke) => ({ ...line, own: ` style="${times[stroke]}"` }));
  return {
    rules: motion(lines, moving, names, `.${names.moving} path`),
    elements: groupOf(timed, own(`${names.strokes} ${names.moving}`)),
  };
}

/** What makes strokes take light from each other, or give it. Black ink and white chalk do so by themselves. */
function blending({ kind, colour }: Strokes, names: Names): string[] {
  const [mode, plain] = kind === 'ink' ? ['multiply', 0] : ['screen', 1];
  return colour.every((share) => share === plain) ? [] : [`.${names.strokes} path{mix-blend-mode:${mode}}`];
}

/** When each path is drawn, as properties of a style: after how many pixels of a pen's way, and for how many. */
function timesOf({ steps }: Moving, paths: readonly StrokePath[]): string[] {
  const times: string[] = [];
  let way = 0;
  for (const { stroke } of steps) {
    const { length } = paths[stroke]!;
    times[stroke] = `--s:${way};--l:${length}`;
    way += length;
  }
  return times;
}

/** How long a pen takes for one of the two. */
const span = (way: 's' | 'l'): string => `calc(var(--${way})*var(--pace))`;

/**
 * Rules by which each path is a dash that moves in from before its beginning, unless the person wants nothing to move.
 * @param lines which paths.
 * @param more rules that go with it.
 */
function motion(
  paths: readonly StrokePath[],
  { seconds }: Moving,
  { moving }: Names,
  lines: string,
  more: readonly string[] = [],
): string[] {
  const way = paths.reduce((sum, { length }) => sum + length, 0);
  return [
    '@media (prefers-reduced-motion:no-preference){',
    `.${moving}{--pace:${Number(((1000 * seconds) / Math.max(1, way)).toPrecision(4))}ms}`,
    // Of a dash that ends where the path begins some programs would show the round end.
    `${lines}{stroke-dasharray:calc(var(--l)*1px - 1px) 99999px;animation:${moving} ${span('l')} linear ${span('s')} backwards}`,
    `@keyframes ${moving}{from{stroke-dashoffset:calc(var(--l)*1px)}}`,
    ...more,
    '}',
  ];
}
