/** How ffmpeg makes each kind of video of raw frames. */
import type { PassThrough } from 'node:stream';
import fluent from 'fluent-ffmpeg';
import type { Size } from '../image/picture.js';
import type { VideoFormat } from './formats.js';

export interface RawFrames extends Size {
  readonly frames: PassThrough;
  /** Frames per second. */
  readonly fps: number;
}

export interface EncodingOptions {
  /** How many more times the last frame is shown. */
  readonly held: number;
  /** What the file says of itself. */
  readonly comment?: string | undefined;
}

/** All but GIF, which has a palette. */
export type Coded = Exclude<VideoFormat, 'gif'>;

const rawFrames = ({ frames, width, height, fps }: RawFrames): fluent.FfmpegCommand =>
  fluent(frames)
    .inputFormat('rawvideo')
    .inputOptions(['-pixel_format', 'rgb24', '-video_size', `${width}x${height}`, '-framerate', String(fps)]);

const common = [
  '-hide_banner',
  ...['-loglevel', 'error'],
  // Otherwise a disk that is full only when the file's index is written counts as success.
  '-xerror',
];

/** Tells that it lives. */
const reporting = ['-progress', 'pipe:1'];

/** Says what the numbers mean: players otherwise guess from the size, and colours shift. */
const colours = [
  ...['-colorspace', 'bt709', '-color_primaries', 'bt709'],
  ...['-color_trc', 'iec61966-2-1', '-color_range', 'tv'],
];

const commented = (comment: string | undefined): string[] =>
  comment === undefined ? [] : ['-metadata', `comment=${comment}`];

const hold = (held: number): string[] => (held > 0 ? [`tpad=stop=${held}:stop_mode=clone`] : []);

const codecs: Readonly<Record<Coded, { readonly pixels: string; readonly options: string[] }>> = {
  mp4: {
    pixels: 'yuv420p',
    options: [
      ...['-c:v', 'libx264'],
      // On 144 frames of a simulated drawing at 512×384: 4 ms of processor time a frame and 2.3 MB, against 13 ms and
      // 2.7 MB for x264's default "medium", at the same likeness (PSNR 29.3 and 29.6 dB, the limit set by 4:2:0).
      ...['-preset', 'veryfast'],
      ...['-crf', '17'], // Called visually lossless.
    ],
  },
  webm: {
    pixels: 'yuv420p',
    options: [
      ...['-c:v', 'libvpx-vp9'],
      // On 163 frames of a drawing with `pencil` at 384×384: 20 ms of processor time a frame, 372 kB and 42.8 dB, where x264 takes
      // 2.4 ms, 532 kB and 43.1 dB. A step faster (5) takes as long.
      ...['-deadline', 'good', '-cpu-used', '4'],
      ...['-crf', '18', '-b:v', '0'],
    ],
  },
  mov: {
    pixels: 'yuv422p10le',
    // Not prores_ks, which took ten times as long for 319 frames with `painting`, at a PSNR that is .6 dB lower.
    options: ['-c:v', 'prores', '-profile:v', '3', '-vendor', 'apl0'],
  },
};

const containers: Readonly<Record<Coded, readonly string[]>> = {
  mp4: ['-movflags', '+faststart', '-f', 'mp4'], // The name does not tell: it ends in ".partial".
  // Else it has a random number in it.
  webm: ['-fflags', '+bitexact', '-f', 'webm'],
  mov: ['-movflags', '+faststart', '-f', 'mov'],
};

/** Video with colours at half the resolution, in even sizes: an odd side gets its last row or column once more. */
export function encoding(
  format: Coded,
  raw: RawFrames,
  path: string,
  { held, comment }: EncodingOptions,
): fluent.FfmpegCommand {
  const { width, height } = raw;
  const [right, bottom] = [width % 2, height % 2];
  const { pixels, options } = codecs[format];
  return (
    rawFrames(raw)
      .videoFilters([
        // fillborders does not take interleaved colours, and left alone ffmpeg would make BT.601 YUV of them for it.
        ...(right || bottom
          ? [
              `pad=${width + right}:${height + bottom}`,
              'format=gbrp',
              `fillborders=right=${right}:bottom=${bottom}:mode=smear`,
            ]
          : []),
        'scale=out_color_matrix=bt709:out_range=tv:flags=bicubic+accurate_rnd+full_chroma_int',
        `format=${pixels}`,
        ...hold(held),
      ])
      // Not as a list, of which what has one space would become two.
      .outputOptions(...common, ...options, ...colours, ...commented(comment), ...reporting, ...containers[format])
      .output(path)
  );
}

/** Keeps frames as they are, and finds the 255 colours that suit all of them; in hardly any memory. */
export const keeping = (raw: RawFrames, kept: string, palette: string): fluent.FfmpegCommand =>
  rawFrames(raw)
    .complexFilter(['[0:v]split[kept][seen]', '[seen]palettegen[palette]'])
    .output(kept)
    // An option of the whole run is one of its first output here.
    .outputOptions([...common, ...reporting, '-map', '[kept]', '-c:v', 'utvideo', '-f', 'nut'])
    .output(palette)
    .outputOptions(['-map', '[palette]', '-c:v', 'png', '-f', 'image2', '-update', '1']);

/**
 * A GIF of the frames that are kept; shown again and again.
 * @param isGrey whether they have no colours: the palette has all greys but one, and paper stays without a pattern.
 */
export const gifOf = (
  kept: string,
  palette: string,
  path: string,
  { held, isGrey }: { readonly held: number; readonly isGrey: boolean },
): fluent.FfmpegCommand =>
  fluent(kept)
    .input(palette)
    .complexFilter([
      `[0:v]${['null', ...hold(held)].join(',')}[frames]`,
      // What stays the same is mixed of the same pixels in each frame: nothing flickers, and the file is a third of that with
      // Sierra's method. Coarse patterns (a lower scale) are seen; none leaves bands where colours change slowly.
      `[frames][1:v]paletteuse=dither=${isGrey ? 'none' : 'bayer:bayer_scale=4'}:diff_mode=rectangle[gif]`,
    ])
    .outputOptions([...common, ...reporting, '-map', '[gif]', '-f', 'gif'])
    .output(path);
