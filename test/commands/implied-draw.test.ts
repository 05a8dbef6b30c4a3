import { expect, test } from '@jest/globals';
import { withImpliedDraw } from '../../src/commands/implied-draw.js';
import { samplePath } from '../golden/drawings.js';

test.each([
  [[samplePath]],
  [['missing.HEIC', '--size', '64']],
  [['--size', '64', 'photo.jpg']],
  [['--', '-photo.jpg']],
  [['package.json']],
  [['https://example.org/photo']],
  [['photo.jpg', '--help']],
  [['a.jpg', 'b.jpg']],
  [['src/']],
  [['./src']],
  [['-', '-o', 'a.mp4']],
])('%j is drawn', (args) => {
  expect(withImpliedDraw(args)).toEqual(['draw', ...args]);
});

test.each([
  [[]],
  [['draw', 'photo.jpg']],
  [['resume', 'photo.mp4.checkpoint']],
  [['--debug', 'draw', 'photo.jpg']],
  [['drwa', 'photo.jpg']],
  [['help']],
  [['--help']],
  [['src']],
  [[`${'x'.repeat(5000)}`]],
  [['a\0b']],
])('%j stays as it is', (args) => {
  expect(withImpliedDraw(args)).toEqual(args);
});
