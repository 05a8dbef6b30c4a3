/** What is drawn: a picture, or a photo that is read, at the size that it is drawn at. */
import { isUint8Array } from 'node:util/types';
import { InputError, namingField } from '../errors.js';
import { fittedSize } from '../image/fitted-size.js';
import { openPhoto, type Photo } from '../image/photo.js';
import type { Picture, Size } from '../image/picture.js';
import { fitLongestSide } from '../image/resize.js';
import type { PhotoSource } from '../image/source.js';
import { deepestOf, type NetworkOutline } from '../networks/network.js';
import { formatBytes } from './recipe/bytes.js';
import { type MemoryLimit, type Preset, processBytes, styleLayersOf, type WeightedStyle } from './recipe/index.js';

export interface Subject {
  /** Of the drawing; of a style picture as it is looked at. */
  readonly size: Size;
  /** Bytes that {@link read} takes at most, for a moment. */
  readonly decodingBytes: number;
  /** Its pixels, at that size. @throws InputError for damage that only shows now. */
  read(): Promise<Picture>;
}

/**
 * @param longest the longest side of the drawing in pixels; what is smaller stays as it is.
 * @param layers those that look at it.
 * @throws InputError where it can't be read, or reading it takes more than the limit: it names the photo; and where it is too small for the
 *   layers.
 */
export async function openSubject(
  photo: Picture | PhotoSource,
  longest: number,
  layers: readonly string[],
  network: NetworkOutline,
  limit: MemoryLimit,
): Promise<Subject> {
  const opened = await openSource(photo);
  const size = fittedSize(opened, longest);
  checkSides(size, layers, network);
  return subjectOf(opened, size, limit);
}

/**
 * The style pictures, each at most so long.
 * @throws InputError as {@link openSubject}, where one is too small for the preset's style layers: it names `style`.
 */
export async function openStyles(
  styles: readonly WeightedStyle[],
  longest: number,
  preset: Preset,
  network: NetworkOutline,
  limit: MemoryLimit,
): Promise<Subject[]> {
  const subjects: Subject[] = [];
  for (const { picture } of styles) {
    const subject = await namingField('style', async () => {
      const opened = await openSource(picture);
      const size = fittedSize(opened, longest);
      checkStyleSides(size, preset, network);
      return subjectOf(opened, size, limit);
    });
    subjects.push({ ...subject, read: () => namingField('style', subject.read) });
  }
  return subjects;
}

type Source = Picture | Photo;

const openSource = async (photo: Picture | PhotoSource): Promise<Source> =>
  isPicture(photo) ? checkPicture(photo) : openPhoto(photo);

function subjectOf(opened: Source, size: Size, limit: MemoryLimit): Subject {
  if ('decode' in opened) checkDecodes(opened, size, limit);
  return {
    size,
    decodingBytes: 'decode' in opened ? opened.decodingBytes(size) : 0,
    read: async () =>
      'decode' in opened ? opened.decode(size) : fitLongestSide(opened, Math.max(size.width, size.height)),
  };
}

const isPicture = (photo: Picture | PhotoSource): photo is Picture =>
  typeof photo === 'object' && photo !== null && 'rgb' in photo;

function checkPicture(picture: Picture): Picture {
  const { width, height, rgb } = picture;
  const isSize = [width, height].every((side) => Number.isInteger(side) && side >= 1);
  if (isUint8Array(rgb) && isSize && rgb.length === 3 * width * height) return picture;
  const bytes = isUint8Array(rgb) ? `${rgb.length} bytes` : 'values that are no Uint8Array';
  throw new InputError(`${bytes} are not ${width}×${height} pixels of 3; give [height, width, 3]`, { field: 'photo' });
}

/** @throws InputError where decoding the photo takes more memory than there is: it names the photo. */
function checkDecodes(photo: Photo, size: Size, { bytes, isGiven }: MemoryLimit): void {
  const least = processBytes + photo.decodingBytes(size);
  // Where there is not even so much, no other photo will do.
  if (least <= bytes || bytes <= processBytes) return;
  const { name, width, height } = photo;
  const had = isGiven ? `${formatBytes(bytes)} may be used` : `${formatBytes(bytes)} are free`;
  const mend = isGiven ? 'give more memory' : 'say with the option memory how much to use all the same';
  throw new InputError(
    `can't read ${name}: decoding its ${width}×${height} pixels takes ${formatBytes(least)} of memory at the least, and ${had}; ` +
      `make the photo smaller first, or ${mend}`,
  );
}

/** @throws InputError where a side is too short for the deepest of the layers. */
function checkSides({ width, height }: Size, layers: readonly string[], network: NetworkOutline): void {
  const { deepest, least } = shortestSide(layers, { width, height }, network);
  if (Math.min(width, height) >= least) return;
  throw new InputError(
    `the picture is ${width}×${height} pixels when looked at, but ${deepest} needs ${least} on each side; ` +
      'choose a larger size or photo, or shallower layers',
  );
}

/** @throws InputError where a side of a style picture is too short for the preset's deepest style layer. */
function checkStyleSides({ width, height }: Size, preset: Preset, network: NetworkOutline): void {
  const { deepest, least } = shortestSide(styleLayersOf(preset), { width, height }, network);
  if (Math.min(width, height) >= least) return;
  throw new InputError(
    `the picture is looked at with ${width}×${height} pixels, but ${deepest} needs ${least} on each side; ` +
      'choose a larger size for it or picture, or a preset with shallower style layers',
  );
}

/** @throws InputError where the network can't look at that size at all, as one of a fixed size can't. */
function shortestSide(
  layers: readonly string[],
  size: Size,
  network: NetworkOutline,
): { deepest: string; least: number } {
  for (const layer of layers) network.activationShape(layer, size);
  const deepest = deepestOf(network, layers);
  return { deepest, least: network.smallestSide(deepest) };
}
