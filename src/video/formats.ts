/** The kinds of video that are written, told by the ending of a name. */
export const videoFormats = ['mp4', 'webm', 'gif', 'mov'] as const;
export type VideoFormat = (typeof videoFormats)[number];

/** What a file with such a name is; undefined where it is no video. */
export function videoFormatOf(path: string): VideoFormat | undefined {
  const ending = path.toLowerCase().split('.').at(-1);
  return videoFormats.find((format) => format === ending);
}

/** Frames per second where nobody says how many. A GIF counts hundredths of a second, and has every frame in full. */
export const usualFps: Readonly<Record<VideoFormat, number>> = { mp4: 30, webm: 30, gif: 20, mov: 30 };

/** The most frames per second that a GIF may have: what is shown for a shorter time browsers show for a tenth of a second. */
export const mostGifFps = 50;

/** What an ffmpeg must have to write them. */
export const encodersFor: Readonly<Record<VideoFormat, readonly string[]>> = {
  mp4: ['libx264'],
  webm: ['libvpx-vp9'],
  // The latter two for what is kept until the palette is known.
  gif: ['gif', 'utvideo', 'png'],
  mov: ['prores'],
};
