/** A sheet to copy by hand: panels that show which strokes to add, one stage after the other, and at last the finished drawing. */
import { colourIn, grey, type Rgb } from '../../colour/spaces.js';
import type { Size } from '../../image/picture.js';
import { inked, lettered, writable } from './lettering.js';
import { sequenceOf } from './sequence.js';
import { layOut, room } from './sheet-layout.js';
import type { Strokes } from './strokes.js';

/** The height of the title and of a number, in mm, as all lengths of the sheet. */
const letters = { title: 5, number: 3.2 };

/** What letters are written with. */
const pen = { width: 0.5, opacity: 0.9, paper: [255, 255, 255] } as const;

/** What lies round a panel: so wide, and the level of its R, G and B. */
export const frame = { width: 0.25, level: 190 };

/** How much of what is there already is seen beside what is to be added. */
const paleness = 0.3;

/** A drawing somewhere on the sheet, which nothing of it goes past. */
export interface Panel extends Size {
  readonly left: number;
  readonly top: number;
  readonly strokes: Strokes;
}

export interface StepsSheet {
  /** A4, upright or on its side. */
  readonly size: Size;
  /** What is written at its top, as text. */
  readonly title: string;
  /** Title and numbers: strokes in mm of the sheet, on white. */
  readonly lettering: Strokes;
  /** From the first stage to the finished drawing. */
  readonly panels: readonly Panel[];
}

/**
 * @param title what the drawing is called, written where letters for it are known.
 * @param sequence in which stages its strokes are drawn. Default: as {@link sequenceOf} has it.
 */
export function stepsSheet(strokes: Strokes, title = '', sequence = sequenceOf(strokes)): StepsSheet {
  const stages = sequence.map((steps) => steps.map(({ stroke }) => stroke));
  const shown = [...stages.map((stage, i) => added(strokes, stages.slice(0, i).flat(), stage)), strokes];
  const { size, panel, places } = layOut(shown.length, strokes.size);
  const panels = shown.map((drawing, i) => ({ ...panel, ...places[i]!, strokes: drawing }));
  const [{ left }] = places as [(typeof places)[0]];
  const name = writable(title);
  const heading = `${name ? `${name}, ` : ''}in ${panels.length} steps`;
  const most = size.width - 2 * room.margin;
  const text = [
    ...lettered(heading, { left, top: room.margin, height: letters.title, most }),
    ...panels.flatMap(({ left, top }, i) =>
      lettered(`${i + 1}`, { left, top: top - room.number + 1, height: letters.number, most }),
    ),
  ];
  return { size, title: heading, lettering: inked(size, text, pen), panels };
}

/** The strokes to add, so that pale ones are seen too, over those that are there already. */
function added(strokes: Strokes, earlier: readonly number[], stage: readonly number[]): Strokes {
  const chosen = [...earlier, ...stage];
  const of = (values: Float32Array, each: number) =>
    Float32Array.from(chosen.flatMap((stroke) => [...values.subarray(each * stroke, each * (stroke + 1))]));
  const [opacity, colour] = [of(strokes.opacity, 1), of(strokes.colour, 3)];
  opacity.forEach((value, i) => {
    opacity[i] = i < earlier.length ? paleness * value : Math.sqrt(value);
  });
  earlier.forEach((_, i) => {
    colour.fill(colourIn(grey, [...colour.subarray(3 * i, 3 * i + 3)] as unknown as Rgb)[0]!, 3 * i, 3 * i + 3);
  });
  return { ...strokes, points: of(strokes.points, 6), width: of(strokes.width, 1), opacity, colour };
}
