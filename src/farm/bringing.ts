/** Drawings from the store to files of a person's. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { InputError } from '../errors.js';
import { beginFile, makeFolders } from '../files/unfinished.js';
import { cantWrite } from '../files/writable.js';
import { check } from '../validation.js';
import { type OutputKind, outputFiles, outputKinds } from './job-data.js';
import { keys, type Store, StoreError } from './store/store.js';

/** What stands behind the photo's name in that of a file. */
const endings: Readonly<Record<OutputKind | 'report', string>> = {
  video: '.mp4',
  still: '.png',
  sheet: '-sheet.png',
  svg: '.svg',
  'svg-animated': '-animated.svg',
  replay: '-replay.mp4',
  steps: '-steps.pdf',
  report: '.json',
};

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
 * Brings drawings to a folder, each as `photo.mp4`, `photo.png` and so on; where several photos have one name, with the beginning of the id
 * behind it.
 * @param ids whole ones.
 * @throws InputError where a file can't be written.
 */
export async function* bringDrawings(
  store: Store,
  ids: readonly string[],
  folder: string,
  overwrite: boolean,
): AsyncGenerator<Brought | { readonly id: string; readonly error: InputError }, void, void> {
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
  for (const { id, name, files } of found) {
    const isAlone = found.filter((other) => other.name === name).length === 1;
    const stem = join(folder, isAlone ? name : `${name}-${id.slice(0, 12)}`);
    const brought = { id, name, files: [] as string[], left: [] as string[] };
    for (const kind of [...(Object.keys(files) as OutputKind[]), 'report' as const]) {
      const path = `${stem}${endings[kind]}`;
      const key = kind === 'report' ? keys.report(id) : keys.drawing(id, outputFiles[kind]);
      if (!overwrite && (await stat(path).catch(() => undefined))) brought.left.push(path);
      else brought.files.push(await bring(store, key, path));
    }
    yield brought;
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
