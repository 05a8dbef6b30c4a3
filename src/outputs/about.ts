/** What the files of a drawing say of how they were made. */
import type { Size } from '../image/picture.js';
import { oneLine } from '../one-line.js';
import { version } from '../version.js';

/** What a drawing was made of, in names that tell nobody where the files lie. */
export interface About {
  readonly photo: string;
  readonly preset: string;
  readonly weights: string;
}

/** No time of day either: the same drawing gives the same files. The weights' name has their seed. */
export const drawnBy = ({ preset, weights }: About, { width, height }: Size): string =>
  oneLine(`drawn by vggdraw ${version} with the preset ${preset} and the weights ${weights}, ${width}x${height}`);
