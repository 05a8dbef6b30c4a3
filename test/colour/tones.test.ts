import { describe, expect, test } from '@jest/globals';
import { grey, toNetworkSpace } from '../../src/colour/spaces.js';
import { applyTone } from '../../src/colour/tones.js';

describe('applyTone', () => {
  test('photo is the way back from network space', () => {
    const rgb = Uint8Array.from({ length: 3 * 256 }, (_, i) => (i * 37) % 256);
    expect(applyTone(toNetworkSpace(rgb), 'photo')).toEqual(rgb);
  });

  test('raw shows channels 0, 1, 2 as R, G, B, from 0 to 1', () => {
    expect(Array.from(applyTone(Float32Array.of(0, 0.5, 1), 'raw'))).toEqual([0, 128, 255]);
  });

  test('print adds the mean and reverses the channels', () => {
    // mean/255 = 0.4076, 0.4580, 0.4850 of B, G, R.
    expect(Array.from(applyTone(Float32Array.of(0, 0, 0), 'print'))).toEqual([124, 117, 104]);
    expect(Array.from(applyTone(Float32Array.of(0.25, 0.5, 1), 'print'))).toEqual([255, 244, 168]);
  });

  test('bold is the photo at one and a half times the distance from white', () => {
    const canvas = Float32Array.of(255, 205, 155, 85, 20);
    expect([...applyTone(canvas, 'bold', grey)].filter((_, i) => i % 3 === 0)).toEqual([255, 180, 105, 0, 0]);
    const rgb = Uint8Array.of(255, 205, 85);
    expect([...applyTone(toNetworkSpace(rgb), 'bold')]).toEqual([255, 180, 0]);
  });

  test('what lies outside is clipped', () => {
    expect(Array.from(applyTone(Float32Array.of(-1, 2, 151), 'raw'))).toEqual([0, 255, 255]);
  });
});
