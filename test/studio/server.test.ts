/** The studio's server, without a browser: whom it answers, and what. Nothing here draws. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { encodePng } from '../../src/image/encode-png.js';
import { StudioDrawing } from '../../src/studio/drawing.js';
import { newFacts } from '../../src/studio/facts.js';
import { Bell } from '../../src/studio/news.js';
import { openServer } from '../../src/studio/server.js';
import type { PageServer } from '../../src/studio/serving.js';
import { Studio } from '../../src/studio/studio.js';
import { type Asking, asked } from '../support/asked.js';

let folder: string;
let studio: Studio;
let server: PageServer;
let origin: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-studio-'));
  studio = await Studio.open({ folder: join(folder, 'kept') });
  server = await openServer(studio, 0);
  origin = new URL(server.url).origin;
});
afterAll(async () => {
  await server.close();
  await studio.close();
  await rm(folder, { recursive: true, force: true });
});

/** As the studio's own page asks. */
const ask = (path: string, { headers, ...asking }: Asking = {}) =>
  asked(`${server.url}${path}`, { ...asking, headers: { Origin: origin, ...headers } });

const png = () => encodePng({ width: 8, height: 6, rgb: new Uint8Array(3 * 8 * 6).fill(99) });

async function sentPhoto(name = 'photo.png'): Promise<{ id: string; title: string }> {
  const body = await png();
  const { text } = await ask(`photos?${new URLSearchParams({ name })}`, { method: 'POST', body });
  return JSON.parse(text) as { id: string; title: string };
}

const drawing = { size: 16, weights: 'contour', provider: 'cpu' };
const post = (request: object) => ask('drawings', { method: 'POST', body: JSON.stringify(request) });

describe('the server lets in', () => {
  test('whoever has the whole address, on this machine alone', async () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{24}\/$/);
    const { status, text } = await asked(server.url);
    expect(status).toBe(200);
    expect(text).toContain('<title>vggdraw studio</title>');
  });

  test.each(['', 'x/', 'page/main.js', `${'A'.repeat(24)}/`, `${'A'.repeat(24)}/choices`])(
    'nobody without the token: /%s',
    async (path) => {
      const { status, text } = await asked(`${origin}/${path}`);
      expect(status).toBe(404);
      expect(text).toMatch(/^There is no studio at this address/);
    },
  );

  test.each(['studio.example', 'localhost.example:80', '127.0.0.1', '127.0.0.1:1', '[::2]:80'])(
    'no page whose name was made to point here: %s',
    async (host) => {
      expect((await asked(server.url, { headers: { Host: host } })).status).toBe(403);
    },
  );

  test('this machine by its other name', async () => {
    const host = `localhost:${server.port}`;
    expect((await asked(server.url, { headers: { Host: host } })).status).toBe(200);
  });

  test.each([
    ['from another site', { Origin: 'https://example.com' }],
    ['from another port', { Origin: 'http://127.0.0.1:1' }],
    ['from a page without an origin', { Origin: 'null' }],
  ])('no request %s', async (_, headers) => {
    expect((await asked(`${server.url}choices`, { headers })).status).toBe(403);
    expect((await asked(`${server.url}drawings`, { method: 'POST', body: '{}', headers })).status).toBe(403);
  });

  test('nothing that changes something and does not say where it comes from', async () => {
    const answer = await asked(`${server.url}drawings`, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(403);
    const crossSite = { Origin: origin, 'Sec-Fetch-Site': 'cross-site' };
    expect((await asked(`${server.url}drawings`, { method: 'POST', body: '{}', headers: crossSite })).status).toBe(403);
  });
});

