import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { run } from '../support/cli.js';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'vggdraw-doctor-'));
});
afterAll(() => rm(home, { recursive: true }));

test('what is needed and missing: exit code 1, what to do, nobody named, and nothing written', async () => {
  const ffmpeg = join(home, 'no-ffmpeg');
  const env = {
    HOME: home,
    USERPROFILE: home,
    VGGDRAW_CACHE: join(home, 'cache'),
    FFMPEG_PATH: ffmpeg,
    VGGDRAW_QUEUE: 'redis://user:secret@127.0.0.1:1',
  };
  const { code, stdout, stderr } = await run(['doctor', '--json'], { env });
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  const report = JSON.parse(stdout) as { missing: { what: string; needed: boolean; remedy: string }[] };
  expect(report).toMatchObject({
    vggdraw: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    node: process.versions.node,
    memory: { total: expect.any(Number), free: expect.any(Number) },
    cache: { folder: join('~', 'cache'), writable: true },
    weights: [],
    ffmpeg: null,
    onnxruntime: expect.stringMatching(/^\d+\.\d+/),
    terminal: null,
    queue: { usable: false },
    providers: { cpu: { usable: true, reason: null } },
  });
  expect(report.missing.filter(({ needed }) => needed)).toEqual([
    {
      what: 'ffmpeg',
      needed: true,
      remedy: `FFMPEG_PATH: ${join('~', 'no-ffmpeg')} does not exist; name an ffmpeg that has libx264, or unset FFMPEG_PATH`,
    },
  ]);
  expect(report.missing).toContainEqual({
    what: 'queue',
    needed: false,
    remedy: "there is no Redis at VGGDRAW_QUEUE; start one with 'redis-server', or name another",
  });
  for (const secret of [home, '127.0.0.1', 'secret']) expect(stdout).not.toContain(secret);
  if (hostname().length > 5) expect(stdout).not.toContain(hostname());
  expect(await readdir(home)).toEqual([]);
});
