/** How much memory a drawing is to be given, for whoever chooses a machine for it before it is begun. */
import { InputError } from '../../errors.js';
import type { Picture, Size } from '../../image/picture.js';
import type { PhotoSource } from '../../image/source.js';
import { plannedNetwork } from '../../networks/index.js';
import { mediumOf, phasesOf } from '../compose.js';
import { type CheckedOptions, layersOf, type MemoryLimit, noStyle, type StyleChoice } from '../recipe/index.js';
import { openStyles, openSubject } from '../subject.js';
import { stateBytes } from '../thread/recorder.js';
import { type DrawingToPlan, hasRoomToKeep, planDrawing, planFastDrawing, planStyles } from './drawing-plan.js';

/** Above so much a drawing is rather computed again, or in tiles, than at once. */
const ample = 4 * 2 ** 30;

/** Up to so much it is given more than it takes, where its sessions can then be kept for the next drawing of its kind. */
const modest = 2 ** 30;

/** Sides and files are taken for somewhat larger than they are, so that few plans do for many photos. */
const roundings = { side: 32, bytes: 2 ** 24 };

const roundedUp = (value: number, step: number): number => step * Math.ceil(value / step);

/** Photos are not to be refused here. */
const unlimited = { bytes: Number.POSITIVE_INFINITY, isGiven: false };

/**
 * @param options those of the drawings, checked.
 * @param amounts what there is to choose from, in bytes, the least first.
 * @returns what says of a photo how much it is to be given: what it takes to be drawn as fast as can be, or where that is more than 4 GiB, these, or what it
 *   takes at the least.
 *   It throws an InputError where the photo will not do, or none is enough.
 */
export async function memoryEstimate(
  options: CheckedOptions,
  amounts: readonly number[],
): Promise<(photo: Picture | PhotoSource) => Promise<number>> {
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

function leastFor(drawing: DrawingToPlan, styles: readonly Size[], amounts: readonly number[]): number {
  const fitsStyles = (bytes: number): boolean =>
    styles.length === 0 || !failed(() => planStyles(drawing, styles, given(bytes)));
  const fast = amounts
    .filter((bytes) => bytes <= ample && fitsStyles(bytes))
    .flatMap((bytes) => {
      const plans = planFastDrawing(drawing, bytes);
      return plans ? [{ bytes, keeps: hasRoomToKeep(drawing, styles, plans, given(bytes)) }] : [];
    });
  const best = fast.find(({ bytes, keeps }) => keeps && bytes <= modest) ?? fast[0];
  if (best) return best.bytes;
  let refused: InputError | undefined;
  const more = amounts.filter((amount) => amount >= ample);
  for (const bytes of more.length > 0 ? more : amounts) {
    refused = failed(() => {
      planDrawing(drawing, given(bytes));
      planStyles(drawing, styles, given(bytes));
    });
    if (!refused) return bytes;
  }
  throw refused ?? new Error('there are no amounts');
}

const given = (bytes: number): MemoryLimit => ({ bytes, isGiven: true });

/** What is wrong with a plan, where something is. */
function failed(plan: () => unknown): InputError | undefined {
  try {
    plan();
    return undefined;
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}
