/** How much memory a drawing is to be given, for whoever chooses a machine for it before it is begun. */
import { InputError } from '../../errors.js';
import type { Size } from '../../image/picture.js';
import type { PhotoSource } from '../../image/source.js';
import { plannedNetwork } from '../../networks/index.js';
import { mediumOf, phasesOf } from '../compose.js';
import { type CheckedOptions, layersOf, noStyle, type StyleChoice } from '../recipe/index.js';
import { openStyles, openSubject } from '../subject.js';
import { stateBytes } from '../thread/recorder.js';
import { planDrawing, planStyles } from './drawing-plan.js';
import { planFirstPass } from './first-pass.js';
import { isFast } from './phase-plan.js';

/** Above so much a drawing is rather computed again, or in tiles, than at once. */
const ample = 4 * 2 ** 30;

/** Sides and files are taken for somewhat larger than they are, so that few plans do for many photos. */
const roundings = { side: 32, bytes: 2 ** 24 };

const roundedUp = (value: number, step: number): number => step * Math.ceil(value / step);

/** Sides as the network has to see them: where all weights look alike to the planner, those of a formula too. */
const unlimited = { bytes: Number.POSITIVE_INFINITY, isGiven: false };

/**
 * @param options those of the drawings, checked.
 * @param amounts what there is to choose from, in bytes, the least first.
 * @returns what says of a photo the least of them with which it is drawn as fast as can be, or where that is more than 4 GiB, with which it can be drawn at all.
 *   It throws an InputError where the photo will not do, or none is enough.
 */
export async function memoryEstimate(
  options: CheckedOptions,
  amounts: readonly number[],
): Promise<(photo: PhotoSource) => Promise<number>> {
  const { preset, exact, model, network: outline, style, styleSize, styleWeight = 1, size: longest } = options;
  const network = await plannedNetwork(model);
  const medium = mediumOf(preset);
  const chosen: StyleChoice =
    style.length === 0 ? noStyle : { weights: style.map(({ weight }) => weight), factor: styleWeight };
  const phases = phasesOf(preset, chosen);
  const known = new Map<string, number>();
  return async (photo) => {
    const subject = await openSubject(photo, longest, layersOf(preset), outline, unlimited);
    const width = roundedUp(subject.size.width, roundings.side);
    const height = roundedUp(subject.size.height, roundings.side);
    const styles = await openStyles(style, styleSize ?? Math.max(width, height), preset, outline, unlimited);
    const bytes = Math.max(...[subject, ...styles].map((one) => one.decodingBytes));
    const decodingBytes = roundedUp(bytes, roundings.bytes);
    const key = [width, height, decodingBytes].join();
    const site = { network, medium, width, height };
    const drawing = {
      site,
      phases,
      scales: preset.scales,
      decodingBytes: decodingBytes + 2 * stateBytes(site, phases),
      exact,
    };
    const amount =
      known.get(key) ??
      leastFor(
        drawing,
        styles.map((one): Size => one.size),
        amounts,
      );
    known.set(key, amount);
    return amount;
  };
}

function leastFor(
  drawing: Parameters<typeof planDrawing>[0],
  styles: readonly Size[],
  amounts: readonly number[],
): number {
  const { site, phases, scales } = drawing;
  const planned = (bytes: number): 'fast' | 'slower' | InputError => {
    const limit = { bytes, isGiven: true };
    try {
      const planWith = (kept: number) => planDrawing(drawing, { ...limit, bytes: bytes - kept });
      const { plan } = planFirstPass(site, phases, planWith, scales);
      planStyles(drawing, styles, limit);
      return plan.every(isFast) ? 'fast' : 'slower';
    } catch (error) {
      if (error instanceof InputError) return error;
      throw error;
    }
  };
  let least: number | undefined;
  let refused: InputError | undefined;
  for (const bytes of amounts) {
    const found = planned(bytes);
    if (found instanceof InputError) refused = found;
    else if (found === 'fast' && bytes <= ample) return bytes;
    else least ??= bytes;
    if (least !== undefined && bytes >= ample) return least;
  }
  throw refused ?? new Error('there are no amounts');
}
