/** A sheet to copy by hand: panels that show which strokes to add, one stage after the other, and at last the finished drawing. */
import { colourIn, grey, type Rgb } from '../../colour/spaces.js';
import type { Size } from '../../image/picture.js';
import { lettered, writable } from './lettering.js';
import { sequenceOf } from './sequence.js';
import type { Strokes } from './strokes.js';

/** A4, upright. In mm, as all lengths of the sheet. */
const page = { width: 210, height: 297 };

/** What a sheet leaves free at its edges, between panels, and above each for its number; and the height of the title and of a number. */
const room = { margin: 12, gap: 6, number: 6, title: 13 };
const letters = { title: 5, number: 3.2 };

/** What letters are written with. */
const pen = { width: 0.5, opacity: 0.9 };

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

/** @param title what the drawing is called, written where letters for it are known. */
export function stepsSheet(strokes: Strokes, title = ''): StepsSheet {
  const stages = sequenceOf(strokes).map((steps) => steps.map(({ stroke }) => stroke));
  const shown = [...stages.map((stage, i) => added(strokes, stages.slice(0, i).flat(), stage)), strokes];
  const { size, columns, panel } = layOut(shown.length, strokes.size);
  const left = (size.width - columns * (panel.width + room.gap) + room.gap) / 2;
  const panels = shown.map((drawing, i) => ({
    ...panel,
    left: left + (i % columns) * (panel.width + room.gap),
    top: room.margin + room.title + room.number + Math.floor(i / columns) * (panel.height + room.number + room.gap),
    strokes: drawing,
  }));
  const name = writable(title);
  const heading = `${name ? `${name}, ` : ''}in ${panels.length} steps`;
  const most = size.width - 2 * room.margin;
  const text = [
    ...lettered(heading, { left, top: room.margin, height: letters.title, most }),
    ...panels.flatMap(({ left, top }, i) =>
      lettered(`${i + 1}`, { left, top: top - room.number + 1, height: letters.number, most }),
    ),
  ];
  return { size, title: heading, lettering: lettering(size, text), panels };
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

/** The sheet, upright or on its side, and the columns with which panels get largest. */
function layOut(count: number, { width, height }: Size) {
  const sheets = [page, { width: page.height, height: page.width }];
  const ways = sheets.flatMap((size) =>
    Array.from({ length: count }, (_, i) => {
      const [columns, rows] = [i + 1, Math.ceil(count / (i + 1))];
      const inRow = (size.width - 2 * room.margin + room.gap) / columns - room.gap;
      const inColumn = (size.height - 2 * room.margin - room.title + room.gap) / rows - room.gap - room.number;
      const scale = Math.min(inRow / width, inColumn / height);
      return { size, columns, panel: { width: scale * width, height: scale * height } };
    }),
  );
  return ways.reduce((best, way) => (way.panel.width > best.panel.width ? way : best));
}

/** Black strokes on white. */
function lettering(size: Size, points: readonly number[]): Strokes {
  const count = points.length / 6;
  return {
    ...{ size, paper: [255, 255, 255], kind: 'ink' },
    points: Float32Array.from(points),
    width: new Float32Array(count).fill(pen.width),
    opacity: new Float32Array(count).fill(pen.opacity),
    colour: new Float32Array(3 * count),
  };
}
