/** Writes JPEG files, small ones for looking at while something is drawn. */
import type { Picture } from './picture.js';

/** @param longest side in pixels: a larger picture is made smaller. @param quality from 1 to 100. */
export async function encodeJpeg(
  { width, height, rgb }: Picture,
  longest: number,
  quality = 88,
): Promise<Buffer<ArrayBuffer>> {
  const { default: sharp } = await import('sharp');
  return (
    sharp(rgb, { raw: { width, height, channels: 3 }, limitInputPixels: false })
      .resize(longest, longest, { fit: 'inside', withoutEnlargement: true })
      // Lines of colour stay as sharp as others. Huffman tables as they are usual: those that fit best would take more time than all the rest,
      // to save a fiftieth of the bytes.
      .jpeg({ quality, chromaSubsampling: '4:4:4', optimiseCoding: false })
      .toBuffer()
  );
}
