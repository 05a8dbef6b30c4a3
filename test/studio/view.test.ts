/** `vggdraw draw --view`: one drawing of the command line in a page, here without a browser. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { encodePng } from '../../src/image/encode-png.js';
import { asked } from '../support/asked.js';
import { events, start } from '../support/cli.js';

let folder: string;
/** Where the program puts what it shows meanwhile. */
let temporary: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-view-'));
  temporary = join(folder, 'temporary');
  await mkdir(temporary);
  await writeFile(
    join(folder, 'photo.png'),
    await encodePng({ width: 16, height: 16, rgb: new Uint8Array(768).fill(90) }),
  );
  const phases = [{ layer: 'block1_conv1', iterations: 5000, learningRate: 5 }];
  await writeFile(join(folder, 'endless.json'), JSON.stringify({ phases }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const drawn = (...args: string[]) =>
  start(
    ['draw', join(folder, 'photo.png'), '--weights', 'contour', '--preset', join(folder, 'endless.json'), ...args],
    {
      cwd: folder,
      env: { BROWSER: 'none', TMPDIR: temporary },
    },
  );

interface Told {
  readonly id: string;
  readonly state: string;
  readonly index: number;
  readonly frame?: number;
  readonly files: Record<string, number>;
}

/** What a page is told of the drawing, piece after piece. */
async function* toldAt(url: string, signal: AbortSignal): AsyncGenerator<Told> {
  const { body } = await fetch(`${url}events`, { signal });
  let text = '';
  for await (const part of body!.pipeThrough(new TextDecoderStream())) {
    const pieces = `${text}${part}`.split('\n\n');
    text = pieces.pop()!;
    for (const piece of pieces) yield* (JSON.parse(piece.slice('data: '.length)) as { changed: Told[] }).changed;
  }
}

test('a page watches it and ends it early; the command goes on until the page is closed, and leaves its files alone', async () => {
  const { printed, finished, output } = drawn('--view', '--json', '-o', 'a.mp4', '--still', 'a.png');
  await printed(/"event":"view"/);
  const [{ url }] = events({ stdout: output.stdout.split('\n')[0]! }) as [{ url: string }];
  const leaving = new AbortController();
  const post = (id: string, what: string) =>
    asked(`${url}drawings/${id}/${what}`, { method: 'POST', headers: { Origin: new URL(url).origin } });
  let isStopped = false;
  for await (const { id, state, index, frame, files } of toldAt(url, leaving.signal)) {
    if (index > 5 && frame !== undefined && !isStopped) {
      const picture = await asked(`${url}drawings/${id}/frames/${frame}`);
      expect([picture.status, picture.headers['content-type']]).toEqual([200, 'image/jpeg']);
      expect((await asked(`${url}drawings/${id}/photo`)).status).toBe(200);
      // It can do nothing but this: there is no desk.
      expect((await asked(`${url}photos`, { method: 'POST', headers: { Origin: new URL(url).origin } })).status).toBe(
        404,
      );
      isStopped = true;
      await post(id, 'stop');
    }
    if (state !== 'done') continue;
    expect(Object.keys(files)).toEqual(['output', 'still']);
    expect((await asked(`${url}drawings/${id}/files/still`)).headers['content-type']).toBe('image/png');
    break;
  }
  leaving.abort();
  const { code, stdout } = await finished;
  expect(code).toBe(0);
  expect(events({ stdout }).at(-1)).toMatchObject({ event: 'done', output: 'a.mp4', still: 'a.png', endedEarly: true });
  expect(existsSync(join(folder, 'a.mp4'))).toBe(true);
  expect(await readdir(temporary)).toEqual([]);
});

test('Ctrl-C ends it as it does without a page, paused though it is; where it is quiet it says the address alone', async () => {
  const { child, printed, finished, output } = drawn('--view', '--quiet', '-o', 'b.mp4');
  await printed(/\n/);
  const url = output.stdout.trim();
  const leaving = new AbortController();
  let id = '';
  for await (const told of toldAt(url, leaving.signal)) {
    ({ id } = told);
    if (told.index >= 3) break;
  }
  leaving.abort();
  await asked(`${url}drawings/${id}/pause`, { method: 'POST', headers: { Origin: new URL(url).origin } });
  child.kill('SIGINT');
  expect(await finished).toMatchObject({ code: 130, stdout: `${url}\n`, stderr: '' });
  expect(existsSync(join(folder, 'b.mp4'))).toBe(true);
  expect(await readdir(temporary)).toEqual([]);
});
