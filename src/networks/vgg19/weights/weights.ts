/** What a source of weights gives. */
import type { PixelOffset } from './preprocessing.js';

/** What weights want done to the pixels, B, G and R in network space, before the first convolution. */
export interface PixelWishes {
  /** What is added to them. Left out: nothing. */
  readonly pixelOffset?: PixelOffset | undefined;
  /**
   * What the first convolution sees past the picture's border: the outermost pixels again, or, left out, zeros as the network was
   * trained with. To weights that answer to edges zeros beside white paper are one.
   */
  readonly border?: 'repeated' | undefined;
}

/** The weights of VGG-19's convolutions from block1_conv1 to some layer, ready for the network. */
export interface Weights extends PixelWishes {
  /** Where they come from, for the person: `seeded:1`, or the file. */
  readonly source: string;
  /**
   * Kernel [out, in, 3, 3] and bias [out] of one convolution after the other, as `../layers.ts` lays them out; it ends with the
   * last layer that was asked for. Little-endian, so that its bytes are the external data of the ONNX models.
   */
  readonly data: Float32Array;
}
