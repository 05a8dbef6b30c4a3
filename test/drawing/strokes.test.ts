/** Drawings whose parameters are strokes, from photo to frames. */
import { describe, expect, test } from '@jest/globals';
import { toColours } from '../../src/colour/spaces.js';
import { applyTone } from '../../src/colour/tones.js';
import { canvasGradientGraph } from '../../src/drawing/compute/graphs.js';
import { draw } from '../../src/drawing/draw.js';
import type { Frame } from '../../src/drawing/frame.js';
import { drawingLoop } from '../../src/drawing/loop.js';
import { fastPlan } from '../../src/drawing/plan/phase-plan.js';
import { reachOf, tilingOf } from '../../src/drawing/plan/tiles.js';
import { canvasSpaceOf, type PresetInput, parsePreset } from '../../src/drawing/recipe/preset.js';
import { renderStrokes } from '../../src/media/strokes/render.js';
import { findLayer } from '../../src/networks/vgg19/layers.js';
import { loadWeights } from '../../src/networks/vgg19/weights/load.js';
import { targets, unsupportedNodes } from '../../src/onnx/index.js';
import { loopOf } from '../support/loop.js';

const size = { width: 56, height: 44 };
const picture = {
  ...size,
  rgb: Uint8Array.from({ length: 3 * 56 * 44 }, (_, i) => {
    const [x, y, colour] = [Math.floor(i / 3) % 56, Math.floor(i / 3 / 56), i % 3];
    return Math.hypot(x - 28, y - 22) < 14 ? [200, 90, 40][colour]! : 240;
  }),
};
const coloured: PresetInput = {
  medium: { kind: 'strokes', count: 24, rounds: 3, width: [9, 5], lengths: [40, 90], colours: 'photo', tone: 0.3 },
  phases: [
    { layers: { block1_conv2: 1 }, iterations: 4, learningRate: 1, ink: 0.05 },
    { layers: { block1_conv1: 1 }, iterations: 2, learningRate: 1 },
  ],
};
const black: PresetInput = { ...coloured, medium: { ...coloured.medium!, colours: 'ink' } as PresetInput['medium'] };

async function framesOf(preset: PresetInput, options: Parameters<typeof draw>[1] = {}): Promise<Frame[]> {
  const frames: Frame[] = [];
  const given = { preset, weights: 'contour:1', provider: 'cpu', ...options };
  for await (const frame of draw(picture, given)) frames.push(frame);
  return frames;
}

const worst = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

describe.each([
  ['coloured', coloured],
  ['black', black],
])('%s strokes', (_, preset) => {
  test('are a frame each iteration, from blank paper, and more with each round', async () => {
    const frames = await framesOf(preset);
    expect(frames).toHaveLength(7);
    expect(frames[0]!.picture.rgb.every((value) => value === 255)).toBe(true);
    const counts = frames.map(({ strokes }) => strokes!.width.length);
    expect(counts[0]).toBe(0);
    // Two iterations a round.
    expect(counts[1]).toBe(counts[2]);
    expect(counts[3]).toBeGreaterThan(counts[2]!);
    expect(counts[6]).toBe(24);
    const losses = frames.slice(1).map(({ iteration }) => iteration!.loss);
    expect(losses[3]).toBeLessThan(losses[0]!);
  });

  test('that begin small are painted at full size in every frame', async () => {
    const frames = await framesOf({ ...preset, scales: [0.5, 1] }, { canvases: true });
    const space = canvasSpaceOf(parsePreset(preset, 'test'));
    // To the level, which a small picture that is enlarged would not be.
    for (const { picture, canvas } of frames) expect(picture.rgb).toEqual(applyTone(canvas!, 'photo', space));
    expect(frames.map(({ picture }) => [picture.width, picture.height])).toEqual(frames.map(() => [56, 44]));
  });

  test('are the same every time', async () => {
    const [once, again] = [await framesOf(preset), await framesOf(preset)];
    expect(again.map(({ picture }) => picture.rgb)).toEqual(once.map(({ picture }) => picture.rgb));
    expect(again.at(-1)!.strokes).toEqual(once.at(-1)!.strokes);
  });

  test('are the picture: drawn from their numbers they look the same', async () => {
    const last = (await framesOf(preset)).at(-1)!;
    const drawn = renderStrokes(last.strokes!).rgb;
    // Rounded to whole levels on two ways.
    expect(worst(drawn, last.picture.rgb)).toBeLessThanOrEqual(1);
    expect(last.canvas).toBeDefined();
  });

  test('may begin small', async () => {
    const frames = await framesOf({ ...preset, scales: [0.5, 1] });
    expect(frames.map(({ picture }) => picture.width)).toEqual(Array(7).fill(56));
    const last = frames.at(-1)!;
    expect(worst(renderStrokes(last.strokes!).rgb, last.picture.rgb)).toBeLessThanOrEqual(1);
  });
});

