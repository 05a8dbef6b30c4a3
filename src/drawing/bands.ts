/** In what bands of rows the beginning of the network is computed: the larger a picture, the more of its memory is there. */
import type { Bands, ModelSite } from '../artifacts/models.js';
import { layers } from '../vgg19/layers.js';

type Size = Pick<ModelSite, 'height' | 'width'>;

/** More take no less memory, but longer until ONNX Runtime has loaded their nodes. */
const mostBands = 8;

/** What a band of the first layer should have at the least, in bytes. */
const bandBytes = 2 ** 24;

/** The bands that are computed fastest; undefined for small pictures, which are better computed as a whole. */
export function fastBands({ height, width }: Size): Bands | undefined {
  const count = Math.min(mostBands, Math.floor((4 * layers[0]!.outChannels * height * width) / bandBytes));
  return count < 2 ? undefined : { pools: 1, count };
}

/** Bands that take less memory, and more time because more rows are computed twice; the fastest first. */
export const smallBands = (size: Size): Bands[] =>
  [2, 3].map((pools) => ({ pools, count: mostBands })).filter((bands) => haveRows(bands, size));

/** Whether a picture has a row for each band where they are joined. */
export const haveRows = ({ pools, count }: Bands, { height }: Pick<Size, 'height'>): boolean =>
  height >= 2 ** pools * count;
