/** Where panels of a drawing's shape lie on a sheet of A4. In mm. */
import type { Size } from '../../image/picture.js';

/** A4, upright. */
const page = { width: 210, height: 297 };

/** What a sheet leaves free at its edges, between panels, and above each for its number; and the height of the title. */
export const room = { margin: 12, gap: 6, number: 6, title: 13 };

export interface Layout {
  /** The sheet, upright or on its side. */
  readonly size: Size;
  readonly panel: Size;
  /** Upper left corners of panels, row by row. */
  readonly places: readonly { readonly left: number; readonly top: number }[];
}

/** The sheet, upright or on its side, and the columns with which so many panels get largest; rows share out what they leave free. */
export function layOut(count: number, { width, height }: Size): Layout {
  const sheets = [page, { width: page.height, height: page.width }];
  const ways = sheets.flatMap((size) =>
    Array.from({ length: count }, (_, i) => {
      const [columns, rows] = [i + 1, Math.ceil(count / (i + 1))];
      const across = size.width - 2 * room.margin;
      const down = size.height - 2 * room.margin - room.title;
      const inRow = (across + room.gap) / columns - room.gap;
      const inColumn = (down + room.gap) / rows - room.gap - room.number;
      const scale = Math.min(inRow / width, inColumn / height);
      return {
        size,
        columns,
        panel: { width: scale * width, height: scale * height },
        free: inColumn - scale * height,
      };
    }),
  );
  const { size, columns, panel, free } = ways.reduce((best, way) => (way.panel.width > best.panel.width ? way : best));
  const left = (size.width - columns * (panel.width + room.gap) + room.gap) / 2;
  const top = room.margin + room.title + room.number + free / 2;
  const places = Array.from({ length: count }, (_, i) => ({
    left: left + (i % columns) * (panel.width + room.gap),
    top: top + Math.floor(i / columns) * (panel.height + free + room.number + room.gap),
  }));
  return { size, panel, places };
}

/** The share of its sheet that so many panels fill. */
export function shareFilled(count: number, shape: Size): number {
  const { size, panel } = layOut(count, shape);
  return (count * panel.width * panel.height) / (size.width * size.height);
}
