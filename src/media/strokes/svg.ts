/** Strokes as an SVG: one that stands still, or one that draws itself. */
import { z } from 'zod';
import { oneLine } from '../../one-line.js';
import { check, strictObject } from '../../validation.js';
import { rim } from './hard-edges.js';
import { shortNumber } from './path-data.js';
import { countOf, type Strokes } from './strokes.js';
import { escaped, groupOf, pathText } from './svg-elements.js';
import { centrelinesOf, colourText, outlinesOf, type StrokePath, sweepsOf, widestOf } from './svg-paths.js';

/** How strokes become paths. */
export const svgStyles = ['outline', 'centreline'] as const;
export type SvgStyle = (typeof svgStyles)[number];

export interface SvgOptions {
  /**
   * `outline`: each stroke is a filled region of the stroke's tapered width, true to the picture. `centreline`: each is a line along its
   * middle, of one width, the mean of the tapered one; not as true, for programs that want lines. Default: `outline`.
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
 * Paths have hard edges where the drawing's are soft, and such widths and opacities that they look the same: shown in the drawing's size
 * it is `renderStrokes(strokes)` to 32 dB and more (lines: 24 dB). Coloured strokes are multiplied with what lies under them (chalk:
 * screened), as those of the drawing are, by `mix-blend-mode`; a program that does not know it lays them over each other. Because their order
 * makes no difference, those of one colour lie in a group.
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

/** Classes, and the name of the animation: a page that an SVG is put into may have others. */
const [strokesClass, movingClass] = ['vggdraw', 'vggdraw-moving'];

interface Drawn {
  /** Of its style sheet. */
  readonly rules: readonly string[];
  /** Lines of its elements. */
  readonly elements: readonly string[];
}

function outlines(strokes: Strokes, seconds: number | undefined): Drawn {
  const paths = outlinesOf(strokes);
  const own = ` class="${strokesClass}" stroke-width="${rim.width}" stroke-opacity="${shortNumber(rim.opacity, 2)}"`;
  const rules = [`.${strokesClass} path{vector-effect:non-scaling-stroke}`];
  if (seconds === undefined) return { rules, elements: groupOf(paths, own) };
  const sweeps = sweepsOf(strokes);
  const masks = inTurn(sweeps).map(
    (sweep, stroke) => `<mask id="s${stroke}" maskUnits="userSpaceOnUse">${pathText(sweep)}</mask>`,
  );
  const masked = paths.map((path, stroke) => ({ ...path, own: ` mask="url(#s${stroke})"${path.own}` }));
  return {
    rules: [...rules, ...motion(sweeps, seconds)],
    elements: [
      `<defs class="${movingClass}" fill="none" stroke="#fff" stroke-width="${widestOf(strokes)}">`,
      ...masks,
      '</defs>',
      ...groupOf(masked, own),
    ],
  };
}

function centrelines(strokes: Strokes, seconds: number | undefined): Drawn {
  const lines = centrelinesOf(strokes);
  const own = (classes: string) => ` class="${classes}" fill="none" stroke-linecap="round"`;
  if (seconds === undefined) return { rules: [], elements: groupOf(lines, own(strokesClass)) };
  return {
    rules: motion(lines, seconds),
    elements: groupOf(inTurn(lines), own(`${strokesClass} ${movingClass}`)),
  };
}

/** What makes strokes take light from each other, or give it. Black ink and white chalk do so by themselves. */
function blending({ kind, colour }: Strokes): string[] {
  const [mode, plain] = kind === 'ink' ? ['multiply', 0] : ['screen', 1];
  return colour.every((share) => share === plain) ? [] : [`.${strokesClass} path{mix-blend-mode:${mode}}`];
}

/** The paths with when each is drawn: after how many pixels of a pen's way, and for how many. */
function inTurn(paths: readonly StrokePath[]): StrokePath[] {
  let way = 0;
  return paths.map((path) => {
    const begin = way;
    way += path.length;
    return { ...path, own: ` style="--s:${begin};--l:${path.length}"` };
  });
}

/** Rules by which each path is a dash that moves in from before its beginning, unless the person wants nothing to move. */
function motion(paths: readonly StrokePath[], seconds: number): string[] {
  const way = paths.reduce((sum, { length }) => sum + length, 0);
  // Of a dash that ends where the path begins some programs would show the round end.
  const dash = 'calc(var(--l)*1px - 1px) 99999px';
  const times = 'calc(var(--l)*var(--pace)) linear calc(var(--s)*var(--pace)) backwards';
  return [
    `.${movingClass}{--pace:${shortNumber((1000 * seconds) / Math.max(1, way), 4)}ms}`,
    `.${movingClass} path{stroke-dasharray:${dash};animation:${movingClass} ${times}}`,
    `@keyframes ${movingClass}{from{stroke-dashoffset:calc(var(--l)*1px)}}`,
    `@media (prefers-reduced-motion:reduce){.${movingClass} path{animation:none}}`,
  ];
}
