/** What a network is to a drawing: named layers that look at a picture. */
import type { ColourSpace } from '../colour/spaces.js';
import type { Size } from '../image/picture.js';
import type { Graph, Value } from '../onnx/index.js';

/** How far a layer's positions are apart, and how far each sees past its own square: what cutting a picture into tiles takes. */
export interface Reach {
  /** Pixels from one position to the next. */
  readonly grid: number;
  /** Pixels on each side of a position's own square of the grid that its activation depends on. */
  readonly halo: number;
}

/** A 3×3 convolution with stride 1, and the sides of its output. */
export interface ConvolutionSize extends Size {
  readonly inChannels: number;
  readonly outChannels: number;
}

/** What is known of a network without its weights. */
export interface NetworkOutline {
  /** What a person calls it. */
  readonly name: string;
  /** Its layers by name, from the pixels on: none looks at a later one. */
  readonly layers: readonly string[];
  /** The name of the layer that is meant, aliases included. @throws InputError where there is none. */
  find(name: string): string;
  /** The colours that it takes. */
  readonly space: ColourSpace;
  /** Channels, height and width of a layer's activation. */
  activationShape(layer: string, size: Size): readonly [number, number, number];
  /** The smallest side, in pixels, of a picture for which the layer has a position. */
  smallestSide(layer: string): number;
  /** Bytes of the weights that computing a layer takes. */
  weightBytes(layer: string): number;
  /** The 3×3 convolutions with stride 1 on the way to a layer, which are most of its work. Left out where that is not known. */
  convolutions?(layer: string, size: Size): readonly ConvolutionSize[];
  /** Left out where a picture can't be cut: into tiles, or into bands. */
  reach?(layer: string): Reach;
}

/** A network that can be computed. */
export interface Network extends NetworkOutline {
  /** Where its weights come from, for the person. */
  readonly source: string;
  /** The bytes that initializers of its graphs name instead of holding them. */
  readonly externalData: readonly { readonly path: string; readonly data: Uint8Array }[];
  /**
   * Appends the network.
   * @param seen the picture, float32[1, C, H, W] in the network's space.
   * @param layers those that are wanted; nothing deeper is appended.
   * @returns the activations of the wanted layers at least, float32[1, C, h, w].
   */
  append(graph: Graph, seen: Value, layers: readonly string[]): ReadonlyMap<string, Value>;
}

/** How many activations a layer has: channels times positions. */
export const activationCount = (network: NetworkOutline, layer: string, size: Size): number =>
  network.activationShape(layer, size).reduce((product, side) => product * side, 1);

/** The deepest of some layers. */
export const deepestOf = ({ layers }: Pick<NetworkOutline, 'layers'>, some: readonly string[]): string =>
  layers.findLast((layer) => some.includes(layer))!;
