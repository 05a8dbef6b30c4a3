/** What a medium is: what the parameters of a drawing are, and the canvas that they make. */
import type { ColourSpace } from '../colour/spaces.js';
import type { Size } from '../image/picture.js';
import type { Graph, Shape, Value } from '../onnx/index.js';
import type { Named } from '../onnx/named.js';
import type { Resizing } from '../onnx/optimizers/optimizer.js';

export interface Medium {
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
  /** Appends what makes the canvas of the parameters: float32[1, C, H, W] in its space. */
  append(graph: Graph, parameters: Named<Value>, size: Size): Value;
  /** How each parameter is taken over from a canvas of one size to one of another. */
  resizing(from: Size, to: Size): Named<Resizing>;
  /** Appends what keeps parameters where they may be. */
  constrain(graph: Graph, parameters: Named<Value>): Named<Value>;
  /**
   * Whether the canvas is its only parameter, each pixel by itself. Only then is the beginning of a network computed in bands, and may an
   * optimizer step in pieces.
   */
  readonly isPerPixel: boolean;
}
