/** Makes pictures smaller. */
import { fittedSize } from './fitted-size.js';
import { reduce } from './formats/libvips.js';
import type { Picture } from './picture.js';

/** The picture at its {@link fittedSize}: one that fits is returned as it is. */
export async function fitLongestSide(picture: Picture, longest: number): Promise<Picture> {
  const fitted = fittedSize(picture, longest);
  return fitted.width === picture.width && fitted.height === picture.height ? picture : reduce(picture, fitted);
}
