/** The pretrained weights that can be fetched: the table in models/sources.json. */
import { z } from 'zod';
import table from '../../../../models/sources.json' with { type: 'json' };
import { digestPattern } from '../../../downloads/digest.js';
import { InputError } from '../../../errors.js';
import { didYouMean } from '../../../nearest.js';
import { shownName } from '../../../one-line.js';
import { check, strictObject } from '../../../validation.js';

const line = z.string().regex(/^\S[^\n]*$/, { error: 'expected a line of text' });

const sourceSchema = strictObject({
  /** What the file holds. */
  title: line,
  /** The name under which it lies in the cache folder. */
  file: z.string().regex(/^[A-Za-z0-9][\w.-]*$/, { error: 'expected the name of a file' }),
  /** Where it is to be had, in order of preference. */
  urls: z.array(z.url({ protocol: /^https$/ })).min(1),
  bytes: z.number().int().positive(),
  /** `md5:` or `sha256:` and hexadecimal digits. */
  digest: z.string().regex(digestPattern, { error: 'expected md5:… or sha256:… in lower-case hexadecimal' }),
  format: z.enum(['keras-h5']),
  /** How the network was shown its pictures, as Keras names it: `caffe` is BGR, 0–255, minus the mean of each channel. */
  preprocessing: z.enum(['caffe']),
  licence: strictObject({ name: line, url: z.url(), holder: line }),
  /** How to cite the weights. */
  citation: line,
});

/** A file of weights that someone publishes and that never changes. */
export type WeightSource = z.output<typeof sourceSchema> & { readonly name: string };

/**
 * The sources of a table.
 * @throws InputError for the first field that is wrong.
 */
export function parseSources(table: unknown): WeightSource[] {
  const schema = z.record(z.string().regex(/^[a-z][a-z0-9-]*$/), sourceSchema);
  const sources = check(schema, table, 'models/sources.json');
  return Object.entries(sources).map(([name, source]) => ({ name, ...source }));
}

/** All sources. */
export const weightSources: readonly WeightSource[] = parseSources(table);

/** The source that is meant where none is named. */
export const defaultSource: WeightSource = weightSources.find(({ name }) => name === 'keras')!;

/** @throws InputError where there is no source of that name. */
export function findSource(name: string): WeightSource {
  const found = weightSources.find((source) => source.name === name);
  if (found) return found;
  const names = weightSources.map((source) => source.name);
  throw new InputError(
    `there are no weights '${shownName(name)}'; the sources are ${names.join(', ')}${didYouMean(name, names)}`,
  );
}
