/** Several photos, and where the files of each go. */
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, extname, join, parse, resolve, sep } from 'node:path';
import { InputError } from '../../errors.js';
import { isFolder, placesOf } from '../../files/places.js';
import { whyUnreadable } from '../../files/readable.js';
import { isCalledPhoto } from '../../image/photo-name.js';
import { isAt } from '../../jobs/checkpoint.js';
import { shownName } from '../../one-line.js';
import type { OutputPaths } from '../../outputs/output.js';
import { standardStream } from './file-names.js';

/** What stands for a photo's name in the name of a file. */
const placeholder = '{name}';

/** How files are called in a folder that an option names. */
const fileNames = {
  output: '{name}.mp4',
  still: '{name}.png',
  frames: '{name}',
  sheet: '{name}-sheet.png',
  plot: '{name}-loss.svg',
  svg: '{name}.svg',
  svgAnimated: '{name}-animated.svg',
  replay: '{name}-replay.mp4',
  steps: '{name}-steps.pdf',
  checkpoint: '{name}.mp4.checkpoint',
} satisfies Record<keyof OutputPaths | 'checkpoint', string>;
type Field = keyof typeof fileNames;
const fields = Object.keys(fileNames) as Field[];

/** Options that name files, as they are given for all photos. */
export type GivenPlaces = Partial<Record<Field, string | undefined>>;

/** A photo with those options for it alone. */
export interface PlacedPhoto extends GivenPlaces {
  readonly photo: string;
}

/**
 * Whether several photos are asked for, or one as if it were one of several: then names of outputs are made of theirs.
 * @param given as they are on the command line. @param options as yargs gives them.
 */
export function areSeveral(given: readonly string[], options: Readonly<Record<string, unknown>>): boolean {
  if (given.length > 1 || isOfFolder(given[0]!)) return true;
  const { output } = options;
  if (typeof output === 'string' && output !== standardStream && isForFolder(output)) return true;
  return fields.some((field) => {
    const path = options[field];
    return typeof path === 'string' && (path.includes(placeholder) || (field !== 'frames' && isEnding(path)));
  });
}

/** Whether it is an ending alone. */
const isEnding = (given: string): boolean => /^\.\w+$/.test(given);

/** What has no ending is meant for a folder. */
const isForFolder = (given: string): boolean => extname(given) === '' || isOfFolder(given);

/** Whether a path is written like a folder's, or leads to one. */
const isOfFolder = (path: string): boolean => /[/\\]$/.test(path) || isFolder(path);

/**
 * The photos, with those in folders that are given, each once. Of folders those alone that are called like photos, in the order of their
 * names; not those in folders within, and nothing hidden.
 * @throws InputError for a folder without any.
 */
export async function photosIn(given: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of given) found.push(...(isOfFolder(path) ? await photosInFolder(path) : [path]));
  const real = found.map(realPath);
  return found.filter((_, i) => real.indexOf(real[i]!) === i);
}

async function photosInFolder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw new InputError(`can't read ${shownName(folder)}: ${whyUnreadable(error)}`);
  });
  const photos = entries.filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'));
  const names = photos.map(({ name }) => name).filter(isCalledPhoto);
  if (names.length > 0) return names.sort().map((name) => join(folder, name));
  throw new InputError(
    `there is no photo in ${shownName(folder)}: no file that ends in .jpg, .png or the like; name the photos themselves`,
  );
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path); // It is not there, and will be missed.
  }
}

/**
 * The photos, each with files of its own. Names hang on which photos there are, and not on their order.
 * @param isAgain whether a photo keeps the files that it has, where it was drawn beside others of its name before.
 * @throws InputError where an option names one file for all of them, or a file would be one of the photos.
 */
