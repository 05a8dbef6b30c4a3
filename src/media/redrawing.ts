/** Redrawing a part of a drawing, as a hand does that draws a film on one sheet: what moves is erased and drawn anew, the rest stays. */
import type { Size } from '../image/picture.js';
import type { Named } from '../onnx/named.js';

/** How parameters of one kind of medium are redrawn. Where is said by a share of each pixel, float32[H, W] from 0 to 1. */
export interface Redrawing {
  /** What a drawing begins with that is to redraw it: with what lies there erased, and more where the medium draws better so. */
  erased(parameters: Named<Float32Array>, there: Float32Array, size: Size): Named<Float32Array>;
  /** Those of a drawing that began with the erased ones, with all that lies elsewhere as it was before. */
  settled(
    before: Named<Float32Array>,
    after: Named<Float32Array>,
    there: Float32Array,
    size: Size,
  ): Named<Float32Array>;
}
