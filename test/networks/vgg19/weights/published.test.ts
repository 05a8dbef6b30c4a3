import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { InputError } from '../../../../src/errors.js';
import {
  defaultSource,
  findSource,
  parseSources,
  weightSources,
} from '../../../../src/networks/vgg19/weights/published.js';

test("Keras' file, with the facts that Keras pins", () => {
  expect(findSource('keras')).toBe(defaultSource);
  expect(defaultSource).toMatchObject({ bytes: 80_134_624, digest: 'md5:253f8cb515780f3b799900260a226db6' });
  expect(defaultSource.urls[0]!.endsWith(`/${defaultSource.file}`)).toBe(true);
  expect(defaultSource.licence).toMatchObject({ name: 'CC BY 4.0', holder: 'Visual Geometry Group, Oxford' });
});

test('no two sources lie under one name', () => {
  expect(new Set(weightSources.map(({ file }) => file)).size).toBe(weightSources.length);
});

test('a source that there is not', () => {
  expect(() => findSource('kears')).toThrow(
    new InputError("there are no weights 'kears'; the sources are keras; did you mean 'keras'?"),
  );
});

test.each<[string, object, RegExp]>([
  ['a file in another folder', { file: '../x.h5' }, /keras\.file: expected the name of a file/],
  ['plain http', { urls: ['http://example.org/x'] }, /keras\.urls\[0\]: /],
  ['no URL', { urls: [] }, /keras\.urls: /],
  ['a digest of another kind', { digest: 'sha1:00' }, /keras\.digest: expected md5:/],
  ['a field too many', { sise: 1 }, /keras\.sise: /],
])('the table is checked: %s', async (_, change, message) => {
  const table = JSON.parse(await readFile('models/sources.json', 'utf8')) as { keras: object };
  const parse = () => parseSources({ keras: { ...table.keras, ...change } });
  expect(parse).toThrow(InputError);
  expect(parse).toThrow(message);
});