export function placed(photos: readonly string[], given: GivenPlaces, isAgain = false): PlacedPhoto[] {
  const isOne = photos.length === 1;
  const video = patternOf('output', given.output ?? '.', '.', isOne);
  const patterns = fields.flatMap((field): [Field, string][] => {
    const path = field === 'output' ? video : given[field];
    return path === undefined ? [] : [[field, patternOf(field, path, dirname(video), isOne)]];
  });
  const pathsOf = (name: string): [Field, string][] =>
    patterns.map(([field, pattern]) => [field, pattern.replaceAll(placeholder, () => name)]);
  const filesOf = (name: string) => pathsOf(name).map(([, path]) => path);
  const found = namesOf(photos, filesOf);
  const names = isAgain ? namesBefore(photos, found, filesOf) : found;
  const kept = new Set(photos.flatMap(placesOf));
  return photos.map((photo, i) => {
    const paths = pathsOf(names[i]!);
    for (const [field, path] of paths) if (kept.has(placesOf(path)[0]!)) throw takesPhoto(field, path);
    return { photo, ...Object.fromEntries(paths) };
  });
}

const takesPhoto = (field: Field, path: string): InputError =>
  new InputError(`${shownName(path)} is one of the photos, or has one in it; choose another folder`, { field });

/**
 * The name of a file, with {@link placeholder} in it where there are several photos.
 * @param folder where it lies where nothing but an ending is given.
 * @param isOne whether there is one photo, which may have the file.
 */
function patternOf(field: Field, given: string, folder: string, isOne: boolean): string {
  if (given === '') throw new InputError('it is empty', { field });
  if (given.includes(placeholder)) return given;
  // That of frames is a folder in any case.
  if (field === 'frames' || (!isEnding(given) && isForFolder(given))) return join(given, fileNames[field]);
  if (isEnding(given)) return join(folder, placeholder + given);
  if (isOne) return given;
  throw new InputError(
    `there are several photos, and ${shownName(given)} is one file; name a folder, or put {name} in it where the photo's name goes: ${shownName(withPlaceholder(given))}`,
    { field },
  );
}

function withPlaceholder(given: string): string {
  const { dir, name, ext } = parse(given);
  return join(dir, `${placeholder}-${name}${ext}`);
}

/**
 * Names for photos: without ending and folder where that tells their files apart, else with as much of these as it takes.
 * @param pathsOf the files of one with such a name.
 */
export function namesOf(photos: readonly string[], pathsOf: (name: string) => readonly string[]): string[] {
  const chosen = photos.map((photo) => ({ candidates: candidatesFor(photo), level: 0 }));
  for (;;) {
    const names = chosen.map(({ candidates, level }) => candidates[level]!);
    const wanted = new Map<string, Set<number>>();
    for (const [i, name] of names.entries())
      for (const path of pathsOf(name)) {
        const key = keyOf(path);
        wanted.set(key, (wanted.get(key) ?? new Set()).add(i));
      }
    const alike = new Set([...wanted.values()].filter(({ size }) => size > 1).flatMap((those) => [...those]));
    const longer = [...alike].filter((i) => chosen[i]!.level + 1 < chosen[i]!.candidates.length);
    if (longer.length === 0) return names;
    for (const i of longer) chosen[i]!.level++;
  }
}

/**
 * Those of the names that are without an ending with it, where files of such a name are all there, of the shorter one not, and they are nobody
 * else's.
 */
function namesBefore(
  photos: readonly string[],
  names: readonly string[],
  pathsOf: (name: string) => readonly string[],
): string[] {
  const taken = new Set(names.flatMap(pathsOf).map(keyOf));
  const areThere = (name: string) => pathsOf(name).every(isAt);
  return names.map((name, i) => {
    const [short, long] = candidatesFor(photos[i]!) as [string, string];
    const isOwn = () => !pathsOf(long).some((path) => taken.has(keyOf(path)));
    return name === short && !areThere(short) && areThere(long) && isOwn() ? long : name;
  });
}

/** A key of a file that is alike where file systems take names for alike. */
const keyOf = (path: string): string => resolve(path).normalize('NFC').toLowerCase();

/** From the shortest on; the last one no other photo has. */
function candidatesFor(photo: string): string[] {
  const path = resolve(photo);
  const { root, dir, name, ext } = parse(path);
  const full = ext.length > 1 ? `${name}-${ext.slice(1)}` : name;
  const folders = dir.slice(root.length).split(sep);
  const inFolders = folders.map((_, i) => folders.slice(-1 - i).join('-'));
  const digest = createHash('sha256').update(path).digest('hex').slice(0, 12);
  return [
    name,
    full,
    ...inFolders.flatMap((folder) => [`${folder}-${name}`, `${folder}-${full}`]),
    `${name}-${digest}`,
  ];
}
