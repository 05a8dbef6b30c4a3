import { expect, test } from '@jest/globals';
import { didYouMean } from '../src/nearest.js';

const known = ['size', 'preset', 'overwrite'];

test.each([
  ['sise', "; did you mean 'size'?"],
  ['Size', "; did you mean 'size'?"],
  ['isze', "; did you mean 'size'?"],
  ['pre-set', "; did you mean 'preset'?"],
  ['overwirte', "; did you mean 'overwrite'?"],
  ['bite', ''],
  ['colour', ''],
  ['x', ''],
  ['', ''],
  ['s'.repeat(1e6), ''],
])('%.20s', (given, said) => {
  expect(didYouMean(given, known)).toBe(said);
});

test('a name is shown as it is written', () => {
  expect(didYouMean('sise', known, (name) => `--${name}`)).toBe('; did you mean --size?');
});
