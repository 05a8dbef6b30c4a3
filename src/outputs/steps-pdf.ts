/** The sheet to copy a drawing by as a PDF: its strokes as filled outlines, so that it prints as finely as a printer can. */
import Pdf from 'pdfkit';
import { taperAt } from '../media/strokes/curve.js';
import { outlineOf } from '../media/strokes/outline.js';
import type { Curve, Point } from '../media/strokes/path-data.js';
import { frame, type StepsSheet } from '../media/strokes/steps.js';
import { countOf, type Strokes } from '../media/strokes/strokes.js';

/** PDF's points of a mm. */
const points = 72 / 25.4;

/** Inks multiply what is below them, and chalk is the counterpart (ISO 32000-1, 11.3.5.2): just what strokes do. */
const blending = { ink: 'Multiply', chalk: 'Screen' } as const;

/** When it was made, which pdfkit always says: the same, so that the same drawing is the same file. */
const anyTime = new Date(0);

export async function sheetPdf({ size, title, lettering, panels }: StepsSheet): Promise<Buffer> {
  const pdf = new Pdf({
    size: [size.width * points, size.height * points],
    margin: 0,
    font: '', // None is used: letters are strokes.
    info: { Title: title, Creator: 'vggdraw', CreationDate: anyTime },
  });
  pdf.scale(points);
  fillStrokes(pdf, lettering);
  for (const { left, top, width, height, strokes } of panels) {
    pdf.save();
    pdf.translate(left, top);
    blend(pdf, 'Normal');
    pdf.rect(-frame.width, -frame.width, width + 2 * frame.width, height + 2 * frame.width);
    pdf.fillColor([frame.level, frame.level, frame.level], 1).fill();
    pdf.rect(0, 0, width, height).clip();
    pdf.scale(width / strokes.size.width);
    fillStrokes(pdf, strokes);
    pdf.restore();
  }
  pdf.end();
  const parts: Buffer[] = [];
  for await (const part of pdf) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function fillStrokes(pdf: PDFKit.PDFDocument, strokes: Strokes): void {
  const { size, paper, kind, opacity, colour } = strokes;
  blend(pdf, 'Normal');
  pdf
    .rect(0, 0, size.width, size.height)
    .fillColor([...paper], 1)
    .fill();
  blend(pdf, blending[kind]);
  for (let stroke = 0; stroke < countOf(strokes); stroke++) {
    const levels = colour.subarray(3 * stroke, 3 * stroke + 3);
    // In whole percent, because each is an object of the file.
    pdf
      .path(pathOf(strokes, stroke))
      .fillColor(
        Array.from(levels, (level) => Math.round(255 * level)) as [number, number, number],
        Math.round(100 * opacity[stroke]!) / 100,
      )
      .fill();
  }
}

/** How what comes next is mixed with what is below it, for which pdfkit has no method. */
function blend(pdf: PDFKit.PDFDocument, mode: string): void {
  const states = pdf.page.ext_gstates;
  if (!states[mode]) {
    states[mode] = pdf.ref({ Type: 'ExtGState', BM: mode });
    states[mode].end();
  }
  pdf.addContent(`/${mode} gs`);
}

/** A stroke's outline as an SVG path. In cubic curves: PDF has no others. */
function pathOf({ points: values, width }: Strokes, stroke: number): string {
  const [ax, ay, bx, by, cx, cy] = values.subarray(6 * stroke, 6 * stroke + 6);
  const curve: Curve = [
    [ax!, ay!],
    [bx!, by!],
    [cx!, cy!],
  ];
  const {
    sides: [there, back],
    ends,
  } = outlineOf(curve, (along) => width[stroke]! * taperAt(along));
  const round = (radius: number, [x, y]: Point) => `A${radius} ${radius} 0 0 1 ${x} ${y}`;
  return `M${there[0].join(' ')}${cubic(there)}${round(ends[0], back[0])}${cubic(back)}${round(ends[1], there[0])}Z`;
}

function cubic([a, b, c]: Curve): string {
  const nearer = ([x, y]: Point): Point => [x + (2 / 3) * (b[0] - x), y + (2 / 3) * (b[1] - y)];
  return `C${[nearer(a), nearer(c), c].flat().join(' ')}`;
}
