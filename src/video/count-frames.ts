/** Tells a whole video from anything else. */
import type { VideoFormat } from './formats.js';
import { countGifPictures } from './gif.js';
import { countPictures } from './mp4.js';
import { countBlocks } from './webm.js';

/**
 * How the frames in a video of our own are counted.
 * @throws Error what is wrong with the file, or a system's error where it can't be read.
 */
export const countFrames: Readonly<Record<VideoFormat, (path: string) => Promise<number>>> = {
  mp4: countPictures,
  mov: countPictures,
  webm: countBlocks,
  gif: countGifPictures,
};
