/** What a medium is: what the parameters of a drawing are, and the canvas that they make. */
import type { ColourSpace } from '../colour/spaces.js';
import type { Size } from '../image/picture.js';
import type { Graph, Shape, Value } from '../onnx/index.js';
import type { Named } from '../onnx/named.js';

/** What drawings are made of; those of {@link ApartMedium} are not composed yet. */
export type Medium = GraphMedium;

interface AnyMedium {
  /** The colours of the canvas. */
  readonly space: ColourSpace;
  /** Names and shapes of the parameters of a canvas of that size, all float32. */
  slots(size: Size): Named<Shape>;
  /** The parameters before the first iteration. */
  start(size: Size): Named<Float32Array>;
  /** Appends what keeps parameters where they may be. */
  constrain(graph: Graph, parameters: Named<Value>): Named<Value>;
  /**
   * Whether the canvas is its only parameter, each pixel by itself. Only then is the beginning of a network computed in bands, and may an
   * optimizer step in pieces.
   */
  readonly isPerPixel: boolean;
}

/** A medium whose canvas is made in the graph of an iteration. */
export interface GraphMedium extends AnyMedium {
  /** Appends what makes the canvas of the parameters: float32[1, C, H, W] in its space. */
  append(graph: Graph, parameters: Named<Value>, size: Size): Value;
}

/** A medium whose canvas is made apart from graphs, in TypeScript, because that is faster. */
export interface ApartMedium extends AnyMedium {
  readonly isPerPixel: false;
  /** Makes the canvas of the parameters, float32[C, H, W] in its space. */
  paint(parameters: Named<Float32Array>, size: Size): Float32Array;
  /**
   * The gradient of a loss by the parameters.
   * @param canvas what {@link paint} has made of them.
   * @param gradient of the loss by the canvas, of its shape.
   */
  back(parameters: Named<Float32Array>, canvas: Float32Array, gradient: Float32Array, size: Size): Named<Float32Array>;
  /** What becomes of the parameters before an iteration; where something new begins, so does the optimizer. */
  renew(parameters: Named<Float32Array>, moment: Moment): Renewed;
}

/** Where in a drawing an iteration begins. */
export interface Moment {
  readonly size: Size;
  /** 8-bit R, G and B as numbers, float32[3, H, W]. */
  readonly photo: Float32Array;
  /** The share of the drawing's iterations that are done, from 0, and what it was before the iteration before; below 0 where there is none. */
  readonly progress: number;
  readonly before: number;
}

export interface Renewed {
  readonly parameters: Named<Float32Array>;
  readonly begins: boolean;
}

export const isApart = (medium: GraphMedium | ApartMedium): medium is ApartMedium => 'paint' in medium;
