/** Colours in linear light, so that mixing and adding them behaves as light does. */

/** Red, green and blue in linear light: 0 is black, 1 is paper white, more than 1 is brighter than the picture can show. */
export type Rgb = readonly [number, number, number];

/** The linear colour of an sRGB hex code such as `#ff8800`. */
export function hex(code: string): Rgb {
  const value = Number.parseInt(code.slice(1), 16);
  return [toLinear((value >> 16) & 255), toLinear((value >> 8) & 255), toLinear(value & 255)];
}

export function mix(a: Rgb, b: Rgb, t: number): Rgb {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
}

export function add(a: Rgb, b: Rgb): Rgb {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

export function scale(a: Rgb, factor: number): Rgb {
  return [a[0] * factor, a[1] * factor, a[2] * factor];
}

/** A surface of colour `a` under light of colour `b`. */
export function multiply(a: Rgb, b: Rgb): Rgb {
  return [a[0] * b[0], a[1] * b[1], a[2] * b[2]];
}

/** A gradient through colours at ascending positions; constant beyond its ends. */
export function gradient(stops: readonly (readonly [position: number, code: string])[]): (t: number) => Rgb {
  const positions = stops.map(([position]) => position);
  const colors = stops.map(([, code]) => hex(code));
  return (t) => {
    const next = positions.findIndex((position) => position > t);
    if (next === 0) return colors[0]!;
    if (next < 0) return colors.at(-1)!;
    const start = positions[next - 1]!;
    return mix(colors[next - 1]!, colors[next]!, (t - start) / (positions[next]! - start));
  };
}

/** An sRGB byte (0–255) as linear light. */
function toLinear(byte: number): number {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** Linear light as an sRGB byte. */
export function toByte(linear: number): number {
  const value = linear <= 0.0031308 ? linear * 12.92 : 1.055 * linear ** (1 / 2.4) - 0.055;
  return Math.round(255 * Math.min(1, Math.max(0, value)));
}
