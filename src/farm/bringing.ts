/** Drawings from the store to files of a person's. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { InputError } from '../errors.js';
import { beginFile, makeFolders } from '../files/unfinished.js';
import { cantWrite, checkCanMake } from '../files/writable.js';
import { check } from '../validation.js';
import { made, outputKinds } from './job-data.js';
import { keys, type Store, StoreError } from './store/store.js';

const reportSchema = z.looseObject({
  name: z.string().regex(/^(?!\.{1,2}$)[^/\\\p{Cc}]{1,240}$/u),
  film: z.string().optional(),
  files: z.partialRecord(z.enum(outputKinds), z.looseObject({})),
});

export interface Brought {
  readonly id: string;
  readonly name: string;
  /** Paths of the files that were written. */
  readonly files: readonly string[];
  /** Paths of those that were there, and left. */
  readonly left: readonly string[];
}

/**
 * Brings drawings to a folder, each as `photo.mp4`, `photo.png` and so on, with its report, `photo.json`; where several have one name, or another one is there
 * under it, with the beginning of the id behind it. One that is there already keeps the name that it has.
 * @param ids whole ones.
 * @throws InputError where a file can't be written.
 */
export async function* bringDrawings(
  store: Store,
  ids: readonly string[],
  folder: string,
  overwrite: boolean,
): AsyncGenerator<Brought | { readonly id: string; readonly error: InputError }, void, void> {
  // Before anything is asked of the store.
  checkCanMake(join(folder, `photo${reportEnding}`), 'output');
  const found = [];
  for (const id of ids) {
    try {
      const text = Buffer.from(await store.read(keys.report(id))).toString('utf8');
      const report = check(reportSchema, JSON.parse(text), `report of ${id.slice(0, 12)}`);
      if (report.film === undefined) found.push({ id, ...report });
      else
        yield {
          id,
          error: new InputError(`${id.slice(0, 12)} is a part of a film; 'vggdraw farm video' puts it together`),
        };
    } catch (error) {
      if (error instanceof SyntaxError)
        yield { id, error: new InputError(`the report of ${id.slice(0, 12)} is damaged`) };
      else if (error instanceof InputError && !(error instanceof StoreError && !error.isMissing)) yield { id, error };
      else throw error;
    }
  }
  await makeFolders(folder);
  const named = new Map<string, number>();
  for (const { name } of found) named.set(folded(name), (named.get(folded(name)) ?? 0) + 1);
  for (const { id, name, files } of found) {
    const stem = join(folder, await stemOf(id, name, folder, named.get(folded(name)) === 1));
    const brought = { id, name, files: [] as string[], left: [] as string[] };
    const wanted = outputKinds
      .filter((kind) => kind in files)
      .map((kind) => ({ key: keys.drawing(id, made[kind].file), ending: made[kind].ending }));
    for (const { key, ending } of [...wanted, { key: keys.report(id), ending: reportEnding }]) {
      const path = `${stem}${ending}`;
      if (!overwrite && (await stat(path).catch(() => undefined))) brought.left.push(path);
      else brought.files.push(await bring(store, key, path));
    }
    yield brought;
  }
}

const reportEnding = '.json';

/** Names that are one to some file systems. */
const folded = (name: string): string => name.normalize('NFC').toLowerCase();

/** What the files of a drawing are called, but for their endings. @param isAlone whether no other one that is brought has its name. */
async function stemOf(id: string, name: string, folder: string, isAlone: boolean): Promise<string> {
  const long = `${name}-${id.slice(0, 12)}`;
  const there = await reportAt(join(folder, `${name}${reportEnding}`));
  if (there === id) return name;
  if ((await reportAt(join(folder, `${long}${reportEnding}`))) === id) return long;
  return isAlone && there === undefined ? name : long;
}

/** The id of the drawing whose report is there; something else where something else is, and undefined where nothing is. */
async function reportAt(path: string): Promise<unknown> {
  if (!(await stat(path).catch(() => undefined))) return undefined;
  try {
    return JSON.parse(await readFile(path, 'utf8')).id ?? null;
  } catch {
    return null;
  }
}

async function bring(store: Store, key: string, path: string): Promise<string> {
  const file = beginFile(path);
  try {
    await store.readTo(key, file.temporary);
    await file.commit();
    return path;
  } catch (error) {
    throw cantWrite(path, 'output', error);
  } finally {
    await file.discard();
  }
}
