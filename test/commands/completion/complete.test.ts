import { describe, expect, test } from '@jest/globals';
import { completionsFor } from '../../../src/commands/completion/complete.js';

const wordsFor = async (...words: string[]) => (await completionsFor(words)).map(({ word }) => word);

test.each<[string[], string[]]>([
  [['dr'], ['draw']],
  [
    ['draw', '--preset', 'pe'],
    ['pencil', 'pen'],
  ],
  [
    ['draw', '--preset=pe'],
    ['--preset=pencil', '--preset=pen'],
  ],
  // As bash splits that.
  [
    ['draw', '--preset', '=', 'pe'],
    ['pencil', 'pen'],
  ],
  [
    ['draw', '--svg-style', '='],
    ['outline', 'centreline'],
  ],
  [['draw', 'a.jpg', '--style-s'], ['--style-size']],
  [['a.jpg', '--still-'], ['--still-size']],
  [
    ['draw', '--style', 'a.jpg', '--style'],
    ['--style', '--style-weight', '--style-size'],
  ],
  [['draw', '--size', '64', '--si'], []],
  [['draw', '--size=64', '--si'], []],
  [['draw', '-o', 'a.mp4', '--out'], []],
  [['draw', '--view', '--vi'], []],
  [['draw', '--view', '--he'], ['--help']],
  [['weights', 'fe'], ['fetch']],
  [['weights', 'fetch', ''], ['keras']],
  [['weights', 'fetch', '--ur'], ['--url']],
  [
    ['providers', ''],
    ['install', 'prune'],
  ],
  [['providers', 'install', ''], ['cuda']],
  [['providers', 'prune', ''], []],
  [['presets', 'show', 'cha'], ['chalk']],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
  [['--'], ['--help', '--version']],
  [['drwa', '--'], []],
  [['constructor', ''], []],
  [['draw', '--constructor', ''], []],
  [['weights', '__proto__', 'fe'], ['fetch']],
])('%j', async (words, completed) => {
  expect(await wordsFor(...words)).toEqual(completed);
});

test.each([
  ['a photo', ['draw', '']],
  ['a photo alone', ['ph']],
  ['what an option names', ['draw', '-o', '']],
  ['a preset of one’s own', ['draw', '--preset', './mi']],
  ['what follows --', ['draw', '--', '--pre']],
])('%s is a file, which shells complete', async (_, words) => {
  expect(await wordsFor(...words)).toEqual([]);
});

describe('what there is', () => {
  test('is said of every command and option', async () => {
    const all = await Promise.all([
      completionsFor(['']),
      completionsFor(['draw', '-']),
      completionsFor(['weights', '']),
    ]);
    for (const found of all) {
      expect(found.length).toBeGreaterThan(5);
      expect(found.filter(({ text }) => text.length < 5)).toEqual([]);
    }
  });
});
