/** The formats that photos come in. */
import { bmp } from './bmp.js';
import type { Format } from './format.js';
import { gif } from './gif.js';
import { avif, heic } from './heif.js';
import { jpeg } from './jpeg.js';
import { png } from './png.js';
import { tiff } from './tiff.js';
import { webp } from './webp.js';

export const formats: readonly Format[] = [jpeg, png, webp, avif, heic, tiff, gif, bmp];
