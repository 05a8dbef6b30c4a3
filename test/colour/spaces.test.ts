import { expect, test } from '@jest/globals';
import { caffe, colourIn, grey, mapping, rgb, toNetworkSpace, toSpace } from '../../src/colour/spaces.js';

test('pixels become planes of B, G, R less the mean', () => {
  // Two pixels: pure red, and a grey-blue.
  const planes = toNetworkSpace(Uint8Array.of(255, 0, 0, 10, 20, 30));
  const expected = [0 - 103.939, 30 - 103.939, 0 - 116.779, 20 - 116.779, 255 - 123.68, 10 - 123.68];
  expect(planes).toEqual(Float32Array.from(expected));
});

test('a colour in a space is a picture of one pixel in it', () => {
  for (const space of [caffe, rgb, grey]) {
    expect(Float32Array.from(colourIn(space, [1, 100, 255]))).toEqual(toSpace(Uint8Array.of(1, 100, 255), space));
  }
});

test('as grey a picture is its luma', () => {
  const primaries = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255);
  expect([...toSpace(primaries, grey)].map((value) => Math.round(value * 1000) / 1000)).toEqual([
    76.245, 149.685, 29.07, 255,
  ]);
});

test('a space in itself is as it is', () => {
  mapping(caffe, caffe).forEach((map, channel) => {
    expect(map).toEqual({ channel, scale: 1, offset: 0 });
  });
});

test('one space in another: its values, by way of R, G and B', () => {
  const half = rgb.map((channel) => ({ ...channel, scale: 0.5, offset: 3 }));
  const there = colourIn(caffe, [10, 20, 30]);
  const back = mapping(caffe, half).map(({ channel, scale, offset }) => scale * there[channel]! + offset);
  expect(back.map((value) => Math.round(value * 1e9) / 1e9)).toEqual([8, 13, 18]);
});
