/**
 * How alike two canvases are: the ratio of the peak to the mean square of the differences, in decibels.
 * @param range the greatest difference there can be.
 */
export function psnr(a: ArrayLike<number>, b: ArrayLike<number>, range: number): number {
  let squares = 0;
  for (let i = 0; i < a.length; i++) squares += (a[i]! - b[i]!) ** 2;
  return 10 * Math.log10(range ** 2 / (squares / a.length));
}

/** What part of the values differs by more than a limit. */
export function shareBeyond(a: ArrayLike<number>, b: ArrayLike<number>, limit: number): number {
  let beyond = 0;
  for (let i = 0; i < a.length; i++) if (Math.abs(a[i]! - b[i]!) > limit) beyond++;
  return beyond / a.length;
}
