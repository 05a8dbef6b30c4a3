/** Strokes as an SVG: one that stands still, or one that draws itself. */
import { z } from 'zod';
import { oneLine } from '../../one-line.js';
import { check, strictObject } from '../../validation.js';
import { rim } from './hard-edges.js';
import { shortNumber } from './path-data.js';
import { sequenceOf } from './sequence.js';
import { countOf, type Strokes } from './strokes.js';
import { escaped, groupOf, pathText } from './svg-elements.js';
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
export function strokesToSvg(strokes: Strokes, options: SvgOptions = {}): string {
  const { style, seconds, title, description } = check(optionsSchema, options);
  const { width, height } = strokes.size;
  const { rules, elements } = style === 'outline' ? outlines(strokes, seconds) : centrelines(strokes, seconds);
  const all = [...blending(strokes), ...rules];
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

/** Classes, and names of animations: a page that an SVG is put into may have others. */
const [strokesClass, movingClass] = ['vggdraw', 'vggdraw-moving'];

interface Drawn {
  /** Of its style sheet. */
  readonly rules: readonly string[];
  /** Lines of its elements. */
  readonly elements: readonly string[];
}

/** Where they move, each is seen through a mask while it is drawn: a line along it that grows. Before that it is hidden, and then just there. */
function outlines(strokes: Strokes, seconds: number | undefined): Drawn {
  const paths = outlinesOf(strokes);
  const own = (classes: string) =>
    ` class="${classes}" stroke-width="${rim.width}" stroke-opacity="${shortNumber(rim.opacity, 2)}"`;
  const rules = [`.${strokesClass} path{vector-effect:non-scaling-stroke}`];
  if (seconds === undefined) return { rules, elements: groupOf(paths, own(strokesClass)) };
  const sweeps = sweepsOf(strokes);
  const times = timesOf(strokes, sweeps);
  const masked = paths.map((path, stroke) => {
    const mask = `<mask id="s${stroke}" maskUnits="userSpaceOnUse">${pathText(sweeps[stroke]!)}</mask>`;
    return { ...path, around: [`<g style="${times[stroke]};--m:url(#s${stroke})">${mask}`, '</g>'] as const };
  });
  const masks = `.${movingClass} mask path`;
  const sweep = `fill:none;stroke:#fff;stroke-opacity:1;stroke-width:${widestOf(strokes)}px;vector-effect:none`;
  return {
    rules: [
      ...rules,
      `${masks}{${sweep};mix-blend-mode:normal}`,
      ...motion(sweeps, seconds, masks, [
        `.${movingClass} g>path{animation:${movingClass}-wait ${span('s')},${movingClass}-mask ${span('l')} ${span('s')}}`,
        `@keyframes ${movingClass}-wait{from,to{visibility:hidden}}`,
        `@keyframes ${movingClass}-mask{from,to{mask:var(--m)}}`,
      ]),
    ],
    elements: groupOf(masked, own(`${strokesClass} ${movingClass}`)),
  };
}

function centrelines(strokes: Strokes, seconds: number | undefined): Drawn {
  const lines = centrelinesOf(strokes);
  const own = (classes: string) => ` class="${classes}" fill="none" stroke-linecap="round"`;
  if (seconds === undefined) return { rules: [], elements: groupOf(lines, own(strokesClass)) };
  const times = timesOf(strokes, lines);
  const timed = lines.map((line, stroke) => ({ ...line, own: ` style="${times[stroke]}"` }));
  return {
    rules: motion(lines, seconds, `.${movingClass} path`),
    elements: groupOf(timed, own(`${strokesClass} ${movingClass}`)),
  };
}

/** What makes strokes take light from each other, or give it. Black ink and white chalk do so by themselves. */
function blending({ kind, colour }: Strokes): string[] {
  const [mode, plain] = kind === 'ink' ? ['multiply', 0] : ['screen', 1];
  return colour.every((share) => share === plain) ? [] : [`.${strokesClass} path{mix-blend-mode:${mode}}`];
}

/** When each path is drawn, in the order of a hand, as properties of a style: after how many pixels of a pen's way, and for how many. */
function timesOf(strokes: Strokes, paths: readonly StrokePath[]): string[] {
  const times: string[] = [];
  let way = 0;
  for (const { stroke } of sequenceOf(strokes).flat()) {
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
function motion(paths: readonly StrokePath[], seconds: number, lines: string, more: readonly string[] = []): string[] {
  const way = paths.reduce((sum, { length }) => sum + length, 0);
  return [
    '@media (prefers-reduced-motion:no-preference){',
    `.${movingClass}{--pace:${Number(((1000 * seconds) / Math.max(1, way)).toPrecision(4))}ms}`,
    // Of a dash that ends where the path begins some programs would show the round end.
    `${lines}{stroke-dasharray:calc(var(--l)*1px - 1px) 99999px;animation:${movingClass} ${span('l')} linear ${span('s')} backwards}`,
    `@keyframes ${movingClass}{from{stroke-dashoffset:calc(var(--l)*1px)}}`,
    ...more,
    '}',
  ];
}
