/** TIFF's LZW compression (TIFF 6.0, section 13). utif2's own decoder never ends on some damaged data. */

const clear = 256;
const end = 257;
const tableSize = 4096;

/** @returns `size` bytes, or fewer where the data end early or make no sense. */
export function unpackLzw(packed: Buffer, size: number): Buffer {
  // A code stands for the string of another code, its prefix, and one byte more.
  const prefixes = new Uint16Array(tableSize);
  const lastBytes = Uint8Array.from({ length: tableSize }, (_, code) => code);
  const firstBytes = Uint8Array.from(lastBytes);
  const lengths = new Uint32Array(tableSize).fill(1);
  const unpacked = Buffer.alloc(size);
  let written = 0;
  let next = end + 1;
  let width = 9;
  let previous: number | undefined;
  let held = 0;
  let heldBits = 0;

  for (const byte of packed) {
    held = (held << 8) | byte;
    heldBits += 8;
    if (heldBits < width) continue; // At most one code can be complete: each has more than 8 bits.
    heldBits -= width;
    const code = held >>> heldBits;
    held &= (1 << heldBits) - 1;

    if (code === end || written >= size) break;
    if (code === clear) {
      next = end + 1;
      width = 9;
      previous = undefined;
      continue;
    }
    if (previous === undefined ? code > 255 : code > Math.min(next, tableSize - 1)) break;
    if (previous !== undefined && next < tableSize) {
      prefixes[next] = previous;
      // The code that is just being defined may be used at once: then it begins and ends with the same byte.
      lastBytes[next] = firstBytes[code === next ? previous : code]!;
      firstBytes[next] = firstBytes[previous]!;
      lengths[next] = lengths[previous]! + 1;
      next++;
      if (next + 1 === 1 << width && width < 12) width++;
    }
    let at = written + lengths[code]!;
    const after = at;
    for (let rest = code; at > written; rest = prefixes[rest]!) unpacked[--at] = lastBytes[rest]!;
    written = after;
    previous = code;
  }
  return unpacked.subarray(0, Math.min(written, size));
}
