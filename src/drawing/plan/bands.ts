/** In what bands of rows the beginning of the network is computed: the larger a picture, the more of its memory is there. */
import type { Size } from '../../image/picture.js';
import { activationCount, type NetworkOutline } from '../../networks/network.js';

/** See `splitRows`. */
export interface Bands {
  /** How many of the pools are passed in bands, ≥ 1; what follows is computed as a whole. */
  readonly pools: number;
  /** How many bands, ≥ 2. */
  readonly count: number;
}

/** More take no less memory, but longer until ONNX Runtime has loaded their nodes. */
const mostBands = 8;

/** What a band of the first layer should have at the least, in bytes. */
const bandBytes = 2 ** 24;

/** The bands that are computed fastest; undefined for small pictures, which are better computed as a whole, and where none can be. */
export function fastBands(network: NetworkOutline, size: Size): Bands | undefined {
  if (!network.reach) return undefined;
  const bytes = 4 * activationCount(network, network.layers[0]!, size);
  const count = Math.min(mostBands, Math.floor(bytes / bandBytes));
  return count < 2 ? undefined : { pools: 1, count };
}

/** Bands that take less memory, and more time because more rows are computed twice; the fastest first. */
export const smallBands = ({ reach }: NetworkOutline, size: Size): Bands[] =>
  (reach ? [2, 3] : []).map((pools) => ({ pools, count: mostBands })).filter((bands) => haveRows(bands, size));

/** Whether a picture has a row for each band where they are joined. */
export const haveRows = ({ pools, count }: Bands, { height }: Pick<Size, 'height'>): boolean =>
  height >= 2 ** pools * count;

/** The layer where bands are joined; undefined where that would be of no use, because all is wanted from the first block on. */
export function lastInBands({ pools }: Bands, network: NetworkOutline, wanted: readonly string[]): string | undefined {
  const { layers } = network;
  const shallowest = layers.find((layer) => wanted.includes(layer))!;
  const grid = (i: number): number => (i < 0 ? 1 : (network.reach?.(layers[i]!).grid ?? 1));
  const passed = layers.slice(0, layers.indexOf(shallowest) + 1).filter((_, i) => grid(i) > grid(i - 1));
  return passed[pools - 1] ?? (wanted.length === 1 ? shallowest : passed.at(-1));
}
