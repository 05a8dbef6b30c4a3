/** The sheet to copy a drawing by as a PDF: its strokes as filled outlines, so that it prints as finely as a printer can. */
import { setImmediate as otherWork } from 'node:timers/promises';
import {
  appendBezierCurve,
  BlendMode,
  clip,
  closePath,
  concatTransformationMatrix,
  endPath,
  fill,
  moveTo,
  PDFDocument,
  type PDFName,
  type PDFPage,
  popGraphicsState,
  pushGraphicsState,
  rectangle,
  setFillingRgbColor,
  setGraphicsState,
} from '@cantoo/pdf-lib';
import { widthAlong } from '../media/strokes/curve.js';
import { outlineOf } from '../media/strokes/outline.js';
import type { Curve, Point } from '../media/strokes/path-data.js';
import { frame, type StepsSheet } from '../media/strokes/steps.js';
import { countOf, type Strokes } from '../media/strokes/strokes.js';

/** PDF's points of a mm. */
const points = 72 / 25.4;

/** Inks multiply what is below them, and chalk is the counterpart (ISO 32000-1, 11.3.5.2): just what strokes do. */
const blending = { ink: BlendMode.Multiply, chalk: BlendMode.Screen } as const;

/** One page, with nothing that says when it was made: the same drawing is the same file. */
export async function sheetPdf({ size, title, lettering, panels }: StepsSheet): Promise<Uint8Array> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  pdf.setTitle(title);
  pdf.setCreator('vggdraw');
  const page = new SheetPage(pdf.addPage([size.width * points, size.height * points]));
  // In mm from the upper left corner; PDF's y goes up.
  page.write(concatTransformationMatrix(points, 0, 0, -points, 0, size.height * points));
  page.fillStrokes(lettering);
  for (const { left, top, width, height, strokes } of panels) {
    await otherWork();
    const scale = width / strokes.size.width;
    page.write(pushGraphicsState(), concatTransformationMatrix(1, 0, 0, 1, left, top));
    const level = frame.level / 255;
    page.fillPaper(
      [-frame.width, -frame.width, width + 2 * frame.width, height + 2 * frame.width],
      [level, level, level],
    );
    page.write(rectangle(0, 0, width, height), clip(), endPath(), concatTransformationMatrix(scale, 0, 0, scale, 0, 0));
    page.fillStrokes(strokes);
    page.write(popGraphicsState());
  }
  return pdf.save();
}

class SheetPage {
  /** How what is filled is mixed with what is below it, by opacity and kind. */
  readonly #states = new Map<string, PDFName>();

  constructor(private readonly page: PDFPage) {}

  write(...operators: Parameters<PDFPage['pushOperators']>): void {
    this.page.pushOperators(...operators);
  }

  fillPaper([x, y, width, height]: readonly [number, number, number, number], [r, g, b]: readonly number[]): void {
    const normal = this.#state(BlendMode.Normal, 1);
    this.write(setGraphicsState(normal), setFillingRgbColor(r!, g!, b!), rectangle(x, y, width, height), fill());
  }

  fillStrokes(strokes: Strokes): void {
    const { size, paper, kind, opacity, colour } = strokes;
    this.fillPaper(
      [0, 0, size.width, size.height],
      paper.map((level) => level / 255),
    );
    for (let stroke = 0; stroke < countOf(strokes); stroke++) {
      const outline = outlineAt(strokes, stroke);
      const [r, g, b] = Array.from(colour.subarray(3 * stroke, 3 * stroke + 3), (level) => Number(level.toFixed(3)));
      this.write(
        setGraphicsState(this.#state(blending[kind], Number(opacity[stroke]!.toFixed(2)))),
        setFillingRgbColor(r!, g!, b!),
        moveTo(...(outline[0]![0].map(rounded) as [number, number])),
        ...outline.map(cubic),
        closePath(),
        fill(),
      );
    }
  }

  #state(mode: BlendMode, opacity: number): PDFName {
    const key = `${mode} ${opacity}`;
    const known = this.#states.get(key);
    if (known) return known;
    const { node, doc } = this.page;
    const made = node.newExtGState('GS', doc.context.obj({ Type: 'ExtGState', BM: mode, ca: opacity }));
    this.#states.set(key, made);
    return made;
  }
}

function outlineAt({ points: values, width, isOfPens }: Strokes, stroke: number): readonly Curve[] {
  const [ax, ay, bx, by, cx, cy] = values.subarray(6 * stroke, 6 * stroke + 6);
  const curve: Curve = [
    [ax!, ay!],
    [bx!, by!],
    [cx!, cy!],
  ];
  return outlineOf(curve, widthAlong(width[stroke]!, isOfPens));
}

/** In cubic curves: PDF has no others. */
function cubic([a, b, c]: Curve) {
  const nearer = ([x, y]: Point): Point => [x + (2 / 3) * (b[0] - x), y + (2 / 3) * (b[1] - y)];
  return appendBezierCurve(
    ...([nearer(a), nearer(c), c].flat().map(rounded) as [number, number, number, number, number, number]),
  );
}

/** To hundredths of a pixel of the drawing, or of a mm. */
const rounded = (value: number): number => Math.round(100 * value) / 100;
