/** Names of files whose ending says what they are. */
import { z } from 'zod';
import { stillFormatOf, stillFormats } from '../../image/still-formats.js';
import { videoFormatOf, videoFormats } from '../../video/formats.js';

const nameOf = (what: string, formats: readonly string[], formatOf: (path: string) => string | undefined) =>
  z
    .string()
    .min(1)
    .refine((path) => formatOf(path) !== undefined, {
      error: `give the ${what} a name that ends in ${listed(formats.map((format) => `.${format}`))}`,
    });

/** As `.a, .b or .c`. */
export const listed = (endings: readonly string[]): string =>
  [endings.slice(0, -1).join(', '), ...endings.slice(-1)].filter((part) => part !== '').join(' or ');

export const videoName = nameOf('video', videoFormats, videoFormatOf);
export const pictureName = (what: string) => nameOf(what, stillFormats, stillFormatOf);

/** What is no SVG is a picture. */
export const plotName = nameOf('plot', ['svg', ...stillFormats], (path) =>
  /\.svg$/i.test(path) ? 'svg' : stillFormatOf(path),
);

/** What is written in place of a photo's path for stdin, and of the video's for stdout. */
export const standardStream = '-';
