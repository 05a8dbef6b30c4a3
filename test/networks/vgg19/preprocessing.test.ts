import { expect, test } from '@jest/globals';
import { black, toNetworkSpace, white } from '../../../src/colour/spaces.js';

test('pixels become planes of B, G, R less the mean', () => {
  // Two pixels: pure red, and a grey-blue.
  const planes = toNetworkSpace(Uint8Array.of(255, 0, 0, 10, 20, 30));
  const expected = [0 - 103.939, 30 - 103.939, 0 - 116.779, 20 - 116.779, 255 - 123.68, 10 - 123.68];
  expect(planes).toEqual(Float32Array.from(expected));
});

test('black and white are the ends of the range', () => {
  expect(Array.from(toNetworkSpace(Uint8Array.of(0, 0, 0)))).toEqual(Array.from(Float32Array.from(black)));
  expect(Array.from(toNetworkSpace(Uint8Array.of(255, 255, 255)))).toEqual(Array.from(Float32Array.from(white)));
});
