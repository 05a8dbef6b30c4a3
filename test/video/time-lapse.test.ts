import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { framesShown, type Pace, paceOf, TimeLapse } from '../../src/video/time-lapse.js';
import { openVideo } from '../../src/video/video.js';
import { decode, ffmpeg, timestamps } from './decoding.js';

/** Frames of one value that goes from 0 to 255 over the drawing, which has so many. */
const ramp = (drawn: number): Uint8Array[] =>
  Array.from({ length: drawn }, (_, i) => new Uint8Array(12).fill(Math.round((255 * i) / (drawn - 1))));

/** What a video gets of a drawing that ends after so many frames: the value of each. */
async function shownOf(frames: readonly Uint8Array[], pace: Pace): Promise<number[]> {
  const shown: number[] = [];
  const lapse = new TimeLapse({ write: async (rgb) => void shown.push(rgb[7]!) }, pace);
  for (const frame of frames) await lapse.add(frame);
  await lapse.end();
  return shown;
}

const counts = [2, 3, 5, 23, 24, 31, 93, 100, 191, 192, 239, 240, 241, 301, 480, 481, 1000, 1001, 5001];

describe('how many frames are shown', () => {
  test.each(counts)('of %i that are drawn: those of eight seconds, however many there are', (drawn) => {
    expect(paceOf(drawn, {})).toEqual({ drawn, shown: 240, fps: 30 });
    expect(paceOf(drawn, { seconds: 2.5 })).toEqual({ drawn, shown: 75, fps: 30 });
  });

  test.each(counts)('of %i that are drawn, with frames per second alone: those', (drawn) => {
    expect(paceOf(drawn, { fps: 24 })).toEqual({ drawn, shown: drawn, fps: 24 });
  });

  test('with both: so many per second over so many seconds', () => {
    expect(paceOf(31, { fps: 60, seconds: 4 })).toEqual({ drawn: 31, shown: 240, fps: 60 });
    expect(paceOf(31, { fps: 0.1, seconds: 1 })).toEqual({ drawn: 31, shown: 2, fps: 0.1 });
  });
});

describe('a time-lapse', () => {
  const paces = counts.flatMap((drawn) => [
    paceOf(drawn, {}),
    paceOf(drawn, { seconds: 1.3 }),
    paceOf(drawn, { fps: 12 }),
  ]);

  test.each(paces)('of $drawn frames as $shown: from the first to the last, evenly', async (pace) => {
    const shown = await shownOf(ramp(pace.drawn), pace);
    expect(shown).toHaveLength(pace.shown);
    expect([shown[0], shown.at(-1)]).toEqual([0, 255]);
    // Half a level for the frames that are drawn, half for what lies between, and half of a 256th of 255 for its share.
    shown.forEach((value, i) => {
      expect(Math.abs(value - (255 * i) / (pace.shown - 1))).toBeLessThanOrEqual(1.5);
    });
  });

  test.each(paces)('of $drawn frames as $shown that ends early is as much of it, and its last frame', async (pace) => {
    const frames = ramp(pace.drawn);
    const whole = await shownOf(frames, pace);
    for (const ended of [1, 2, 3, Math.ceil(pace.drawn / 2), pace.drawn - 1]) {
      if (ended > pace.drawn) continue;
      const shown = await shownOf(frames.slice(0, ended), pace);
      expect(shown).toHaveLength(framesShown(pace, ended));
      expect(shown.at(-1)).toBe(frames[ended - 1]![0]);
      expect(shown.slice(0, -1)).toEqual(whole.slice(0, shown.length - 1));
    }
  });

  test('where as many are shown as are drawn, each is as it is', async () => {
    const frames = Array.from({ length: 7 }, (_, i) => new Uint8Array(12).fill((i * 91) % 256));
    const written: Uint8Array[] = [];
    const lapse = new TimeLapse({ write: async (rgb) => void written.push(rgb) }, paceOf(7, { fps: 5 }));
    for (const frame of frames) await lapse.add(frame);
    await lapse.end();
    written.forEach((rgb, i) => {
      expect(rgb).toBe(frames[i]);
    });
  });
});

describe('as a video', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vggdraw-lapse-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each([
    { drawn: 23, ended: 23 },
    { drawn: 31, ended: 31 },
    { drawn: 1000, ended: 1000 },
    { drawn: 31, ended: 9 },
    { drawn: 1000, ended: 333 },
  ])('$ended of $drawn frames: all that are promised, a thirtieth of a second apart', async ({ drawn, ended }) => {
    const path = join(folder, `${drawn}-${ended}.mp4`);
    const [width, height, pace] = [32, 24, paceOf(drawn, {})];
    const writer = await openVideo({ path, width, height, fps: pace.fps, ffmpeg });
    const lapse = new TimeLapse(writer, pace);
    for (const frame of ramp(drawn).slice(0, ended))
      await lapse.add(new Uint8Array(3 * width * height).fill(frame[0]!));
    await lapse.end();
    await writer.finish();
    const times = timestamps(path);
    expect(times).toHaveLength(framesShown(pace, ended));
    times.forEach((time, i) => {
      expect(time).toBeCloseTo(i / 30, 4);
    });
    const { frames } = await decode(path);
    const level = ended === 1 ? 0 : (255 * (ended - 1)) / (drawn - 1);
    expect(Math.abs(frames[0]![0]!)).toBeLessThanOrEqual(3);
    expect(Math.abs(frames.at(-1)![0]! - level)).toBeLessThanOrEqual(3);
  });
});
