import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { ssim } from 'ssim.js';
import { toNetworkSpace } from '../../src/colour/spaces.js';
import { applyTone } from '../../src/colour/tones.js';
import { draw } from '../../src/drawing/draw.js';
import type { Frame } from '../../src/drawing/frame.js';
import { presets } from '../../src/drawing/recipe/presets.js';
import { iterationsOf } from '../../src/drawing/recipe/schedule.js';
import { InputError } from '../../src/errors.js';
import { readPhoto } from '../../src/image/photo.js';
import type { Picture } from '../../src/image/picture.js';
import { fitLongestSide } from '../../src/image/resize.js';
import { findLayer } from '../../src/networks/vgg19/layers.js';
import { loadWeights } from '../../src/networks/vgg19/weights/load.js';
import { samplePath } from '../golden/drawings.js';

const preset = {
  phases: [
    { layer: 'block1_conv2', iterations: 2, learningRate: 5 },
    { layer: 'block1_conv1', iterations: 3, learningRate: 5 },
  ],
};
const options = { preset, size: 32, weights: 'seeded', provider: 'cpu' };

async function all(frames: AsyncIterable<Frame>): Promise<Frame[]> {
  const list: Frame[] = [];
  for await (const frame of frames) list.push(frame);
  return list;
}

const rgba = ({ width, height, rgb }: Picture) => {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++) data.set([rgb[3 * i]!, rgb[3 * i + 1]!, rgb[3 * i + 2]!, 255], 4 * i);
  return { width, height, data };
};

