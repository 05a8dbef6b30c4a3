/** When a convolution is worth computing by Winograd's method: a model of what it costs on a CPU. */
import type { ConvolutionSite, WinogradChoice } from './choices.js';
import { type TileSide, tileSides, windowSide } from './transforms.js';

/**
 * What ONNX Runtime's CPU provider does in a second, measured on two cores of an AMD EPYC with AVX-512. Only their proportions
 * matter; `npm run bench-convolutions` compares what follows from them with measurements.
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

/**
 * How much more time than a direct convolution may be taken where the kernel is larger than the pictures. ONNX Runtime keeps the
 * kernels of direct convolutions several times (as they are given, flipped for the gradient, in the order in which they are
 * used), and transformed ones once for both directions.
 */
const timeForMemory = 1.15;

/**
 * And how much less has to be taken elsewhere, where pictures come into rows and out of them again, and take more memory there: up to a
 * seventh of an iteration's, for 128 channels.
 */
const timeForRows = { fast: 0.9, frugal: 0.85 };

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

/** How a convolution is best computed by Winograd's method; undefined where it had better be computed directly. */
export const chooseWinograd = (site: ConvolutionSite): WinogradChoice | undefined => choose(site, timeForRows.fast);

/** The same where memory is short. */
export const chooseFrugally = (site: ConvolutionSite): WinogradChoice | undefined => choose(site, timeForRows.frugal);

function choose(site: ConvolutionSite, elsewhere: number): WinogradChoice | undefined {
  const { inChannels, outChannels, height, width } = site;
  const [best] = tileSides
    .map((tile) => ({ tile, parts: partsOf(site, tile) }))
    .sort((a, b) => winogradSeconds(site, a) - winogradSeconds(site, b));
  const isKernelLarge = 9 * inChannels * outChannels > (inChannels + outChannels) * height * width;
  const limit = directSeconds(site) * (isKernelLarge ? timeForMemory : elsewhere);
  return winogradSeconds(site, best!) < limit ? best : undefined;
}

function partsOf(site: ConvolutionSite, tile: TileSide): number {
  const channels = Math.max(site.inChannels, site.outChannels);
  const bytes = Float32Array.BYTES_PER_ELEMENT * windowSide(tile) ** 2 * tilesOf(site, tile) * channels;
  return Math.max(1, Math.round(bytes / partBytes));
}

const tilesOf = ({ height, width }: ConvolutionSite, side: number): number =>
  Math.ceil(height / side) * Math.ceil(width / side);
