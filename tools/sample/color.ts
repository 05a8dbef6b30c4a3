/** Colours between sRGB and linear light, in which mixing and adding behave as light does. */
import type { Vec3 } from './vector.js';

/** The linear colour of an sRGB hex code such as `#ff8800`. */
export function hex(code: string): Vec3 {
  const value = Number.parseInt(code.slice(1), 16);
  return [toLinear((value >> 16) & 255), toLinear((value >> 8) & 255), toLinear(value & 255)];
}

/** An sRGB byte (0–255) as linear light. */
function toLinear(byte: number): number {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** Linear light as an sRGB value from 0 to 255. */
export function toSrgb(linear: number): number {
  const value = Math.min(1, Math.max(0, linear));
  return 255 * (value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055);
}
