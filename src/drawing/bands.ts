/** In what bands of rows the beginning of the network is computed: the larger a picture, the more of its memory is there. */
import type { Bands, ModelSite } from '../artifacts/models.js';
import { layers } from '../vgg19/layers.js';

type Size = Pick<ModelSite, 'height' | 'width'>;

/** More make no difference to speed or memory. */
const mostBands = 8;

/** What a band of the first layer should have, in bytes. Smaller ones gain nothing over a picture that is computed as a whole. */
const bandBytes = 2 ** 24;

/** The bands that are computed fastest; undefined for small pictures, which are better computed as a whole. */
export function fastBands({ height, width }: Size): Bands | undefined {
  const count = Math.min(mostBands, Math.floor((4 * layers[0]!.outChannels * height * width) / bandBytes));
  return count < 2 ? undefined : { pools: 1, count };
}

/** Bands that take less memory, and more time because more rows are computed twice; the fastest first. */
export function smallBands({ height }: Size): Bands[] {
  return [2, 3].flatMap((pools) => (height >= 2 ** pools * mostBands ? [{ pools, count: mostBands }] : []));
}
