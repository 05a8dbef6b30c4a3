/** How a download is shown while it goes on. */
import { clock, type ProgressView } from '../progress.js';

/** How far a download is, in bytes. */
export interface DownloadStep {
  readonly received: number;
  readonly total: number | undefined;
}

/** Bytes for the person. */
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** Shows bytes, speed and the time left. */
export function downloadView(): ProgressView<DownloadStep> {
  let start: { time: number; received: number } | undefined;
  return {
    format: '{bar} {percentage}% | {size} | {rate} | {left} left',
    describe({ received, total }) {
      const now = performance.now();
      // Also when it has started from the beginning again.
      if (!start || received < start.received) start = { time: now, received };
      const perSecond = (received - start.received) / Math.max((now - start.time) / 1000, 1e-3);
      const seconds = total !== undefined && perSecond > 0 ? (total - received) / perSecond : undefined;
      const left = seconds === undefined ? '?' : clock(seconds);
      const size = total === undefined ? megabytes(received) : `${megabytes(received)} of ${megabytes(total)}`;
      const rate = `${megabytes(perSecond)}/s`;
      return {
        value: received,
        total,
        fields: { size, rate, left },
        line: `${size}, ${rate}, ${left} left`,
        part: received === total ? 1 : 0,
      };
    },
  };
}