describe('every answer', () => {
  test.each(['', 'choices', 'page/main.js', 'nothing'])('forbids all that the page does not need: %s', async (path) => {
    const { headers } = await ask(path);
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['cross-origin-resource-policy']).toBe('same-origin');
    expect(headers['set-cookie']).toBeUndefined();
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  test("the page's own files name no other host, and have nothing inline", async () => {
    const page = 'src/studio/page';
    for (const name of await readdir(page)) {
      const { status, text, headers } = await ask(name === 'index.html' ? '' : `page/${name}`);
      if (/\.(?:ts|json)$/.test(name)) {
        expect(status).toBe(404);
        continue;
      }
      expect(headers['content-type']).toMatch(/^(?:text\/(?:html|css|javascript)|image\/svg)/);
      expect(text.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:\/\//);
      if (name === 'index.html') expect(text).not.toMatch(/<style|<script(?![^>]* src=)|\son\w+=|style=/);
    }
    expect((await ask('page/uplot.js')).text).toContain('uPlot');
  });
});

describe('no path of an address reaches the file system:', () => {
  test.each([
    'page/../package.json',
    'page/..%2f..%2f..%2fpackage.json',
    'page/%2fetc%2fpasswd',
    '../../../../etc/passwd',
    'drawings/..%2f..%2fpackage.json',
    'drawings/../files/output',
    'photos/..%2f..%2fpackage.json',
  ])('%s', async (path) => {
    const { pathname } = new URL(server.url);
    const answer = await asked(server.url, { path: `${pathname}${path}`, headers: { Origin: origin } });
    expect([403, 404]).toContain(answer.status);
    expect(answer.text).not.toMatch(/root:|"name": "vggdraw"/);
  });

  test.each([
    ['weights', { weights: '/etc/passwd' }],
    ['weights', { weights: './weights.h5' }],
    ['preset', { preset: '/etc/passwd' }],
    ['preset', { preset: 'mine.json' }],
    ['photos', { photos: ['../../etc/passwd'] }],
    ['provider', { provider: 'cpu/../x' }],
  ])('%s of a request', async (field, wrong) => {
    const { id } = await sentPhoto();
    const { status, text } = await post({ ...drawing, photos: [id], ...wrong });
    expect(status).toBe(400);
    expect(JSON.parse(text).message).toMatch(new RegExp(`^${field}`));
  });
});

describe('a photo that is sent in', () => {
  test('can be looked at, under a name that tells nothing', async () => {
    const { id, title } = await sentPhoto('../Großmutter\u202e.jpeg');
    expect(id).toMatch(/^[0-9a-f]{18}$/);
    expect(title).toBe('Großmutter\\u202e');
    const { status, headers } = await ask(`photos/${id}`);
    expect([status, headers['content-type']]).toEqual([200, 'image/jpeg']);
  });

  test.each([
    ['text', Buffer.from('no picture')],
    ['nothing', Buffer.alloc(0)],
    ['half a PNG', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
  ])('is refused in one line where it is %s', async (_, body) => {
    const { status, text } = await ask('photos?name=a.png', { method: 'POST', body });
    expect(status).toBe(400);
    const { message } = JSON.parse(text);
    expect(message).toMatch(/photo/);
    expect(message).not.toMatch(/\n|\//);
  });

  test('is not even read where it is too large', async () => {
    const headers = { 'Content-Length': String(2 ** 30) };
    const { status, text } = await ask('photos', { method: 'POST', headers });
    expect([status, JSON.parse(text).message]).toEqual([413, 'that is more than 256 MB']);
  });
});

describe('a request for drawings', () => {
  test.each([
    ['no JSON', 'no JSON', 'what was sent is no JSON'],
    ['a field that there is not', '{"photos":["000000000000000000"],"path":"/"}', 'path: there is no such field'],
    ['a photo that is gone', { photos: ['0'.repeat(18)] }, 'photos: the photo is not here any more; send it in again'],
    ['no photo', { photos: [] }, 'photos: it is empty'],
    ['no size', { photos: ['0'.repeat(18)], size: 0 }, 'size: expected 1 or more, not 0'],
  ])('with %s is refused in one line', async (_, request, message) => {
    const body = typeof request === 'string' ? request : JSON.stringify({ ...drawing, ...request });
    const { status, text } = await ask('drawings', { method: 'POST', body });
    expect([status, JSON.parse(text).message]).toEqual([400, message]);
  });

  test('with a preset of its own that will not do names the field, and leaves nothing behind', async () => {
    const { id } = await sentPhoto();
    const preset = { name: 'mine', json: { phases: [{ layer: 'block9', iterations: 1, learningRate: 1 }] } };
    const { status, text } = await post({ ...drawing, photos: [id], preset });
    expect([status, JSON.parse(text).message]).toEqual([
      400,
      expect.stringMatching(/^preset mine: phases\[0\]\.layer/),
    ]);
    expect((await readdir(join(folder, 'kept'))).filter((name) => !name.startsWith('.'))).toEqual([]);
  });
});

describe('what the network sees', () => {
  const kept = newFacts('1'.repeat(18), 'apple', 'pencil', false);
  beforeAll(() => {
    studio.drawings.set(kept.id, new StudioDrawing({ ...kept, choices: drawing }, folder, () => {}));
  });
  afterAll(() => void studio.drawings.delete(kept.id));

  test.each([
    [{ layer: 'block9_conv1' }, /^layer: unknown layer 'block9_conv1'; VGG-19 has /],
    [{ layer: '' }, /^layer: it is empty$/],
    [{ layer: 'block1_conv1', channel: -1 }, /^channel: expected 0 or more, not -1$/],
    [{ layer: 'block1_conv1', photo: '/etc/passwd' }, /^photo: there is no such field$/],
  ])('is not looked for where %j is asked for', async (request, message) => {
    const asked = { method: 'POST', body: JSON.stringify(request) };
    const { status, text } = await ask(`drawings/${kept.id}/look`, asked);
    expect(status).toBe(400);
    expect(JSON.parse(text).message).toMatch(message);
    expect((await ask(`drawings/${'0'.repeat(18)}/look`, asked)).status).toBe(404);
  });

  test('is shown in pictures to whoever has their address', async () => {
    const gram = await png();
    const shown = { kind: 'layer' as const, gram, channels: [] };
    const told = studio.sights.keep({ layer: 'block1_conv1', count: 64, shown }) as { gram: string };
    const { status, headers } = await ask(told.gram);
    expect([status, headers['content-type'], headers['content-length']]).toEqual([200, 'image/png', `${gram.length}`]);
    for (const other of [told.gram.replace('/0', '/1'), 'sights/x/0', 'sights/../0'])
      expect((await ask(other)).status).toBe(404);
  });
});

test('where the port is in use the next free one is taken', async () => {
  const other = await openServer(studio, server.port);
  expect(other.port).toBeGreaterThan(server.port);
  await other.close();
});

test('for a viewer that sleeps news is not even gathered, until it is awake', async () => {
  let gathered = 0;
  const drawings = new (class extends Map<string, StudioDrawing> {
    override [Symbol.iterator]() {
      gathered++;
      return super[Symbol.iterator]();
    }
  })();
  const bell = new Bell();
  const drawing = new StudioDrawing(newFacts('a', 'apple', 'pencil', false), folder, () => bell.ring());
  drawing.facts.notes.push('x'.repeat(4e6));
  drawings.set('a', drawing);
  const nothing = () => {};
  const other = await openServer({ bell, drawings, pause: nothing, goOn: nothing, stop: nothing }, 0);
  const { hostname, port, host, pathname } = new URL(other.url);
  const asleep = connect(Number(port), hostname);
  asleep.pause();
  asleep.write(`GET ${pathname}events HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  for (let change = 0; change < 20; change++) {
    await wait(50);
    drawing.tell({ kind: 'waiting' });
  }
  // So many as the system holds on their way.
  expect(gathered).toBeLessThan(10);
  const before = gathered;
  asleep.resume();
  while (gathered === before) await wait(10);
  asleep.destroy();
  while (bell.listeners > 0) await wait(10);
  await other.close();
});
