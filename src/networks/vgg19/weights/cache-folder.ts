/** What lies in the cache folder: fetched and imported files of weights, with a record of each, and seeded layers. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { digestPattern } from '../../../downloads/digest.js';
import { wholeFile } from '../../../downloads/whole-file.js';
import { errorCode, InputError, messageOf } from '../../../errors.js';
import { writeWhole } from '../../../files/unfinished.js';
import { findSource, type WeightSource, weightSources } from './published.js';

const recordSchema = z.object({
  /** Where it came from: a URL without password and query, or the name of the file that was imported. */
  from: z.string(),
  bytes: z.number().int().nonnegative(),
  digest: z.string().regex(digestPattern),
  /** The day it was written here or its digest found right, as 2026-01-31. */
  checked: z.string(),
});

/** What is known of a file since it was put here. */
export type FileRecord = z.output<typeof recordSchema>;

/** A file of weights that lies in the cache folder, or can be fetched into it. */
export interface CachedFile {
  /** The name of its source, or the one it was fetched or imported under. */
  readonly name: string;
  readonly path: string;
  readonly source: WeightSource | undefined;
  /** Its bytes; undefined where it is not there. */
  readonly size: number | undefined;
  /** Undefined where vggdraw did not put it here. */
  readonly record: FileRecord | undefined;
}

/** Files that are no source's, from a URL of one's own or imported, have a folder of their own: they never meet a source's. */
const ownFolder = 'files';
export const recordSuffix = '.record.json';

/** What a file that is no source's may be called. */
export const namePattern = /^(?!.*\.(?:partial|lock|json)$)[A-Za-z0-9][\w.-]{0,99}$/;

/** Where a source's file, or one that was fetched or imported under the name `name`, lies in the cache folder. */
export function cachedPath(cache: string, name: string): string {
  const source = weightSources.find((one) => one.name === name);
  return source ? join(cache, source.file) : join(cache, ownFolder, name);
}

/** Notes that the file at `path` was put there just now. Where that can't be written, nothing is noted. */
export async function recordFile(path: string, record: Omit<FileRecord, 'checked'>): Promise<void> {
  const checked = new Date().toISOString().slice(0, 10);
  await writeWhole(`${path}${recordSuffix}`, `${JSON.stringify({ ...record, checked })}\n`).catch(() => {});
}

/** Every source, there or not, and every other file that was fetched or imported into the cache folder. */
export async function cachedFiles(cache: string): Promise<CachedFile[]> {
  const own = (await namesIn(join(cache, ownFolder)))
    .filter((name) => name.endsWith(recordSuffix))
    .map((name) => name.slice(0, -recordSuffix.length))
    .filter((name) => namePattern.test(name))
    .sort();
  const files = [...weightSources.map(({ name }) => name), ...own].map((name) => describe(cache, name));
  return (await Promise.all(files)).filter(({ source, record }) => source || record);
}

/** One of them by name. @throws InputError where there is neither a source nor a file of that name. */
export async function findCached(cache: string, name: string): Promise<CachedFile> {
  const files = await cachedFiles(cache);
  return files.find((file) => file.name === name) ?? describe(cache, findSource(name).name);
}

/**
 * Whether a file that is there is what it should be.
 * @throws InputError where it can't be read.
 */
export async function digestHolds({ path, source, record }: CachedFile, signal?: AbortSignal): Promise<boolean> {
  const { bytes, digest } = source ?? record!;
  return (await wholeFile({ path, bytes, digest, signal })) !== undefined;
}

/** A seed whose layers are kept in the cache folder. */
export interface CachedSeed {
  readonly seed: number;
  readonly folder: string;
  /** The names of their files there. */
  readonly layers: readonly string[];
  readonly bytes: number;
}

/** The seeds whose layers are kept in the cache folder: the default one, and those that earlier versions kept. */
export async function cachedSeeds(cache: string): Promise<CachedSeed[]> {
  const found: CachedSeed[] = [];
  for (const algorithm of await namesIn(join(cache, 'weights'))) {
    if (!/^seeded-v\d+$/.test(algorithm)) continue;
    for (const seed of await namesIn(join(cache, 'weights', algorithm))) {
      if (!/^\d+$/.test(seed)) continue;
      const folder = join(cache, 'weights', algorithm, seed);
      const layers = (await namesIn(folder)).filter((name) => /^\w+\.bin$/.test(name));
      const bytes = await bytesOf(layers.map((name) => join(folder, name)));
      if (layers.length > 0) found.push({ seed: Number(seed), folder, layers, bytes });
    }
  }
  return found.sort((a, b) => a.seed - b.seed);
}

/** A download that ended early, or is under way. */
export interface PartialDownload {
  /** The partial file, which need not be there; what belongs to it has its name with `.json` or `.lock` after it. */
  readonly path: string;
  /** What the file is called that is to become of it. */
  readonly name: string;
  readonly bytes: number;
}

/** All downloads into the cache folder that are not finished. */
export async function partialDownloads(cache: string): Promise<PartialDownload[]> {
  const found: PartialDownload[] = [];
  for (const folder of [cache, join(cache, ownFolder)]) {
    const matches = (await namesIn(folder)).map((name) =>
      /^((.+)\.[0-9a-f]{8}\.partial)(?:\.(?:json|lock))?$/.exec(name),
    );
    const partials = new Map(matches.flatMap((match) => (match ? [[match[1]!, match[2]!] as const] : [])));
    for (const [file, name] of partials) {
      const source = weightSources.find((one) => one.file === name);
      // The folder may be one where other things lie too.
      if (folder === cache ? !source : !namePattern.test(name)) continue;
      const path = join(folder, file);
      found.push({ path, name: source?.name ?? name, bytes: await bytesOf([path]) });
    }
  }
  return found;
}

async function describe(cache: string, name: string): Promise<CachedFile> {
  const path = cachedPath(cache, name);
  const source = weightSources.find((one) => one.name === name);
  const size = await sizeOf(path);
  const record = size === undefined ? undefined : await readRecord(path);
  return { name, path, source, size, record };
}

async function bytesOf(paths: readonly string[]): Promise<number> {
  const sizes = await Promise.all(paths.map(sizeOf));
  return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
}

async function readRecord(path: string): Promise<FileRecord | undefined> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(`${path}${recordSuffix}`, 'utf8')));
  } catch {
    // None, or damaged: then nothing is known.
    return undefined;
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw new InputError(`can't read ${path}: ${messageOf(error)}`);
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw new InputError(`can't read ${folder}: ${messageOf(error)}`);
  }
}

const isAbsent = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '');
