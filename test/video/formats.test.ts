import { copyFile, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { countFrames } from '../../src/video/count-frames.js';
import { type VideoFormat, videoFormatOf, videoFormats } from '../../src/video/formats.js';
import { readVideo } from '../../src/video/read-video.js';
import { openVideo } from '../../src/video/video.js';

let folder: string;
const at = (name: string) => join(folder, name);
const [width, height, fps] = [33, 24, 20];
/** With one space, which fluent-ffmpeg takes for two options. */
const comment = 'vggdraw überall';

/** Halves of two colours, so that a GIF has all of them. */
const frames = [
  [255, 0],
  [200, 60],
  [128, 128],
].map(([left, right]) =>
  Uint8Array.from({ length: 3 * width * height }, (_, i) => ((i / 3) % width < width / 2 ? left! : right!)),
);

async function write(path: string, format: VideoFormat): Promise<string> {
  const writer = await openVideo({ path, width, height, fps, held: 2, format, comment });
  for (const frame of frames) await writer.write(frame);
  await writer.finish();
  return path;
}

/** A video of each kind. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-formats-'));
  await Promise.all(videoFormats.map((format) => write(at(`video.${format}`), format)));
});
afterAll(() => rm(folder, { recursive: true }));

test('the ending of a name says what a video is', () => {
  expect(['a.mp4', 'b.b/c.WebM', '.gif', 'x.MOV', 'y.avi', 'mp4', 'gif.'].map(videoFormatOf)).toEqual([
    ...['mp4', 'webm', 'gif', 'mov'],
    ...[undefined, 'mp4', undefined],
  ]);
});

describe.each(videoFormats)('a video as %s', (format) => {
  const path = () => at(`video.${format}`);

  test('has every frame in its colours, the last one as long as it is told to, and leaves nothing beside it', async () => {
    const seen: Uint8Array[] = [];
    let size: [number, number] | undefined;
    for await (const picture of readVideo(path())) {
      seen.push(picture.rgb);
      size = [picture.width, picture.height];
    }
    // Colours of half the resolution need even sides.
    const wide = format === 'gif' ? width : width + 1;
    expect(size).toEqual([wide, height]);
    expect(seen).toHaveLength(5);
    for (const [i, rgb] of seen.entries()) {
      const shown = frames[Math.min(i, 2)]!;
      for (const column of [0, 8, width - 1]) {
        const levels = [0, 1, 2].map((channel) => Math.abs(rgb[3 * column + channel]! - shown[3 * column + channel]!));
        // Two levels for YUV, and one for what the codec leaves out.
        expect(Math.max(...levels)).toBeLessThanOrEqual(3);
      }
    }
    expect((await readdir(folder)).sort()).toEqual(videoFormats.map((one) => `video.${one}`).sort());
  });

  test('says what it is of, and is the same file another time', async () => {
    const file = await readFile(path());
    expect(file.includes(comment)).toBe(true);
    const again = await write(at('again'), format);
    expect((await readFile(again)).equals(file)).toBe(true);
    await rm(again);
  });

  test('is told from what is none, and from a part of one', async () => {
    expect(await countFrames[format](path())).toBe(5);
    const { length } = await readFile(path());
    const broken = at('broken');
    for (const kept of [0, 3, 20, Math.floor(length / 2), length - 1]) {
      await copyFile(path(), broken);
      await truncate(broken, kept);
      await expect(countFrames[format](broken)).rejects.toThrow(/it is (?:no |cut)|its index is|pictures are missing/);
    }
    await writeFile(
      broken,
      Uint8Array.from({ length: 4000 }, (_, i) => (i * 151) % 251),
    );
    await expect(countFrames[format](broken)).rejects.toThrow(/it is (?:no |cut)/);
    await rm(broken);
    await symlink(path(), broken);
    await expect(countFrames[format](broken)).rejects.toThrow('it is no file');
    await rm(broken);
  });
});

test('a GIF that is given up, and one that has no room, leave nothing behind', async () => {
  const writer = await openVideo({ path: at('half.gif'), width, height, fps, format: 'gif' });
  await writer.write(frames[0]!);
  await writer.abort();
  await expect(openVideo({ path: at('gone/half.gif'), width, height, fps, format: 'gif' })).rejects.toThrow();
  expect((await readdir(folder)).sort()).toEqual(videoFormats.map((one) => `video.${one}`).sort());
});
