/** WebP, of an animation the first frame. */
import type { CheckedFile, Format } from './format.js';
import { readHeader } from './libvips.js';

export const webp: Format = { name: 'WebP', begins: /^RIFF....WEBP/s, check };

async function check(bytes: Buffer): Promise<CheckedFile> {
  const { autoOrient } = await readHeader(webp.name, bytes);
  return {
    ...autoOrient,
    // The frame, and what it is laid upon.
    heldBytes: 8 * autoOrient.width * autoOrient.height,
    encoded: async () => ({ bytes }),
  };
}
