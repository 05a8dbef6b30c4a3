/** Where frames that are compared come from: a folder of them, a video, or a still. */
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { InputError } from '../errors.js';
import { beginningOf, whyUnreadable } from '../files/readable.js';
import { formats } from '../image/formats/index.js';
import { readPhoto } from '../image/photo.js';
import { isCalledPhoto } from '../image/photo-name.js';
import type { Picture } from '../image/picture.js';
import { shownName } from '../one-line.js';
import { beginsVideo, readVideo } from '../video/read-video.js';

/** One of them, which is read when it is asked for. */
export interface NamedFrame {
  /** That of its file; in a video its number, from 0. */
  readonly name: string;
  read(): Promise<Picture>;
}

export type Frames = AsyncIterable<NamedFrame>;

/** In a folder everything that is called like a picture, and is not hidden, is a frame. */
const isFrame = (name: string): boolean => isCalledPhoto(name) && !name.startsWith('.');

/** As people count: frame-9 before frame-10. */
const { compare: inOrder } = new Intl.Collator('en', { numeric: true });

/**
 * Frames in the order of their names, or of their time. What kind of file it is its content says, not its name; an animated GIF is a video.
 * @throws InputError that names the path, where nothing can be read there, or there are no frames in the folder. What is damaged shows
 *   when it is read.
 */
export async function openFrames(path: string): Promise<Frames> {
  const refuse = (reason: string): never => {
    throw new InputError(`can't read ${shownName(path)}: ${reason}`);
  };
  const unreadable = (error: unknown): never => refuse(whyUnreadable(error));
  const found = await stat(path).catch(unreadable);
  if (found.isDirectory()) {
    const entries = await readdir(path).catch(unreadable);
    const names = entries.filter(isFrame).sort(inOrder);
    if (names.length === 0) refuse('there are no pictures in the folder; name one that has frames in it');
    return stills(names.map((name) => join(path, name)));
  }
  if (!found.isFile()) refuse('it is neither a file nor a folder');
  const beginning = await beginningOf(path).catch(unreadable);
  const isPicture = !beginning.startsWith('GIF8') && formats.some(({ begins }) => begins.test(beginning));
  if (isPicture) return stills([path]);
  if (beginsVideo.test(beginning)) return ofVideo(path);
  return refuse(
    'it is neither a picture nor a video; give a folder of frames, an MP4, WebM or GIF, or a PNG or the like',
  );
}

async function* stills(paths: readonly string[]): Frames {
  for (const path of paths) yield { name: basename(path), read: () => readPhoto(path) };
}

async function* ofVideo(path: string): Frames {
  let index = 0;
  for await (const picture of readVideo(path)) yield { name: String(index++), read: async () => picture };
}
