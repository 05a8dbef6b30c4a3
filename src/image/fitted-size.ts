/** How large a picture is drawn. Apart from resize.ts, because it is asked before there is anything to make smaller. */
import type { Size } from './picture.js';

/**
 * The size with its longer side at most `longest` pixels, its shape kept as far as whole pixels allow (each side at
 * least 1). Never larger.
 * @param longest pixels, a whole number from 1.
 */
export function fittedSize({ width, height }: Size, longest: number): Size {
  const scale = Math.min(1, longest / Math.max(width, height));
  const scaled = (side: number) => Math.max(1, Math.round(side * scale));
  return { width: scaled(width), height: scaled(height) };
}
