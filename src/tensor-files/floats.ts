/** Floats of other widths as float32. */

/** The floats that files hold: IEEE 754's of 16, 32 and 64 bits, and float32 without its lower half. */
export type FloatType = 'float16' | 'bfloat16' | 'float32' | 'float64';

export const bytesPerFloat: Readonly<Record<FloatType, number>> = { float16: 2, bfloat16: 2, float32: 4, float64: 8 };

/** Little-endian floats as float32, in the same memory where they are that already. What is beyond its range becomes infinite. */
export function toFloat32(bytes: Uint8Array, type: FloatType): Float32Array {
  const count = bytes.length / bytesPerFloat[type];
  // Views want their own alignment.
  const aligned = bytes.byteOffset % bytesPerFloat[type] === 0 ? bytes : new Uint8Array(bytes);
  const { buffer, byteOffset } = aligned;
  if (type === 'float32') return new Float32Array(buffer, byteOffset, count);
  if (type === 'float64') return new Float32Array(new Float64Array(buffer, byteOffset, count));
  const halves = new Uint16Array(buffer, byteOffset, count);
  if (type === 'bfloat16') {
    const words = new Uint32Array(count);
    for (let i = 0; i < count; i++) words[i] = halves[i]! << 16;
    return new Float32Array(words.buffer);
  }
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = fromFloat16(halves[i]!);
  return values;
}

/** The value of an IEEE 754 half-precision float, given its bits. */
function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (0x400 + fraction) * 2 ** (exponent - 25);
}
