/** From values to places on a plot. */

/** Where a value lies, in the plot's unit. */
export type Scale = (value: number) => number;

/** Evenly, from one place to the other. */
export const linear =
  (from: number, to: number, start: number, end: number): Scale =>
  (value) =>
    start + ((end - start) * (value - from)) / (to - from);

/** In powers: as far from 1 to 10 as from 10 to 100. Values are above 0. */
export const logarithmic = (from: number, to: number, start: number, end: number): Scale => {
  const inPowers = linear(Math.log(from), Math.log(to), start, end);
  return (value) => inPowers(Math.log(value));
};

/** Round numbers from one to the other, so many or a few less: 1, 2 or 5 times a power of ten apart, whole ones where these are far enough apart. */
export function roundTicks(from: number, to: number, most: number): number[] {
  const least = (to - from) / most;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((times) => times * power).find((one) => one >= least) ?? 10 * power;
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.floor(to / step) - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
}

/** Powers of ten in a range; where there are few, 2 and 5 times them, or all their multiples. */
export function powerTicks(from: number, to: number): number[] {
  const [first, last] = [Math.floor(Math.log10(from)), Math.ceil(Math.log10(to))];
  const within = (times: readonly number[]) =>
    Array.from({ length: last - first + 1 }, (_, i) => i + first)
      .flatMap((power) => times.map((factor) => Number(`${factor}e${power}`)))
      .filter((value) => value >= from && value <= to);
  return [[1], [1, 2, 5]].map(within).find((ticks) => ticks.length >= 3) ?? within([1, 2, 3, 4, 5, 6, 7, 8, 9]);
}
