/** What is said of a drawing: to programs, as the events of `--json`, and to people. */
import { counted } from '../../counted.js';
import type { Drawing, Frame } from '../../drawing/frame.js';
import type { JobDone, JobEvent } from '../../jobs/events.js';
import type { DrawArguments } from './options.js';

type Start = Extract<JobEvent, { kind: 'start' }>;

export function startEvent({ drawing, frames, iterations }: Start, { preset }: DrawArguments): object {
  const { width, height, weights, network, provider } = drawing;
  const resumed = iterations === 0 ? {} : { resumed: iterations };
  const looking = network && { network: network.name, preprocess: network.preprocess };
  return { event: 'start', size: { width, height }, provider, weights, ...looking, preset, frames, ...resumed };
}

/** Undefined for what the drawing begins with. */
export function iterationEvent({ index, iteration }: Frame): object | undefined {
  if (!iteration) return undefined;
  const { phase, layer, loss, ms } = iteration;
  return { event: 'iteration', index, phase, layer, loss, ms };
}

/** @param seconds that it took. */
export function doneEvent({ written, frames, endedEarly, plot, checkpoint }: JobDone, seconds: number): object {
  // That of a plotter has the name.
  const { plot: lossPlot, ...files } = written;
  return {
    event: 'done',
    ...files,
    still: files.still ?? null,
    ...(lossPlot && { lossPlot }),
    frames,
    seconds,
    endedEarly,
    ...(plot && { plot }),
    ...(checkpoint && { checkpoint }),
  };
}

/** Which files there are, and what they took. */
export function doneLine({ written, iterations, endedEarly }: JobDone, seconds: number): string {
  const drawn = `${endedEarly ? 'ended early: ' : ''}${counted(iterations, 'iteration')} in ${seconds.toFixed(1)} s`;
  return `${Object.values(written).join(', ')} (${drawn})`;
}

/** That a photo is not drawn, because its files are there. */
export const skippedEvent = (files: readonly string[]): object => ({ event: 'skipped', files });

export const skippedLine = (files: readonly string[]): string =>
  `skipped, ${files.join(', ')} ${files.length === 1 ? 'is' : 'are'} there`;

/** Seconds since then, to the millisecond. */
export const secondsSince = (started: number): number => Number(((performance.now() - started) / 1000).toFixed(3));

/**
 * In words: with what it is drawn, and what a person may want to know of that.
 * @param drawn what, and at which size.
 */
export function announce(
  { weights, network, provider, passedOver }: Drawing,
  drawn: string,
  options: DrawArguments,
  note: (text: string) => void,
): void {
  const { preset } = options;
  const looks = network ? `network ${network.name}, its picture as ${network.preprocess}` : `weights ${weights}`;
  const assumed = network?.isAssumed ? ' (its file does not say; --preprocess does)' : '';
  note(`drawing ${drawn}: preset ${preset}, ${looks}${assumed}, ${provider}`);
  for (const other of passedOver) note(`${other.provider} was passed over: ${other.reason}`);
  if (!/^(seeded|contour):\d+$/.test(weights)) return;
  if (preset === 'sketch') {
    note(
      "warning: the look of sketch needs trained weights, and these have learned nothing ('vggdraw weights fetch' brings some)",
    );
  } else if (options.weights === 'auto') {
    note("these weights have learned nothing; 'vggdraw weights fetch' brings pretrained ones");
  }
}
