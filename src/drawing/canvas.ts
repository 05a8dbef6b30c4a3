/** The paper: its colour before the first stroke, and the range its values are kept in. */
import { black, white } from '../vgg19/preprocessing.js';
import type { Preset } from './preset.js';

/** A blank canvas, float32[3, H, W] in network space. */
export function blankCanvas({ start }: Preset['canvas'], height: number, width: number): Float32Array {
  const canvas = new Float32Array(3 * height * width);
  (start === 'white' ? white : black).forEach((value, channel) => {
    canvas.fill(value, channel * height * width, (channel + 1) * height * width);
  });
  return canvas;
}

/** The least and greatest value of each channel (B, G, R). */
export function canvasBounds({ lower, upper }: Pick<Preset['canvas'], 'lower' | 'upper'>): {
  lower: Float32Array;
  upper: Float32Array;
} {
  return { lower: Float32Array.from(perChannel(lower)), upper: Float32Array.from(perChannel(upper)) };
}

function perChannel(bound: Preset['canvas']['lower']): readonly number[] {
  if (bound === 'black') return black;
  if (bound === 'white') return white;
  return [bound, bound, bound];
}
