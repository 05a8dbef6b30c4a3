/** The kinds of picture that a finished drawing can be kept as, told by the ending of a name. */
export const stillFormats = ['png', 'jpg', 'webp', 'avif'] as const;
export type StillFormat = (typeof stillFormats)[number];

/** What a file with such a name is; undefined where it is none of these. */
export function stillFormatOf(path: string): StillFormat | undefined {
  const ending = path
    .toLowerCase()
    .split('.')
    .at(-1)!
    .replace(/^jpeg$/, 'jpg');
  return stillFormats.find((format) => format === ending);
}

/** The longest side that a WebP can have, in pixels. */
export const longestWebpSide = 16_383;
