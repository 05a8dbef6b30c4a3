/** What a medium is: what the parameters of a drawing are, and the canvas that they make. */
import type { ColourSpace } from '../colour/spaces.js';
import type { Size } from '../image/picture.js';
import type { Graph, Shape, Value } from '../onnx/index.js';
import type { Named } from '../onnx/named.js';
import type { Resizing } from '../onnx/optimizers/optimizer.js';
import type { Strokes } from './strokes/strokes.js';

export type Medium = GraphMedium | ApartMedium;

interface AnyMedium {
  /** The colours of the canvas. */
  readonly space: ColourSpace;
  /** Names and shapes of the parameters of a canvas of that size, all float32. */
  slots(size: Size): Named<Shape>;
  /**
   * The parameters before the first iteration.
   * @param photo 8-bit R, G, B, interleaved [H, W, 3]; only where it {@link startsFromPhoto} is it looked at.
   */
  start(size: Size, photo?: Uint8Array): Named<Float32Array>;
  /** Whether there is nothing to start with before the photo is there. */
  readonly startsFromPhoto?: boolean;
  /** How each parameter is taken over from a canvas of one size to one of another. */
  resizing(from: Size, to: Size): Named<Resizing>;
  /** Appends what keeps parameters where they may be. */
  constrain(graph: Graph, parameters: Named<Value>): Named<Value>;
  /**
   * Whether the canvas is its only parameter, each pixel by itself. Only then is the beginning of a network computed in bands, and may an
   * optimizer step in pieces.
   */
  readonly isPerPixel: boolean;
  /** The strokes that parameters are; left out where they are none. */
  strokesOf?(parameters: Named<Float32Array>, size: Size): Strokes;
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
  /** What changes before an iteration; undefined where nothing does, as mostly. */
  renew(moment: Moment): Renewal | undefined;
}

/** Where in a drawing an iteration begins. */
export interface Moment {
  readonly size: Size;
  /** 8-bit R, G and B as numbers, float32[3, H, W]. */
  photo(): Float32Array;
  /** The share of the drawing's iterations that are done, from 0, and what it was before the iteration before; below 0 where there is none. */
  readonly progress: number;
  readonly before: number;
}

export interface Renewal {
  /** What becomes of the parameters. */
  of(parameters: Named<Float32Array>): Named<Float32Array>;
  /** Whether they are new ones, so that the optimizer begins again. */
  readonly begins: boolean;
}

export const isApart = (medium: Medium): medium is ApartMedium => 'paint' in medium;

/** @throws Error for a medium whose canvas is not made in graphs. */
export function madeInGraph(medium: Medium): GraphMedium {
  if (isApart(medium)) throw new Error('the canvas of this medium is made apart from graphs');
  return medium;
}

/** The canvas itself in place of what it is made of, for a graph that is given the canvas: its only parameter is `canvas`. */
export const canvasItself = ({ space }: Medium): GraphMedium => ({
  space,
  isPerPixel: true,
  slots: ({ height, width }) => ({ canvas: [1, space.length, height, width] }),
  start: ({ height, width }) => ({ canvas: new Float32Array(space.length * height * width) }),
  append: (_graph, { canvas }) => canvas!,
  resizing: () => ({}),
  constrain: (_graph, parameters) => parameters,
});
