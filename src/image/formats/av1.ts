/** What decoding AV1 data takes, by their headers (AV1 Bitstream & Decoding Process Specification, 5.3 to 5.5). */

/** Types of units of a bitstream. */
const units = { sequence: 1, frameHeader: 3, frame: 6 } as const;

/** More units than any still picture has. */
const maxUnits = 2 ** 16;

/**
 * How many pixels a decoder goes through: those of all its frames, the hidden ones too.
 * @throws RangeError where headers are cut short, or units are too many.
 */
export function decodedPixels(data: Buffer): number {
  let frames = 0;
  let area = 0;
  let position = 0;
  for (let count = 0; position < data.length; count++) {
    if (count > maxUnits) throw new RangeError('too many units');
    const head = data.readUInt8(position++);
    const type = (head >> 3) & 15;
    if (head & 4) position++; // An extension.
    let length = data.length - position;
    if (head & 2) [length, position] = leb128(data, position);
    if (type === units.sequence) area = Math.max(area, largestFrame(data.subarray(position, position + length)));
    if (type === units.frame || type === units.frameHeader) frames++;
    position += length;
  }
  return frames * area;
}

/** A number in groups of 7 bits, the lowest first, and where it ends. */
function leb128(data: Buffer, position: number): [value: number, end: number] {
  let value = 0;
  for (let i = 0; i < 8; i++) {
    const byte = data.readUInt8(position++);
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) break;
  }
  return [value, position];
}

/** Pixels of the largest frame that a sequence header lets there be. */
function largestFrame(header: Buffer): number {
  let at = 0;
  const bits = (count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i++, at++) value = 2 * value + ((header.readUInt8(at >> 3) >> (7 - (at & 7))) & 1);
    return value;
  };
  bits(4); // Profile, and whether it is a still picture.
  if (bits(1)) bits(5);
  else {
    let delayBits = 0;
    const hasTiming = bits(1);
    if (hasTiming) {
      bits(64);
      if (bits(1)) {
        let zeros = 0;
        while (zeros < 32 && !bits(1)) zeros++;
        bits(zeros);
      }
      if (bits(1)) {
        delayBits = bits(5) + 1;
        bits(42);
      }
    }
    const hasDisplayDelay = bits(1);
    const operatingPoints = bits(5) + 1;
    for (let i = 0; i < operatingPoints; i++) {
      bits(12);
      if (bits(5) > 7) bits(1);
      if (delayBits > 0 && bits(1)) bits(2 * delayBits + 1);
      if (hasDisplayDelay && bits(1)) bits(4);
    }
  }
  const [widthBits, heightBits] = [bits(4) + 1, bits(4) + 1];
  return (bits(widthBits) + 1) * (bits(heightBits) + 1);
}
