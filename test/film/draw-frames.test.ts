/** Frames of a film as they are drawn: less flicker than with a sheet for each, and chunks that fit together. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { drawFrames, type FrameOptions, type Sheet } from '../../src/film/draw-frames.js';
import { Flicker } from '../../src/film/flicker.js';
import { chunksOf } from '../../src/film/plan.js';
import type { Picture } from '../../src/image/picture.js';
import { movingSquare } from '../support/films.js';

const film = movingSquare(5, { width: 96, height: 30 });
const falling = { from: 9, to: 2, decay: 'cosine' as const };
const options: FrameOptions = {
  ...{ size: 96, weights: 'contour', provider: 'cpu', threads: 1, fresh: false },
  preset: {
    canvas: { colours: 'grey' },
    adam: { epsilon: 1e-12 },
    phases: [{ layer: 'block1_conv2', iterations: 6, learningRate: falling, ink: 0.5, smoothness: 8 }],
  },
};

interface Drawn {
  readonly picture: Picture;
  readonly sheet: Sheet;
  readonly steps: number;
}

async function drawn(frames: readonly Picture[], more: Partial<FrameOptions> = {}, sheet?: Sheet): Promise<Drawn[]> {
  const given = (async function* () {
    yield* frames;
  })();
  const all: Drawn[] = [];
  let steps = 0;
  for await (const event of drawFrames(given, { ...options, ...more }, sheet)) {
    if (event.kind === 'step') steps += event.frame.iteration ? 1 : 0;
    else {
      all.push({ picture: event.picture, sheet: event.sheet, steps });
      steps = 0;
    }
  }
  return all;
}

function flickerOf(pictures: readonly Picture[], frames = film): number {
  const flicker = new Flicker();
  pictures.forEach((picture, i) => {
    flicker.add(frames[i]!, picture);
  });
  return flicker.levels!;
}

const picturesOf = (all: readonly Drawn[]) => all.map(({ picture }) => picture);

/** Mean level of the square that moves, in the drawing of a frame, and of where it was at first. */
const squareIn = ({ width, rgb }: Picture, frame: number): number => {
  let sum = 0;
  for (let y = 12; y < 14; y++) for (let x = 10; x < 12; x++) sum += rgb[3 * (y * width + x + 2 * frame)]!;
  return sum / 4;
};

describe('pixels', () => {
  let one: Drawn[];
  beforeAll(async () => {
    one = await drawn(film);
  });

  test('flicker by less than half of what sheets of their own do, in half of the iterations', async () => {
    const fresh = await drawn(film, { fresh: true });
    expect(fresh.map(({ steps }) => steps)).toEqual([6, 6, 6, 6, 6]);
    expect(one.map(({ steps }) => steps)).toEqual([6, 3, 3, 3, 3]);
    const [sheets, sheet] = [flickerOf(picturesOf(fresh)), flickerOf(picturesOf(one))];
    expect(sheets).toBeGreaterThan(0.5);
    // What is left is at the rim of what moves, which is a good part of so small a film.
    expect(sheet).toBeLessThan(sheets / 2);
    // It is drawn anew what moves, about as a sheet of its own has it.
    for (const frame of [1, 4]) {
      const [anew, whole] = [one, fresh].map((all) => squareIn(all[frame]!.picture, frame)) as [number, number];
      expect(Math.abs(anew - whole)).toBeLessThan(25);
    }
  });

  test('go on from the sheet of a frame, to the bit', async () => {
    const rest = await drawn(film.slice(3), {}, one[2]!.sheet);
    expect(picturesOf(rest)).toEqual(picturesOf(one).slice(3));
  });

  test('of chunks that are drawn apart flicker no more where they meet than within', async () => {
    const [, second] = chunksOf(film.length, 3);
    const frames = [...second!.before, 3, 4].map((index) => film[index]!);
    const apart = picturesOf(await drawn(frames)).slice(second!.before.length);
    const seam = flickerOf([one[2]!.picture, apart[0]!], film.slice(2));
    expect(seam).toBeLessThan(1.5 * flickerOf(picturesOf(one)));
    expect(flickerOf([one[3]!.picture, apart[0]!], [film[3]!, film[3]!])).toBeLessThan(3);
  });
});

test('strokes stay where nothing changes', async () => {
  const medium = {
    ...{ kind: 'strokes' as const, count: 30, rounds: 2, width: [12, 8] as [number, number] },
    ...{ lengths: [40, 90] as [number, number], colours: 'ink' as const },
  };
  const preset = { medium, phases: [{ layer: 'block1_conv2', iterations: 8, learningRate: 1, ink: 0.05 }] };
  const frames = film.slice(0, 2);
  const [one, fresh] = [await drawn(frames, { preset }), await drawn(frames, { preset, fresh: true })];
  expect(one[1]!.steps).toBe(4);
  const [sheets, sheet] = [flickerOf(picturesOf(fresh)), flickerOf(picturesOf(one))];
  expect(sheets).toBeGreaterThan(0.5);
  expect(sheet).toBeLessThan(sheets / 2);
});
