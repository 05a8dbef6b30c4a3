/** What a source of weights gives. */
import type { PixelOffset } from './preprocessing.js';

/** The weights of VGG-19's convolutions from block1_conv1 to some layer, ready for the network. */
export interface Weights {
  /** Where they come from, for the person: `seeded:1`, or the file. */
  readonly source: string;
  /**
   * Kernel [out, in, 3, 3] and bias [out] of one convolution after the other, as `../layers.ts` lays them out; it ends with the
   * last layer that was asked for. Little-endian, so that its bytes are the external data of the ONNX models.
   */
  readonly data: Float32Array;
  /** What the network adds to its pixels before the first convolution, where the weights want that; left out for nothing. */
  readonly pixelOffset?: PixelOffset | undefined;
}
