/** The photos of `test/image/formats/photos`, and what they show. */
import { readFileSync } from 'node:fs';

export interface Fixture {
  /** `FORMAT-COLUMN.…` or `FORMAT-COLUMN-WHICH.…`, of the README's table. */
  readonly file: string;
  readonly bytes: Buffer;
  readonly width: number;
  readonly height: number;
  /** x and y of pixels, and their colours in sRGB, on white paper: `rrggbb`. */
  readonly places: readonly (readonly [number, number])[];
  readonly colours: readonly string[];
}

const folder = new URL('../../../../test/image/formats/photos/', import.meta.url);

const expected = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')) as Omit<Fixture, 'bytes'>[];

export const fixtures: readonly Fixture[] = expected.map((row) => ({
  ...row,
  bytes: readFileSync(new URL(row.file, folder)),
}));

export const fixture = (file: string): Buffer => fixtures.find((row) => row.file === file)!.bytes;
