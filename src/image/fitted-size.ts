/** How large a picture is drawn. Apart from resize.ts, because it is asked before there is anything to make smaller. */
import type { Size } from './picture.js';

/**
 * The size with its longer side at most `longest` pixels, its shape kept as far as whole pixels allow (each side at
 * least 1). Never larger.
 * @param longest pixels, a whole number from 1.
 */
export const fittedSize = (size: Size, longest: number): Size =>
  scaledSize(size, Math.min(1, longest / Math.max(size.width, size.height)));

/** So many times the size, in whole pixels: each side is at least 1. */
export function scaledSize({ width, height }: Size, scale: number): Size {
  const scaled = (side: number) => Math.max(1, Math.round(side * scale));
  return { width: scaled(width), height: scaled(height) };
}
