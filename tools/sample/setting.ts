/** Where things are in the picture (640×480 pixels, y downwards) and the light that they share. */
import { hex } from './color.js';
import type { Box } from './layer.js';

export const width = 640;
export const height = 480;

/** The sea's horizon; also the height of the eye. */
export const horizon = 268;

export const sun = { x: 268, y: 231, radius: 19 };

/** What the low sun gives a surface that faces it. */
export const sunlight = hex('#ffb35c');

/** What the evening sky gives every surface. */
export const skylight = hex('#6d76b8');

/** Where the lighthouse stands. */
export const lighthouse = { x: 472, base: 309, gallery: 112 };

export const everywhere: Box = { left: 0, top: 0, right: width, bottom: height };
