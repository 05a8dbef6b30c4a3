import { describe, expect, test } from '@jest/globals';
import { inChalk, isPaperByPhoto, withPaper } from '../../../src/drawing/recipe/paper.js';
import { parsePreset } from '../../../src/drawing/recipe/preset.js';

const phases = [{ layer: 'block1_conv2', iterations: 1, learningRate: 1 }];
const preset = (canvas: object, medium?: object) => parsePreset({ canvas, medium, phases }, 'test');
const strokes = { kind: 'strokes', count: 5, width: [1, 1], lengths: [5, 9] };
/** So many of ten pixels are of a level, the others white. */
const photo = (dark: number, level = 10) => Uint8Array.from({ length: 30 }, (_, i) => (i < 3 * dark ? level : 255));

describe('paper: auto', () => {
  test('is black where the photo is mostly dark, else white', () => {
    const auto = preset({ paper: 'auto' });
    expect(isPaperByPhoto(auto)).toBe(true);
    expect([photo(4), photo(6), photo(6, 64)].map((one) => withPaper(auto, one).canvas.paper)).toEqual([
      'white',
      'black',
      'white',
    ]);
    expect(withPaper(auto, photo(6)).medium).toBeUndefined();
  });

  test('draws strokes on black with chalk', () => {
    const auto = preset({ paper: 'auto' }, strokes);
    expect(withPaper(auto, photo(6)).medium).toEqual({ ...auto.medium, material: 'chalk' });
    expect(withPaper(auto, photo(4)).medium).toEqual({ ...auto.medium, material: 'ink' });
  });
});

test.each([{}, { paper: 'white' }, { paper: '#102030' }, { paper: 'auto', start: 'black' }, { start: 'photo' }])(
  'with %j the photo has no say',
  (canvas) => {
    expect(isPaperByPhoto(preset(canvas))).toBe(false);
  },
);

describe('a photo as chalk shows it', () => {
  /** Grey, a pixel each level. */
  const grey = (levels: readonly number[]) => Uint8Array.from(levels.flatMap((level) => [level, level, level]));
  const shown = (levels: readonly number[]) => [...inChalk(grey(levels))].filter((_, i) => i % 3 === 0);

  test('has its lightest in white, whatever its exposure', () => {
    const levels = [0, 51, 128, 128, 255];
    expect(shown(levels)).toEqual(levels);
    expect(shown([0, 34, 85, 85, 170])).toEqual(levels);
  });

  test('has black paper for what it has most of, where that is dark', () => {
    expect(shown([10, 20, 20, 24, 100, 20, 180])).toEqual([0, 0, 0, 6, 128, 0, 255]);
  });

  test('keeps its colours, and what is noise', () => {
    expect([...inChalk(Uint8Array.of(100, 50, 0, 100, 100, 100))].slice(0, 3)).toEqual([255, 128, 0]);
    expect(shown([1, 2, 3, 2, 1])).toEqual([1, 2, 3, 2, 1]);
  });
});