describe('draw', () => {
  test('yields the blank paper, then a frame for each iteration', async () => {
    const frames = await all(draw(samplePath, options));
    expect(frames.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(frames.map(({ iteration }) => iteration && [iteration.phase, iteration.iteration, iteration.layer])).toEqual(
      [
        undefined,
        [0, 0, 'block1_conv2'],
        [0, 1, 'block1_conv2'],
        [1, 0, 'block1_conv1'],
        [1, 1, 'block1_conv1'],
        [1, 2, 'block1_conv1'],
      ],
    );
    expect(frames[0]!.picture.rgb.every((value) => value === 255)).toBe(true);
    const { drawing } = frames[0]!;
    expect(drawing).toMatchObject({ width: 32, height: 24, weights: 'seeded:1', provider: 'cpu', frames: 6 });
    for (const { picture } of frames) {
      expect([picture.width, picture.height, picture.rgb.length]).toEqual([32, 24, 3 * 32 * 24]);
    }
  });

  test("wide layers are computed in Winograd's form, and exactly where that is asked for: the same but for rounding", async () => {
    const wide = {
      ...options,
      size: 96,
      preset: { phases: [{ layer: 'block3_conv3', iterations: 2, learningRate: 5 }] },
    };
    const [winograd, exact, again] = [
      await all(draw(samplePath, wide)),
      await all(draw(samplePath, { ...wide, exact: true })),
      await all(draw(samplePath, { ...wide, exact: true })),
    ];
    const losses = (frames: Frame[]) => frames.slice(1).map(({ iteration }) => iteration!.loss);
    expect(exact.at(-1)!.canvas).toEqual(again.at(-1)!.canvas);
    expect(winograd.at(-1)!.canvas).not.toEqual(exact.at(-1)!.canvas);
    // The second is that of a canvas that a rounding error may have stepped the other way in single pixels.
    expect(losses(winograd)[0]! / losses(exact)[0]!).toBeCloseTo(1, 5);
    expect(losses(winograd)[1]! / losses(exact)[1]!).toBeCloseTo(1, 2);
  });

  test('the last frame has its canvas, however the drawing ends, and all have where that is asked for', async () => {
    const canvases = (frames: Frame[]) => frames.map(({ canvas }) => canvas?.length);
    expect(canvases(await all(draw(samplePath, options)))).toEqual([...Array(5).fill(undefined), 3 * 32 * 24]);
    const frames = await all(draw(samplePath, { ...options, canvases: true }));
    expect(canvases(frames)).toEqual(Array(6).fill(3 * 32 * 24));
    for (const { picture, canvas } of frames) expect(picture.rgb).toEqual(applyTone(canvas!, 'photo'));
    const stopped = await all(draw(samplePath, { ...options, signal: AbortSignal.abort() }));
    expect(canvases(stopped)).toEqual([undefined, 3 * 32 * 24]);
  });

  test('the same options give the same frames, and the canvas is the picture in network space', async () => {
    const drawn = () => all(draw(samplePath, { ...options, canvases: true }));
    const [once, again] = [await drawn(), await drawn()];
    expect(again.map(({ canvas }) => canvas)).toEqual(once.map(({ canvas }) => canvas));
    const { picture, canvas } = once.at(-1)!;
    const back = toNetworkSpace(picture.rgb);
    expect(back.every((value, i) => Math.abs(value - canvas![i]!) <= 0.51)).toBe(true);
  });

  test("a photo's bytes or URL do as well as its path", async () => {
    const wanted = (await all(draw(samplePath, options))).at(-1)!.canvas;
    for (const photo of [await readFile(samplePath), pathToFileURL(samplePath)]) {
      expect((await all(draw(photo, options))).at(-1)!.canvas).toEqual(wanted);
    }
  });

  test.each([
    undefined,
    null,
    7,
    {},
    { width: 2, height: 2, rgb: [1] },
    { width: 0, height: 0, rgb: new Uint8Array() },
  ])('nothing else does as a photo: %p', async (photo) => {
    const error: unknown = await draw(photo as never, options)
      .next()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).message).toMatch(/^photo: /);
  });

  test('a picture and weights in memory do as well as files and names', async () => {
    const weights = await loadWeights('seeded', findLayer('block1_conv2'));
    const frames = await all(draw(await readPhoto(samplePath), { ...options, weights }));
    expect(frames.at(-1)!.canvas).toEqual((await all(draw(samplePath, options))).at(-1)!.canvas);
  });

  test('a small photo is not enlarged, and odd sides are kept', async () => {
    const photo = { width: 33, height: 21, rgb: new Uint8Array(3 * 33 * 21).fill(90) };
    const [first] = await all(draw(photo, { ...options, size: 512 }));
    expect(first!.picture).toMatchObject({ width: 33, height: 21 });
  });

  test('the optimizer is new in each phase, unless it is kept', async () => {
    const last = async (keepOptimizer: boolean) => {
      const phases = [preset.phases[0]!, { ...preset.phases[1]!, keepOptimizer }];
      return (await all(draw(samplePath, { ...options, preset: { phases } }))).at(-1)!.canvas;
    };
    expect(await last(true)).not.toEqual(await last(false));
  });

  test('one that begins small has frames and canvases of its size all the same', async () => {
    const scales = { ...preset, scales: [0.25, 0.5, 1] };
    const sample = await fitLongestSide(await readPhoto(samplePath), 64);
    const photo = { width: 53, height: 37, rgb: sample.rgb.slice(0, 3 * 53 * 37) };
    const frames = await all(draw(photo, { ...options, size: 53, preset: scales, canvases: true }));
    expect(frames).toHaveLength(6);
    for (const { picture, canvas } of frames) {
      expect([picture.width, picture.height]).toEqual([53, 37]);
      const shown = applyTone(canvas!, 'photo');
      // Small ones are rounded before they are enlarged, and after it.
      expect(picture.rgb.every((value, i) => Math.abs(value - shown[i]!) <= 2)).toBe(true);
    }
    expect(frames.at(-1)!.picture.rgb).toEqual(applyTone(frames.at(-1)!.canvas!, 'photo'));
    const stopped = await all(draw(photo, { ...options, size: 53, preset: scales, signal: AbortSignal.abort() }));
    expect(stopped.map(({ canvas }) => canvas?.length)).toEqual([undefined, 3 * 53 * 37]);
  });

  test('leaving the loop ends the drawing, also within an iteration', async () => {
    const endless = { phases: [{ layer: 'block3_conv4', iterations: 100_000, learningRate: 1 }] };
    let seen = 0;
    for await (const frame of draw(samplePath, { ...options, size: 128, preset: endless })) {
      seen = frame.index;
      // The thread is in its next iteration by now.
      if (seen === 3) break;
    }
    expect(seen).toBe(3);
  });

  test('a signal ends it after the running iteration', async () => {
    const endless = { phases: [{ layer: 'block1_conv1', iterations: 100_000, learningRate: 1 }] };
    const controller = new AbortController();
    let seen = 0;
    for await (const frame of draw(samplePath, { ...options, preset: endless, signal: controller.signal })) {
      seen = frame.index;
      if (seen === 3) controller.abort();
    }
    // The thread runs a few frames ahead.
    expect(seen).toBeGreaterThanOrEqual(3);
    expect(seen).toBeLessThan(12);
  });

  test.each(['contour', 'seeded'])('painting with %s weights comes close to the photo', async (weights) => {
    const size = 64;
    const frames = await all(draw(samplePath, { preset: 'painting', size, weights }));
    expect(frames).toHaveLength(1 + iterationsOf(presets.painting));
    const photo = await fitLongestSide(await readPhoto(samplePath), size);
    const { mssim } = ssim(rgba(photo), rgba(frames.at(-1)!.picture), { downsample: false });
    expect(mssim).toBeGreaterThan(0.8);
  });
});

