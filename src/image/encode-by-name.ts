/** Pictures as files of the kind that their name says: small ones, made at leisure. */
import { extname } from 'node:path';
import type { Picture } from './picture.js';

const kinds = {
  '.png': { format: 'png', options: { compressionLevel: 9 } },
  // Lines and small letters keep their colours.
  '.jpg': { format: 'jpeg', options: { quality: 90, chromaSubsampling: '4:4:4' } },
  '.jpeg': { format: 'jpeg', options: { quality: 90, chromaSubsampling: '4:4:4' } },
  '.webp': { format: 'webp', options: { quality: 90 } },
} as const;

/** Names of files that {@link encodeByName} takes. */
export const pictureName = /\.(?:png|jpe?g|webp)$/i;

/** @param name ends as {@link pictureName} says. */
export async function encodeByName({ width, height, rgb }: Picture, name: string): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  const { format, options } = kinds[extname(name).toLowerCase() as keyof typeof kinds];
  return sharp(rgb, { raw: { width, height, channels: 3 }, limitInputPixels: false })
    .toFormat(format, options)
    .toBuffer();
}
