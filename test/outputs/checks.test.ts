import { link, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { checkOutputs, checkRoom } from '../../src/outputs/checks.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-output-checks-'));
});
afterEach(() => rm(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
const paths = (output: string, still?: string, frames?: string) => ({
  output: at(output),
  still: still === undefined ? undefined : at(still),
  frames: frames === undefined ? undefined : at(frames),
});

test.each([
  ['x.mp4', undefined, 'x.mp4', /^output: .*x\.mp4 is what the option frames names, too/],
  ['x.mp4', 's.png', 'S.png', /^still: .*s\.png is what the option frames names, too/],
  ['d/x.mp4', undefined, 'd', /^output: .*x\.mp4 would lie in what the option frames names/],
  ['x.mp4', 'd/e/s.png', 'd', /^still: .*s\.png would lie in what the option frames names/],
  ['x.mp4', undefined, 'x.mp4/d', /^frames: .*d would lie in what the option output names/],
])('%s, %s and %s can not all be written', async (output, still, frames, message) => {
  await expect(checkOutputs(paths(output, still, frames), [], true)).rejects.toThrow(message);
});

test('inputs are known under any name, and names that are no files are none', async () => {
  await writeFile(at('photo.png'), 'x');
  await link(at('photo.png'), at('hard.png'));
  await mkdir(at('seeded'));
  const inputs = [
    { name: 'the photo', path: at('photo.png') },
    { name: 'the file of weights', path: at('seeded') },
  ];
  await expect(checkOutputs(paths('x.mp4', 'hard.png'), inputs, true)).rejects.toThrow(
    /^still: .*hard\.png is the photo itself; choose another$/,
  );
  await checkOutputs(paths('x.mp4', 'new.png', 'seeded'), inputs, true);
  expect((await readdir(folder)).sort()).toEqual(['hard.png', 'photo.png', 'seeded']);
});

test('what can not fit is refused before it is drawn', async () => {
  await checkRoom(paths('x.mp4', 's.png', 'd'), { width: 512, height: 384, frames: 10, shown: 240 });
  await expect(
    checkRoom(paths('x.mp4', 's.png', 'd'), { width: 1e6, height: 1e6, frames: 1e6, shown: 1e6 }),
  ).rejects.toThrow(
    /^output: what is drawn takes [\d.]+ MB or more, and .* has [\d.]+ [kM]B free; make room, or choose another folder$/,
  );
});