describe('draw refuses', () => {
  const refusal = (given: object) => all(draw(samplePath, { ...options, ...given }));

  test.each<[object, string]>([
    [{ size: 0 }, 'size: '],
    [{ size: 20.5 }, 'size: '],
    [{ threads: 0 }, 'threads: '],
    [{ provider: 'abacus' }, 'provider: '],
    [{ provider: 'cpu:1' }, 'provider: '],
    [{ provider: process.platform === 'win32' ? 'coreml' : 'dml' }, 'cannot be used: onnxruntime-node has it for '],
    [{ weights: '' }, 'weights: '],
    [{ weights: { source: 'mine', data: new Float32Array(9), pixelOffset: [0, NaN, 0] } }, 'weights: '],
    [{ preset: 7 }, 'preset: '],
    [{ preset: { phases: [] } }, 'preset given: phases: '],
    [{ colour: 'blue' }, 'colour: there is no such field'],
    [{ sise: 20 }, "sise: there is no such field; did you mean 'size'?"],
    [{ weights: 'seeded:x' }, 'seeded:x'],
    [{ preset: presets.sketch, size: 20 }, '20×15 pixels when looked at, but block5_conv2 needs 16 on each side'],
  ])('%j', async (given, message) => {
    const error: unknown = await refusal(given).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).message).toContain(message);
  });

  test('a loss that is not finite, saying at which iteration', async () => {
    const wild = {
      canvas: { lower: -1e38, upper: 1e38 },
      phases: [{ layer: 'block1_conv2', iterations: 9, learningRate: 1e37 }],
    };
    await expect(refusal({ preset: wild })).rejects.toThrow(
      /the loss became (Infinity|NaN) at iteration 2 \(2 of 9 at block1_conv2\)/,
    );
  });

  test('a picture whose bytes do not fit its size', async () => {
    const photo = { width: 33, height: 21, rgb: new Uint8Array(4 * 33 * 21) };
    await expect(all(draw(photo, options))).rejects.toThrow('photo: 2772 bytes are not 33×21 pixels of 3');
  });

  test('weights that end before the layer', async () => {
    const weights = await loadWeights('seeded', findLayer('block1_conv1'));
    await expect(refusal({ weights })).rejects.toThrow(InputError);
  });
});
