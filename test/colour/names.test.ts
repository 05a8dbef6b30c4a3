import { expect, test } from '@jest/globals';
import { colourNamed, hexOf, nameOf } from '../../src/colour/names.js';

test.each([
  ['black', [0, 0, 0]],
  ['orange', [255, 165, 0]],
  ['#cc3333', [204, 51, 51]],
  ['#C33', [204, 51, 51]],
])('%s is a colour', (text, colour) => {
  expect(colourNamed(text)).toEqual(colour);
});

test.each(['', 'blakc', '#', '#12', '#1234', '#12345', '#1234567', '#ggg', '#fff\n', 'constructor', 'Black'])(
  '%j is none',
  (text) => {
    expect(colourNamed(text)).toBeUndefined();
  },
);

test('a colour as text: by its name where it has one', () => {
  expect([hexOf([204, 51, 51]), hexOf([0.4, 254.6, 16])]).toEqual(['#cc3333', '#00ff10']);
  expect([nameOf([0, 0, 128]), nameOf([0, 0, 127])]).toEqual(['navy', '#00007f']);
});
