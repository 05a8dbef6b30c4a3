import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { encodePng } from '../../src/image/encode-png.js';
import { runInTurn } from '../support/command-lines.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-compare-'));
  const still = (level: number) => encodePng({ width: 2, height: 1, rgb: Uint8Array.of(9, 9, 9, 9, level, 9) });
  await writeFile(join(folder, 'a.png'), await still(9));
  await writeFile(join(folder, 'b.png'), await still(10));
});
afterAll(() => rm(folder, { recursive: true }));

const compare = (...args: string[]) => runInTurn(['compare', ...args], { cwd: folder });

describe('vggdraw compare', () => {
  test('says how far frames are apart; exit code 1 where too far', async () => {
    const { code, stdout, stderr } = await compare('a.png', 'b.png');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    // The mean square is 1/6.
    expect(stdout).toMatch(/^a\.png +1 level +1 +55\.91 dB +0\.\d{5}$/m);
    expect(stdout).toMatch(/^outside: 1 of 1 frames differ by more than 0 levels/m);
  });

  test('--json: as one object, exit code 0 where it is within', async () => {
    const { code, stdout, stderr } = await compare('a.png', 'b.png', '--tolerance', '1', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      criterion: { kind: 'tolerance', bound: 1 },
      within: true,
      frames: [{ index: 0, name: 'a.png', greatest: 1, differing: 1 }],
    });
  });

  test.each([
    [['a.png'], /^vggdraw: what to compare is missing /],
    [['a.png', 'b.png', '--psnr', '30', '--ssim', '1'], /^vggdraw: --ssim: give it or --psnr, not both\n$/],
  ])('%j is refused in one line', async (args, message) => {
    const { code, stdout, stderr } = await compare(...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
