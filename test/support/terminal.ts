/** A terminal to write to, and to look at: xterm.js, without a window. */
import headless from '@xterm/headless';
import type { Rgb } from '../../src/colour/spaces.js';

export interface TestTerminal {
  write(text: string): Promise<void>;
  /** What stands in its rows, without blanks at their ends and empty rows at the end. */
  lines(): string[];
  /** The colours of a character and of what is behind it, where they are not the terminal's own: R, G and B, or a number of its palette. */
  colours(
    column: number,
    row: number,
  ): { character: string; front: Rgb | number | undefined; back: Rgb | number | undefined };
  cursor(): { column: number; row: number };
}

export function openTerminal(columns: number, rows: number): TestTerminal {
  // As a terminal's driver does, a line ends at the beginning of the next.
  const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
  const { active } = terminal.buffer;
  const rgbOf = (colour: number): Rgb => [colour >> 16, (colour >> 8) & 255, colour & 255];
  return {
    write: (text) => new Promise((resolve) => terminal.write(text, resolve)),
    lines() {
      const lines = Array.from({ length: rows }, (_, y) => active.getLine(active.baseY + y)!.translateToString(true));
      return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
    },
    colours(column, row) {
      const cell = active.getLine(row)!.getCell(column)!;
      const front = cell.isFgRGB() ? rgbOf(cell.getFgColor()) : cell.isFgPalette() ? cell.getFgColor() : undefined;
      const back = cell.isBgRGB() ? rgbOf(cell.getBgColor()) : cell.isBgPalette() ? cell.getBgColor() : undefined;
      return { character: cell.getChars(), front, back };
    },
    cursor: () => ({ column: active.cursorX, row: active.baseY + active.cursorY }),
  };
}
