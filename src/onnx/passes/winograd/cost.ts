/** When a convolution is worth computing by Winograd's method: a model of what it costs on a CPU. */
import type { ConvolutionSite, WinogradChoice } from './rewrite.js';
import { type TileSide, windowSide } from './transforms.js';

/**
 * What ONNX Runtime's CPU provider does in a second, measured on two cores of an AMD EPYC with AVX-512. Only their proportions
 * matter; `npm run bench -- --convolutions` compares what follows from them with measurements.
 */
const rates = {
  /** Floating-point operations of a convolution computed directly, in its blocked layout. */
  direct: 465e9,
  /** Floating-point operations of large matrix products. */
  product: 400e9,
  /** Elements of a product's second matrix that are brought into the order in which they are used, once for each part. */
  packing: 6e9,
  /** Bytes that the steps around the products read and write. */
  memory: 22e9,
  /** Operators that do next to nothing. */
  operators: 1e5,
};

/** Bytes of a part in transform domain: what is between two steps should stay in the cache. */
const partBytes = 19e6;

/** Of the tile sides there are, the only one that is ever the fastest. */
const tile: TileSide = 4;

/** Seconds that the convolution takes when computed directly. */
export function directSeconds({ inChannels, outChannels, height, width }: ConvolutionSite): number {
  return directFlops({ inChannels, outChannels, height, width }) / rates.direct;
}

/** Multiplications and additions of the convolution computed directly. */
export function directFlops({ inChannels, outChannels, height, width }: ConvolutionSite): number {
  return 2 * 9 * inChannels * outChannels * height * width;
}

/** Seconds that the convolution takes by Winograd's method. */
export function winogradSeconds(site: ConvolutionSite, { tile, parts }: WinogradChoice): number {
  const { inChannels, outChannels } = site;
  const [inTile, inWindow] = [tile ** 2, windowSide(tile) ** 2];
  const tiles = tilesOf(site, tile);
  const product = 2 * inWindow * tiles * inChannels * outChannels;
  const packed = parts * inWindow * inChannels * outChannels;
  // Windows are gathered and transformed; products are transformed back, joined and added to the bias.
  const moved = inChannels * (inTile + 3 * inWindow) + outChannels * (inWindow + 5 * inTile);
  const bytes = Float32Array.BYTES_PER_ELEMENT * tiles * moved;
  return product / rates.product + packed / rates.packing + bytes / rates.memory + (8 * parts) / rates.operators;
}

/** How a convolution is best computed by Winograd's method; undefined where it is faster directly. */
export function chooseWinograd(site: ConvolutionSite): WinogradChoice | undefined {
  const channels = Math.max(site.inChannels, site.outChannels);
  const bytes = Float32Array.BYTES_PER_ELEMENT * windowSide(tile) ** 2 * tilesOf(site, tile) * channels;
  const choice = { tile, parts: Math.max(1, Math.round(bytes / partBytes)) };
  return winogradSeconds(site, choice) < directSeconds(site) ? choice : undefined;
}

const tilesOf = ({ height, width }: ConvolutionSite, side: number): number =>
  Math.ceil(height / side) * Math.ceil(width / side);
