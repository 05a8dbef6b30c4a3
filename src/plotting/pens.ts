/** Which pen draws which strokes. */
import { nameOf } from '../colour/names.js';
import { InputError } from '../errors.js';
import { mostPens } from '../media/strokes/spec.js';
import { countOf, type Strokes } from '../media/strokes/strokes.js';
import { shownLength } from './lengths.js';
import type { Pen } from './options.js';

/** A pen with the strokes that it draws. */
export interface Drawer extends Pen {
  readonly strokes: readonly number[];
}

/**
 * Opacity below which strokes are hardly to be seen, and are none to a pen, which draws or does not. New ones that a drawing has no use for
 * end below it, lines that carry shapes above.
 */
const leastOpacity = 1 / 8;

/** `1 black 0.3mm`; AxiDraw and vpype take the number for that of the layer. @param number from 1. */
export const labelOf = ({ colour, width }: Pen, number: number): string =>
  `${number} ${nameOf(colour)} ${shownLength(width)}`;

/** Strokes by the pens that are given: each by the one that is nearest in colour and width. @param scale millimetres of a pixel. */
export function sharedOut(strokes: Strokes, pens: readonly Pen[], scale: number): Drawer[] {
  const mine = pens.map((): number[] => []);
  for (let stroke = 0; stroke < countOf(strokes); stroke++) {
    if (strokes.opacity[stroke]! < leastOpacity) continue;
    const width = strokes.width[stroke]! * scale;
    const apart = pens.map((pen) => {
      const colours = pen.colour.map((level, c) => level / 255 - strokes.colour[3 * stroke + c]!);
      return Math.hypot(...colours, Math.log(width / pen.width));
    });
    mine[apart.indexOf(Math.min(...apart))]!.push(stroke);
  }
  return pens.map((pen, i) => ({ ...pen, strokes: mine[i]! }));
}

/**
 * Strokes by pens of their own: one for each colour and width, where many share them, and else for each colour, as wide as the median of its
 * strokes is.
 * @throws InputError where they have too many colours to be those of pens.
 */
export function pensFor(strokes: Strokes, scale: number): Drawer[] {
  const drawn = [...strokes.width.keys()].filter((stroke) => strokes.opacity[stroke]! >= leastOpacity);
  const colourOf = (stroke: number) => [...strokes.colour.subarray(3 * stroke, 3 * stroke + 3)].map((c) => 255 * c);
  const each = groupsOf(drawn, (stroke) => `${colourOf(stroke)} ${strokes.width[stroke]}`);
  // Widths that strokes share are those of pens; where each has its own there is one pen.
  const areShared = each.length <= mostPens && 2 * each.length <= drawn.length;
  const groups = areShared ? each : groupsOf(drawn, (stroke) => `${colourOf(stroke)}`);
  if (groups.length > mostPens) throw needsPens();
  return groups.map((group) => {
    const widths = group.map((stroke) => strokes.width[stroke]!).sort((a, b) => a - b);
    const [red, green, blue] = colourOf(group[0]!);
    return { colour: [red!, green!, blue!], width: scale * widths[widths.length >> 1]!, strokes: group };
  });
}

function groupsOf(strokes: readonly number[], keyOf: (stroke: number) => string): number[][] {
  const groups = new Map<string, number[]>();
  for (const stroke of strokes) {
    const key = keyOf(stroke);
    const group = groups.get(key);
    if (group) group.push(stroke);
    else groups.set(key, [stroke]);
  }
  return [...groups.values()];
}

/** What to say where strokes have colours of their own. */
export const needsPens = (): InputError =>
  new InputError(
    'strokes of this preset have colours of their own; say which pens there are, as in #000:0.3mm,#c33:0.5mm',
    {
      field: 'pens',
    },
  );
