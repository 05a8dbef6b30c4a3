import { describe, expect, it } from '@jest/globals';
import {
  chooseWinograd,
  directFlops,
  directSeconds,
  winogradSeconds,
} from '../../../../src/onnx/passes/winograd/index.js';

const site = (inChannels: number, outChannels: number, side: number) => ({
  inChannels,
  outChannels,
  height: side,
  width: side,
});

describe('chooseWinograd', () => {
  it('takes it for wide layers, where it saves the most arithmetic for what it moves', () => {
    for (const wide of [site(512, 512, 64), site(256, 512, 28), site(256, 256, 56), site(128, 256, 128)]) {
      const choice = chooseWinograd(wide);
      expect(choice?.tile).toBe(4);
      expect(winogradSeconds(wide, choice!)).toBeLessThan(directSeconds(wide));
    }
  });

  it('leaves narrow and small layers as they are', () => {
    for (const other of [site(3, 64, 224), site(64, 64, 512), site(64, 128, 256), site(512, 512, 4)]) {
      expect(chooseWinograd(other)).toBeUndefined();
    }
  });

  it('cuts large pictures into parts, so that what is between the steps stays in the cache', () => {
    expect(chooseWinograd(site(512, 512, 64))!.parts).toBe(1);
    expect(chooseWinograd(site(512, 512, 128))!.parts).toBe(4);
    expect(chooseWinograd(site(512, 512, 512))!.parts).toBe(64);
  });

  it('takes small tiles where the kernel is the most of it, for a little more time and less memory', () => {
    const deep = site(512, 512, 14);
    expect(chooseWinograd(deep)).toEqual({ tile: 2, parts: 1 });
    expect(winogradSeconds(deep, { tile: 2, parts: 1 }) / directSeconds(deep)).toBeLessThan(1.15);
  });
});

it('directFlops counts multiplications and additions', () => {
  expect(directFlops({ inChannels: 2, outChannels: 5, height: 3, width: 4 })).toBe(2 * 9 * 2 * 5 * 3 * 4);
});
