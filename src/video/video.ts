/** Writes frames into a video file: MP4 (H.264, 4:2:0, BT.709, playable while it downloads), WebM (VP9), MOV (ProRes) or GIF. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { errorCode, InputError, messageOf } from '../errors.js';
import { beginFile } from '../files/unfinished.js';
import { countFrames } from './count-frames.js';
import { type Encoder, type EncoderSite, startEncoder } from './encoder.js';
import { type Coded, encoding, gifOf, keeping } from './encodings.js';
import { defaultPatience, findFfmpeg } from './ffmpeg.js';
import { encodersFor, type VideoFormat } from './formats.js';
import { appendComment } from './gif.js';

export interface VideoOptions {
  /** The file to write, under any name: a temporary one, as what is there is replaced at once. */
  readonly path: string;
  /** What messages call it: the name that it is to have. Default: `path`. */
  readonly name?: string;
  /** What it is, whatever its name. Default: `mp4`. */
  readonly format?: VideoFormat;
  /** Of the frames, pixels, from 1. An odd side is made even by repeating its last row or column, but in a GIF. */
  readonly width: number;
  readonly height: number;
  /** Frames per second, above 0; fractions are allowed. A GIF says hundredths of a second: its frames are shown for so many as are nearest. */
  readonly fps: number;
  /** How many more times the last frame is shown at the end. Default: 0. Faster than writing it as often. */
  readonly held?: number;
  /** What the file says of itself, for whoever looks for it. */
  readonly comment?: string;
  /** The ffmpeg to run; default: {@link findFfmpeg}'s. */
  readonly ffmpeg?: string;
  /** Seconds without a sign of life, while there is work for it, after which ffmpeg counts as hanging. Default: 5. */
  readonly patience?: number;
}

/** A video being written. After a rejection nothing more can be written; the file is left as it is, and is no video. */
export interface VideoWriter {
  /**
   * Adds a frame. Wait for it before the next one: it resolves when there is room, so that frames don't pile up in
   * memory when ffmpeg is slower than the drawing.
   * @param rgb [height, width, 3], 8 bits, R G B. May be reused at once.
   * @throws InputError if ffmpeg died or could not write: one line that says why.
   */
  write(rgb: Uint8Array): Promise<void>;
  /** Ends the video: resolves when the whole file is written and was looked through. @throws InputError as in `write`. */
  finish(): Promise<void>;
  /** Kills ffmpeg and resolves when it is gone. Harmless after `finish` and after an error. */
  abort(): Promise<void>;
}

/**
 * Starts ffmpeg, which ends when this process does. The same frames and options give the same bytes, with the same ffmpeg.
 * @throws InputError if there is no ffmpeg that can encode it, or it can't be started.
 */
export async function openVideo(options: VideoOptions): Promise<VideoWriter> {
  const path = resolve(options.path);
  const { width, height, held = 0, name = options.path, format = 'mp4', patience = defaultPatience } = options;
  const ffmpeg = options.ffmpeg ?? (await findFfmpeg(patience, encodersFor[format]));
  const site = { ...options, path, held, name, ffmpeg, patience };
  const encoded = await (format === 'gif' ? encodeGif(site) : encode(format, site));
  const frameBytes = width * height * 3;
  let written = 0;
  const look = async (): Promise<void> => {
    const expected = written + held;
    const fault = await countFrames[format](path).then(
      (count) => (count === expected ? undefined : `it has ${count} frames instead of ${expected}`),
      (error: unknown) => (errorCode(error) === 'ENOENT' ? 'there is no file' : messageOf(error)),
    );
    if (fault === undefined) return;
    throw new InputError(
      `ffmpeg (${ffmpeg}) has written no whole video: ${fault}; install another, or name one in FFMPEG_PATH`,
    );
  };
  let finishing: Promise<void> | undefined;
  return {
    async write(rgb) {
      if (rgb.length !== frameBytes) throw new RangeError(`a frame of ${rgb.length} bytes instead of ${frameBytes}`);
      written++;
      // A copy, because the stream holds on to it for longer than it takes to have room for the next.
      await encoded.feed(Buffer.from(rgb));
    },
    async finish() {
      if (written === 0) throw new Error('a video needs a frame');
      finishing ??= encoded.end().then(look);
      await finishing;
    },
    abort: () => encoded.abort(),
  };
}

type Site = EncoderSite & VideoOptions & { readonly held: number };

function encode(format: Coded, options: Site): Promise<Encoder> {
  const frames = new PassThrough();
  return startEncoder(encoding(format, { ...options, frames }, options.path, options), frames, options);
}

/**
 * A GIF has one palette for all of its frames, which is known when the last one has come: until then they are kept in a file, and not in
 * memory, as ffmpeg does it in one run. With a palette for each frame what stands still would flicker.
 */
async function encodeGif(options: Site): Promise<Encoder> {
  const { path, held, comment } = options;
  const folder = beginFile(path);
  // At once, so that a process that is about to end does not make it after it has tidied up.
  mkdirSync(folder.temporary);
  const [kept, palette] = ['frames.nut', 'palette.png'].map((name) => join(folder.temporary, name)) as [string, string];
  const frames = new PassThrough();
  let isGrey = true;
  const running: Encoder[] = [];
  const start = async (...[command, input, site]: Parameters<typeof startEncoder>) => {
    const encoder = await startEncoder(command, input, site);
    running.push(encoder);
    return encoder;
  };
  const abort = async (): Promise<void> => {
    await Promise.all(running.map((encoder) => encoder.abort()));
    await folder.discard();
  };
  try {
    const keeper = await start(keeping({ ...options, frames }, kept, palette), frames, { ...options, path: kept });
    return {
      feed: (bytes) => {
        isGrey &&= hasNoColours(bytes);
        return keeper.feed(bytes);
      },
      async end() {
        await keeper.end();
        await (await start(gifOf(kept, palette, path, { held, isGrey }), undefined, options)).end();
        await folder.discard();
        if (comment !== undefined) await appendComment(path, comment);
      },
      abort,
    };
  } catch (error) {
    await abort();
    throw error;
  }
}

function hasNoColours(rgb: Uint8Array): boolean {
  for (let i = 0; i < rgb.length; i += 3) if (rgb[i] !== rgb[i + 1] || rgb[i] !== rgb[i + 2]) return false;
  return true;
}