test('of a photo of one colour nothing is drawn', async () => {
  const flat = { ...size, rgb: new Uint8Array(picture.rgb.length).fill(90) };
  for await (const { strokes, picture: drawn } of draw(flat, {
    preset: black,
    weights: 'contour:1',
    provider: 'cpu',
  })) {
    expect(strokes!.width).toHaveLength(0);
    expect(drawn.rgb.every((value) => value === 255)).toBe(true);
  }
});

test('a dark photo is drawn light on dark where it chooses the paper, and the drawing says so', async () => {
  const preset: PresetInput = { ...black, canvas: { paper: 'auto' } };
  const night = { ...size, rgb: picture.rgb.map((value) => 255 - value) };
  const papers: unknown[] = [];
  for (const photo of [picture, night]) {
    for await (const { drawing, strokes, index } of draw(photo, { preset, weights: 'contour:1', provider: 'cpu' })) {
      if (index === 1) papers.push([drawing.preset.canvas.paper, strokes!.paper, strokes!.kind]);
    }
  }
  expect(papers).toEqual([
    ['white', [255, 255, 255], 'ink'],
    ['black', [0, 0, 0], 'chalk'],
  ]);
});

test('in tiles the drawing is the same', async () => {
  const preset = parsePreset(
    { ...coloured, phases: [{ layers: { block1_conv2: 1 }, iterations: 4, learningRate: 1, ink: 0.05 }] },
    'test',
  );
  const weights = await loadWeights('contour:1', findLayer('block1_conv2'));
  const loop = loopOf(preset, size, weights);
  const photo = Float32Array.from(
    { length: 3 * 56 * 44 },
    (_, i) =>
      picture.rgb[3 * (i % (56 * 44)) + 2 - Math.floor(i / (56 * 44))]! -
      [103.939, 116.779, 123.68][Math.floor(i / (56 * 44))]!,
  );
  const whole = fastPlan(loop.network, size);
  const tiling = tilingOf(reachOf(loop.network, loop.phases[0]!.objective)!, size, 2, 1)!;
  const lossesWith = async (plan: typeof whole) => {
    const losses: number[] = [];
    for await (const { loss } of drawingLoop({ ...loop, photo, plan: [plan] })) losses.push(loss);
    return losses;
  };
  const [atOnce, inTiles] = [
    await lossesWith(whole),
    await lossesWith({ ...whole, tiles: { tiling, keepGoals: true } }),
  ];
  expect(inTiles).toHaveLength(4);
  inTiles.forEach((loss, i) => {
    expect(loss / atOnce[i]!).toBeCloseTo(1, 4);
  });
});

test.each(targets)('what the network sees of them is computed whole on %s', (target) => {
  for (const preset of [coloured, black]) {
    const site = loopOf(parsePreset(preset, 'test'), size);
    for (const { objective } of site.phases) {
      const graph = canvasGradientGraph(site, objective, { target });
      expect(unsupportedNodes(graph, target).map(({ opType }) => opType)).toEqual([]);
    }
  }
});

test('colours come back out of any space', () => {
  const values = Float32Array.of(-103.939, 0, 10, 20, -123.68, 131.32);
  expect(
    [...toColours(values, loopOf(parsePreset(coloured, 'test'), size).network.space)].map(
      (value) => Math.round(value) + 0,
    ),
  ).toEqual([0, 255, 127, 137, 0, 104]);
});
