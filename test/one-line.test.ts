import { expect, test } from '@jest/globals';
import { oneLine, shownName } from '../src/one-line.js';

test.each([
  ['Photos von Ödön, 写真 👩‍🚀.jpg', 'Photos von Ödön, 写真 👩‍🚀.jpg'],
  ['a\nb\r\tc', 'a\\nb\\r\\tc'],
  ['\x1b[31mred\x07\x00', '\\x1b[31mred\\x07\\x00'],
  ['\x9b2J', '\\x9b2J'],
  ['\u2028\u2029\u202egpj.exe', '\\u2028\\u2029\\u202egpj.exe'],
  ['\ud83d', '\\ud83d'],
  ['\u{e0041}', '\\u{e0041}'],
])('%j', (text, line) => {
  expect(oneLine(text)).toBe(line);
});

test('a name is shortened where it is put in, so that what is said of it stays together', () => {
  expect(shownName('a/b c.png')).toBe('a/b c.png');
  expect(shownName(`a\n${'b'.repeat(1e6)}.png`)).toMatch(/^a\\nb+ … b+\.png$/);
  expect(shownName('b'.repeat(1e6)).length).toBeLessThan(250);
});

test('of a megabyte the beginning and the end are shown, where it is said what and how to mend it', () => {
  const line = oneLine(`preset p.json: ${'k\n'.repeat(5e5)}: there is no such field`);
  expect(line).toMatch(/^preset p\.json: (k\\n)+.* … .*: there is no such field$/);
  expect(line.length).toBeLessThan(5000);
});
