/** What is known of a drawing's files before the work is done: whether they can be written, and that no input is lost to them. */
import { stat, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { InputError } from '../errors.js';
import { removeAbandoned } from '../files/abandoned.js';
import { checkKeeps, type Input } from '../files/inputs.js';
import { isFile, isSamePlace, liesIn } from '../files/places.js';
import { checkOutputFile, replacing } from '../files/writable.js';
import type { Size } from '../image/picture.js';
import { shownName } from '../one-line.js';
import { type VideoFormat, videoFormatOf } from '../video/formats.js';
import { checkFrameFolder } from './frames.js';
import type { OutputPaths } from './output.js';

type Field = keyof OutputPaths;

/**
 * Checks that everything can be written and that nothing is in the way of anything else. What processes that were killed left
 * behind in those folders is removed meanwhile.
 * @param inputs what is read and must not be replaced; what is no file is not looked at.
 * @param remedy what the person may do where something is there.
 * @throws InputError for the first option whose file or folder will not do.
 */
export async function checkOutputs(
  paths: OutputPaths,
  inputs: readonly Input[],
  overwrite: boolean,
  remedy = replacing,
): Promise<void> {
  const given = givenOf(paths);
  for (const [field, path] of given) {
    // First of all, because the other checks would say less of it.
    checkKeeps(path, inputs, field);
    if (field === 'frames') checkNoneIn(path, inputs);
    for (const [other, otherPath] of given) if (other !== field) checkAgainstOutput(field, path, other, otherPath);
  }
  for (const [field, path] of given) {
    if (field === 'frames') checkFrameFolder(path, overwrite, remedy);
    else await checkOutputFile(path, field, overwrite, remedy);
  }
  for (const { folder } of foldersOf(paths)) void removeAbandoned(folder);
}

/** Checks that another file of the drawing is in the way of nothing else. @throws InputError, of the option `field`. */
export function checkApart(field: string, path: string, inputs: readonly Input[], outputs: OutputPaths): void {
  checkKeeps(path, inputs, field);
  for (const [other, otherPath] of givenOf(outputs)) checkAgainstOutput(field, path, other, otherPath);
}

/** @throws InputError where an input lies in the folder of frames. */
function checkNoneIn(folder: string, inputs: readonly Input[]): void {
  const lost = inputs.find(({ path }) => isFile(path) && liesIn(path, folder));
  if (!lost) return;
  throw new InputError(
    `${lost.name} lies in ${shownName(folder)}, which is replaced as a whole; choose another folder`,
    { field: 'frames' },
  );
}

function checkAgainstOutput(field: string, path: string, other: Field, otherPath: string): void {
  if (isSamePlace(path, otherPath)) {
    throw new InputError(`${shownName(path)} is what the option ${other} names, too; choose another name`, { field });
  }
  if (!liesIn(path, otherPath)) return;
  throw new InputError(`${shownName(path)} would lie in what the option ${other} names; choose another place`, {
    field,
  });
}

const givenOf = (paths: OutputPaths): [Field, string][] =>
  Object.entries(paths).filter((entry): entry is [Field, string] => entry[1] !== undefined);

/** The folders that the files lie in. */
export function foldersOf(paths: OutputPaths): { readonly folder: string; readonly field: Field }[] {
  return givenOf(paths).map(([field, path]) => ({ field, folder: dirname(resolve(path)) }));
}

/**
 * Bytes that a pixel of a frame takes at the least: a third of what the least of four drawings took. So what surely does not fit is
 * refused, and what may fit is tried. In a still that is larger than the drawing, and in the video of its strokes, most is smooth.
 */
const bytesPerPixel = { still: 0.5, larger: 0.01, frames: 0.5, replay: 0.001, kept: 3 };
const videoBytesPerPixel: Readonly<Record<VideoFormat, number>> = { mp4: 0.03, webm: 0.015, gif: 0.1, mov: 0.2 };

interface RoomCounts {
  /** How many are drawn. */
  readonly frames: number;
  /** How many the video has of them. Those between two that are drawn take hardly any room. */
  readonly shown: number;
  /** Whether all that are drawn are kept until the video is made of them. */
  readonly isKept?: boolean | undefined;
  /** How many the video of the strokes has. */
  readonly replayed?: number | undefined;
  /** The size of the still, where that is another one. */
  readonly sized?: Size | undefined;
}

/** @throws InputError where a disk has less room than the files on it will take. */
export async function checkRoom(
  paths: OutputPaths,
  { width, height, frames, shown, isKept = false, replayed = 0, sized }: Size & RoomCounts,
): Promise<void> {
  const area = width * height;
  const format = (paths.output === undefined ? undefined : videoFormatOf(paths.output)) ?? 'mp4';
  const least: Readonly<Partial<Record<Field, number>>> = {
    output: (videoBytesPerPixel[format] * Math.min(frames, shown) + (isKept ? bytesPerPixel.kept * frames : 0)) * area,
    still: sized ? bytesPerPixel.larger * sized.width * sized.height : bytesPerPixel.still * area,
    frames: bytesPerPixel.frames * frames * area,
    replay: bytesPerPixel.replay * replayed * area,
  };
  const needed = new Map<number, number>();
  for (const { folder, field } of foldersOf(paths)) {
    const { dev } = await stat(folder);
    const { blocks, bavail, bsize } = await statfs(folder);
    const bytes = (needed.get(dev) ?? 0) + (least[field] ?? 0);
    needed.set(dev, bytes);
    // Some file systems have no size.
    if (blocks === 0 || bytes <= bavail * bsize) continue;
    const [taken, free] = [bytes, bavail * bsize].map((n) =>
      n < 1e6 ? `${Math.ceil(n / 1e3)} kB` : `${(n / 1e6).toFixed(1)} MB`,
    );
    throw new InputError(
      `what is drawn takes ${taken} or more, and ${folder} has ${free} free; make room, or choose another folder`,
      { field },
    );
  }
}
