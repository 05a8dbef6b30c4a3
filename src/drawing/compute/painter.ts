/** The canvas that parameters make, for who looks at it between iterations. */
import type { Size } from '../../image/picture.js';
import { isApart, type Medium } from '../../media/medium.js';
import { encodeModel } from '../../onnx/index.js';
import type { Named } from '../../onnx/named.js';
import { openSession, Tensor } from '../../runtime/session.js';
import { canvasGraph } from './graphs.js';

export interface Painter {
  /** float32[C, H, W] in the medium's space. */
  canvasOf(parameters: Named<Float32Array>): Promise<Float32Array>;
  release(): Promise<void>;
}

/** On the CPU. Where the canvas is the parameter itself, nothing is computed. */
export async function openPainter(medium: Medium, { height, width }: Size): Promise<Painter> {
  const size = { height, width };
  if (medium.isPerPixel)
    return { canvasOf: async (parameters) => Object.values(parameters)[0]!, release: async () => {} };
  if (isApart(medium)) return remembering((parameters) => medium.paint(parameters, size));
  const session = await openSession(encodeModel(canvasGraph({ medium, ...size })));
  const slots = medium.slots(size);
  return {
    async canvasOf(parameters) {
      const tensors = Object.entries(parameters).map(([name, values]) => [
        name,
        new Tensor('float32', values, slots[name]!),
      ]);
      const { canvas } = await session.run(Object.fromEntries(tensors));
      return canvas!.data as Float32Array;
    },
    release: () => session.release(),
  };
}

/** What is painted for the frame of one iteration is what the next one begins with. */
function remembering(paint: (parameters: Named<Float32Array>) => Float32Array): Painter {
  let painted: { readonly of: Float32Array[]; readonly canvas: Float32Array } | undefined;
  return {
    async canvasOf(parameters) {
      const of = Object.values(parameters);
      const isSame = painted !== undefined && of.every((values, i) => values === painted!.of[i]);
      if (!isSame) painted = { of, canvas: paint(parameters) };
      return painted!.canvas;
    },
    release: async () => {},
  };
}
