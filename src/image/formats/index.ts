/** The formats that photos come in. */
import { bmp } from './bmp.js';
import type { Format } from './format.js';
import { gif } from './gif.js';
import { jpeg } from './jpeg.js';
import { png } from './png.js';
import { tiff } from './tiff.js';

export const formats: readonly Format[] = [jpeg, png, bmp, gif, tiff];
