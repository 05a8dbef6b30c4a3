/** Lengths as people write them. */

/** Millimetres of a unit. */
const units: Readonly<Record<string, number>> = { mm: 1, cm: 10, in: 25.4 };

/** `10mm`, `1cm` or `0.5in` in millimetres; undefined for anything else. */
export function lengthOf(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?|\.\d+)(mm|cm|in)$/.exec(text) ?? [];
  return number === undefined ? undefined : rounded(Number(number) * units[unit!]!);
}

/** The sides of `100x150mm` in millimetres; undefined for anything else. */
export function sidesOf(text: string): [number, number] | undefined {
  const [, first, second, unit] = /^([\d.]+)x([\d.]+)(mm|cm|in)$/.exec(text) ?? [];
  const sides = [first, second].map((number) => lengthOf(`${number}${unit}`));
  return sides.some((side) => side === undefined) ? undefined : (sides as [number, number]);
}

/** Without what is left of decimals that binary numbers lack: 0.1 inches are 2.54 mm. */
const rounded = (millimetres: number): number => Number(millimetres.toFixed(6));

/** Millimetres as people write them. */
export const shownLength = (millimetres: number): string => `${Number(millimetres.toFixed(2))}mm`;
