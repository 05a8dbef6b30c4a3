/** Reads the frames of a video, in whatever form ffmpeg takes it, one after the other. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { InputError, messageOf } from '../errors.js';
import { maxMegapixels } from '../image/photo.js';
import type { Picture, Size } from '../image/picture.js';
import { shownName } from '../one-line.js';
import { keepTrack, killTree } from '../processes.js';
import { isCut } from './cut.js';
import { findFfmpeg } from './ffmpeg.js';

/** What ffmpeg may take a file for: no playlist, which would lead it to other files. */
const containers = 'mov,matroska,webm,gif,avi';

/** What the first bytes of such a file look like, taken for Latin-1. Pictures in HEIF begin like the first of them. */
export const beginsVideo = /^(?:.{4}(?:ftyp|moov|mdat|wide|free)|.E\xdf\xa3|GIF8|RIFF.{4}AVI )/s;

/** Characters of what ffmpeg says that are kept. */
const keptWords = 4096;

/** Frames at even times, as those of a film that is drawn. */
export interface EvenFrames {
  /** How many there are in a second, above 0: of faster ones some are left out, slower ones come several times. */
  readonly fps: number;
  /** Seconds from the beginning at which the first one is shown, and at which there are no more. Default: all. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** The size that they are brought to, whatever theirs is. Default: theirs. */
  readonly size?: Size | undefined;
}

/**
 * Every frame of a file's first video stream once, whenever it is to be shown, in sRGB of 8 bits; or such as are shown at even times. Turned
 * upright, and in square pixels, where the file says how. A cover is no video stream. Of what is shorter than half the time between two even
 * ones, the first frame.
 * @throws InputError that names the file, where it is cut, ffmpeg can't read it, to the end, or there is no ffmpeg.
 */
export async function* readVideo(path: string, even?: EvenFrames): AsyncGenerator<Picture, void, void> {
  let isAny = false;
  for await (const picture of framesIn(path, even)) {
    isAny = true;
    yield picture;
  }
  if (isAny) return;
  if (even) {
    for await (const picture of framesIn(path, { ...even, fps: undefined })) {
      yield picture;
      return;
    }
  }
  throw unreadable(path, 'there are no frames in it');
}

const unreadable = (path: string, fault: string): InputError =>
  new InputError(
    `can't read the video ${shownName(path)}: ${fault === withoutPictures ? fault : `${fault}; get a whole copy of it`}`,
  );

/** Without frames a second: all of them. */
type FrameChoice = Omit<EvenFrames, 'fps'> & { readonly fps?: number | undefined };

/** Every frame, or those that are shown at even times, of which there may be none. */
async function* framesIn(path: string, even?: FrameChoice): AsyncGenerator<Picture, void, void> {
  if (await isCut(path)) throw unreadable(path, 'it is cut');
  const child = spawn(await findFfmpeg(), argumentsFor(path, even), {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32', // Ctrl-C in a terminal reaches this process alone, which ends it.
    windowsHide: true,
  });
  keepTrack(child);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-keptWords);
  });
  const ended = once(child, 'close').then(
    ([code]) => (code === 0 ? undefined : (reasonIn(said, path) ?? `ffmpeg ended with exit code ${code}`)),
    messageOf,
  );
  try {
    yield* picturesIn(child.stdout);
    const fault = await ended;
    if (fault !== undefined) throw unreadable(path, fault);
  } finally {
    killTree(child);
  }
}

/** Arguments that have ffmpeg read a file, and nothing that it may name. */
export const inputArguments = (path: string, { from, to }: Pick<EvenFrames, 'from' | 'to'> = {}): string[] => [
  ...['-protocol_whitelist', 'file,pipe', '-format_whitelist', containers],
  ...['-max_pixels', String(maxMegapixels * 1e6)],
  ...(from === undefined ? [] : ['-ss', String(from)]),
  ...(to === undefined ? [] : ['-t', String(to - (from ?? 0))]),
  ...['-i', `file:${resolve(path)}`],
];

function argumentsFor(path: string, even: FrameChoice = {}): string[] {
  const { fps, size } = even;
  // In square pixels, where the file has others, as films of discs do: then the shorter side of these is made longer.
  const [width, height] = size ? [size.width, size.height] : ['max(iw\\,iw*sar)', 'max(ih\\,ih/sar)'];
  return [
    ...['-hide_banner', '-loglevel', 'error', '-xerror', '-nostdin'],
    ...inputArguments(path, even),
    ...['-map', '0:V:0'],
    '-vf',
    [
      // From the beginning of the file, which its first frame may come after.
      ...(fps === undefined ? [] : [`fps=fps=${fps}:start_time=0`]),
      `scale=${width}:${height}:flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp`,
    ].join(),
    ...['-vsync', '0'], // Each frame of the file once. Its newer name, -fps_mode, is unknown to the ffmpeg that comes along.
    ...['-pix_fmt', 'rgb24', '-c:v', 'ppm', '-f', 'image2pipe', 'pipe:1'],
  ];
}

/** Pictures in the form PPM, one behind the other: each says its size. */
async function* picturesIn(stream: AsyncIterable<Buffer>): AsyncGenerator<Picture, void, void> {
  let size: { width: number; height: number } | undefined;
  let [held, bytes, needed] = [[] as Buffer[], 0, 1];
  for await (const part of stream) {
    held.push(part);
    bytes += part.length;
    while (bytes >= needed) {
      const all = Buffer.concat(held);
      let at = 0;
      if (size === undefined) {
        const [header, width, height] = /^P6\s(\d+) (\d+)\s255\s/.exec(all.toString('latin1', 0, 64)) ?? [];
        // A part of it, so far.
        if (header === undefined) needed = bytes + 1;
        else {
          size = { width: Number(width), height: Number(height) };
          at = header.length;
          needed = 3 * size.width * size.height;
        }
      } else {
        at = needed;
        yield { ...size, rgb: new Uint8Array(all.buffer, all.byteOffset, needed) };
        [size, needed] = [undefined, 1];
      }
      held = [all.subarray(at)];
      bytes -= at;
    }
  }
}

const withoutPictures = 'it has no pictures; give one that has';

/** The last thing that ffmpeg said. */
export function reasonIn(said: string, path: string): string | undefined {
  const lines = said.split(/\r?\n/).map((line) => line.replace(/^(?:\[[^\]]*\]\s*)+/, '').trim());
  const line = lines.findLast((one) => one !== '' && !noise.test(one));
  if (line !== undefined && /matches no streams/.test(line)) return withoutPictures;
  return line === undefined
    ? undefined
    : shownName(line.replaceAll(`file:${resolve(path)}`, 'the file').replace(/\.$/, ''));
}

/** What ffmpeg adds when the reason has been given. */
const noise = /^(?:To ignore this|Conversion failed|Error opening (?:input|output) file|Last message repeated)/;
