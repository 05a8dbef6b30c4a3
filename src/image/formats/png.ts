/** PNG. libpng makes sure of everything itself. */
import type { CheckedFile, Format } from './format.js';
import { bytesOfRows, readHeader, rowsAtOnce } from './libvips.js';

export const png: Format = { name: 'PNG', begins: /^\x89PNG\r\n.\n/, check };

async function check(bytes: Buffer): Promise<CheckedFile> {
  const header = await readHeader(png.name, bytes);
  return {
    ...header.autoOrient,
    // Interlaced pictures are put together whole.
    heldBytes: bytesOfRows(header, rowsAtOnce.any) + (header.isProgressive ? bytesOfRows(header) : 0),
    encoded: async () => ({ bytes }),
  };
}
