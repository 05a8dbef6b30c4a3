/** What a page shows of a picture: small, and of one format, whatever it is. */
import { encodeJpeg } from '../image/encode-jpeg.js';
import { fittedSize } from '../image/fitted-size.js';
import { openPhoto } from '../image/photo.js';
import type { PhotoSource } from '../image/source.js';

/** As JPEG, with the photo's own size. @param longest side in pixels. @throws InputError where it can't be read. */
export async function shownPhoto(
  source: PhotoSource,
  longest = 1024,
): Promise<{ jpeg: Buffer<ArrayBuffer>; width: number; height: number }> {
  const photo = await openPhoto(source);
  const { width, height } = photo;
  return { jpeg: await encodeJpeg(await photo.decode(fittedSize(photo, longest)), longest), width, height };
}
