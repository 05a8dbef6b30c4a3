/** TIFF's run-length compression, PackBits (TIFF 6.0, section 9). */

/** @returns `size` bytes, or fewer where the data end early. */
export function unpackPackBits(packed: Buffer, size: number): Buffer {
  const unpacked = Buffer.alloc(size);
  let from = 0;
  let written = 0;
  while (from + 1 < packed.length && written < size) {
    const control = packed.readInt8(from++);
    if (control >= 0) {
      const bytes = packed.subarray(from, from + control + 1);
      written += bytes.copy(unpacked, written);
      from += bytes.length;
    } else if (control !== -128) {
      const next = Math.min(size, written + 1 - control);
      unpacked.fill(packed.readUInt8(from++), written, next);
      written = next;
    }
  }
  return unpacked.subarray(0, written);
}
