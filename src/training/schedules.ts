/** Learning rates that change from step to step. */

/** The learning rate of a step. @param step its number, the first being 1. */
export type Schedule = (step: number) => number;

export interface CosineOptions {
  /** The highest rate. */
  readonly rate: number;
  /** How many steps there are. */
  readonly steps: number;
  /** Steps in which the rate rises to the highest, evenly. Default: 0. */
  readonly warmup?: number;
  /** The rate at the end, and from there on. Default: 0. */
  readonly end?: number;
}

/** Rises evenly, then falls along half of a cosine (Loshchilov & Hutter 2017, without restarts). */
export const cosine =
  ({ rate, steps, warmup = 0, end = 0 }: CosineOptions): Schedule =>
  (step) => {
    if (step <= warmup) return (rate * step) / warmup;
    const gone = Math.min(1, (step - warmup) / Math.max(1, steps - warmup));
    return end + ((rate - end) * (1 + Math.cos(Math.PI * gone))) / 2;
  };

/** Falls evenly from a rate, by the last step, to its end (default 0). */
export const linear =
  ({ rate, steps, end = 0 }: { readonly rate: number; readonly steps: number; readonly end?: number }): Schedule =>
  (step) =>
    rate + (end - rate) * Math.min(1, (step - 1) / Math.max(1, steps - 1));

/** Multiplied by a factor after every so many steps. */
export const stepwise =
  ({ rate, every, factor }: { readonly rate: number; readonly every: number; readonly factor: number }): Schedule =>
  (step) =>
    rate * factor ** Math.floor((step - 1) / every);
