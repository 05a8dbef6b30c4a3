import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { drawingView } from '../../src/commands/drawing-view.js';
import type { Drawing, Frame } from '../../src/drawing/frame.js';
import { deepToShallow } from '../support/presets.js';

// Time stands still, and moves as a test says.
let now = 0;
beforeEach(() => void jest.spyOn(performance, 'now').mockImplementation(() => now));
afterEach(() => void jest.restoreAllMocks());
const pass = (milliseconds: number) => {
  now += milliseconds;
};

const painting = deepToShallow;
const drawing: Drawing = {
  ...{ width: 256, height: 192, preset: painting, weights: 'seeded:1', provider: 'cpu', passedOver: [], frames: 93 },
};
const picture = { width: 256, height: 192, rgb: new Uint8Array(3 * 256 * 192) };

/** Seconds that the line says are left. */
function secondsLeft(line: string): number {
  const [, minutes, seconds] = /(\d+):(\d\d) left$/.exec(line) ?? [];
  return 60 * Number(minutes) + Number(seconds);
}

/** Milliseconds of an iteration and of opening its phase, as measured for it at 256 on a busy machine with two cores. */
const measured: Record<string, { iteration: number; opening: number }> = {
  block5_conv2: { iteration: 2711, opening: 4576 },
  block4_conv2: { iteration: 2234, opening: 581 },
  block3_conv2: { iteration: 1510, opening: 425 },
  block2_conv2: { iteration: 1161, opening: 202 },
  block1_conv2: { iteration: 634, opening: 145 },
};

/** The frames of a drawing, each when its time has come. */
function* frames(): Generator<Frame> {
  yield { index: 0, picture, canvas: undefined, strokes: undefined, iteration: undefined, drawing };
  let index = 0;
  for (const [phase, { layer, iterations }] of painting.phases.entries()) {
    const { iteration: ms, opening } = measured[layer!]!;
    for (let iteration = 0; iteration < iterations; iteration++) {
      pass(ms + (iteration === 0 ? opening : 0));
      index++;
      yield {
        index,
        picture,
        canvas: undefined,
        strokes: undefined,
        iteration: { phase, layer: layer!, iteration, losses: { content: 1 }, loss: 1, ms },
        drawing,
      };
    }
  }
}

test('the time left is told to a quarter from a tenth of the drawing on', () => {
  const { describe } = drawingView(false);
  describe({ preparing: painting });
  pass(2000);
  const began = performance.now();
  const said: { line: string; time: number }[] = [];
  for (const frame of frames()) said.push({ line: describe(frame).line, time: performance.now() });
  const end = performance.now();
  const later = said.filter(({ time }) => time - began >= 0.1 * (end - began) && end - time > 10_000);
  expect(later.length).toBeGreaterThan(60);
  for (const { line, time } of later) {
    const ratio = secondsLeft(line) / ((end - time) / 1000);
    expect(ratio).toBeGreaterThan(0.75);
    expect(ratio).toBeLessThan(1.25);
  }
  expect(said.at(-1)!.line).toMatch(
    /^iteration 92\/92, phase 5\/5 block1_conv2, loss 1\.000, [\d.]+ it\/s, 0:00 left$/,
  );
});

describe('while nothing comes', () => {
  test('before the first iteration it says for how long it has been preparing', () => {
    const { describe } = drawingView(false);
    expect(describe({ preparing: painting })).toMatchObject({ value: 0, total: 92, line: 'preparing, 0:00' });
    pass(3000);
    expect(describe({ preparing: painting }).line).toBe('preparing, 0:03');
    const [blank] = frames();
    expect(describe(blank!).line).toBe('preparing, 0:03');
  });

  test('within an iteration the time left goes on', () => {
    const { describe } = drawingView(false);
    describe({ preparing: painting });
    const coming = frames();
    let frame: Frame | undefined;
    for (let i = 0; i < 10; i++) {
      frame = coming.next().value as Frame;
      describe(frame);
    }
    const before = secondsLeft(describe(frame!).line);
    pass(20_000);
    expect(secondsLeft(describe(frame!).line)).toBe(before - 20);
    pass(1e7);
    expect(describe(frame!).line).toMatch(/, 0:00 left$/);
  });
});
