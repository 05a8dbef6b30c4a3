/** Makes pictures smaller, and larger. */
import { fittedSize } from './fitted-size.js';
import { interpolate, reduce } from './formats/libvips.js';
import type { Picture, Size } from './picture.js';

/** The picture at its {@link fittedSize}: one that fits is returned as it is. */
export async function fitLongestSide(picture: Picture, longest: number): Promise<Picture> {
  const fitted = fittedSize(picture, longest);
  return isSize(picture, fitted) ? picture : reduce(picture, fitted);
}

/** The picture at a size that is no smaller, smoothly: one that has it is returned as it is. */
export async function enlarge(picture: Picture, size: Size): Promise<Picture> {
  return isSize(picture, size) ? picture : interpolate(picture, size);
}

const isSize = ({ width, height }: Size, other: Size): boolean => width === other.width && height === other.height;
