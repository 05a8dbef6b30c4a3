/** Writes safetensors files. */

/** A float32 tensor, row-major. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** The bytes of a safetensors file that holds `tensors` in this order, and `metadata`. */
export const encodeSafetensors = (...given: Parameters<typeof safetensorsParts>): Uint8Array =>
  Buffer.concat(safetensorsParts(...given));

/** The same bytes in pieces, of which those of tensors are theirs. */
export function safetensorsParts(
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array[] {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const { name, shape, values } of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + values.byteLength] };
    offset += values.byteLength;
  }
  const text = Buffer.from(JSON.stringify(header));
  // Spaces, as the format's own writer does, so that the values begin at a multiple of eight.
  const padding = Buffer.alloc(-text.length & 7, ' ');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length + padding.length));
  const values = tensors.map((tensor) => {
    const { buffer, byteOffset, byteLength } = tensor.values;
    return new Uint8Array(buffer, byteOffset, byteLength);
  });
  return [Buffer.concat([length, text, padding]), ...values];
}
