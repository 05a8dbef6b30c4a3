import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type DownloadOptions, download } from '../../src/downloads/download.js';
import { DownloadError } from '../../src/downloads/failure.js';
import { InputError } from '../../src/errors.js';
import {
  type Answer,
  nobody,
  sendBeginning,
  sendFile,
  serve,
  serveProxy,
  type TestServer,
} from '../support/file-server.js';

const content = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i) >> 3));
const bytes = content.length;
const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
const partialName = `file.bin.${digest.slice(7, 15)}.partial`;

let folder: string;
let path: string;
let servers: TestServer[];
let notes: string[];
let delays: number[];

beforeEach(async () => {
  for (const name of Object.keys(process.env)) if (/^(https?|no)_proxy$/i.test(name)) delete process.env[name];
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-download-'));
  path = join(folder, 'file.bin');
  [servers, notes, delays] = [[], [], []];
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await rm(folder, { recursive: true });
});

async function server(answer: Answer): Promise<TestServer> {
  const started = await serve(answer);
  servers.push(started);
  return started;
}

/** Downloads without ever waiting: what would have been waited for is in `delays`. */
const get = (urls: string[], options: Partial<DownloadOptions> = {}) =>
  download({
    ...{ urls, bytes, digest, path },
    onNote: (text) => notes.push(text),
    sleep: async (milliseconds) => void delays.push(milliseconds),
    ...options,
  });

/** The one line of a download that fails, after which there is no file under its final name. */
async function refusal(urls: string[], options: Partial<DownloadOptions> = {}): Promise<string> {
  const error: unknown = await get(urls, options).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DownloadError);
  const { message } = error as InputError;
  expect(message).not.toContain('\n');
  expect(message).toMatch(/^file\.bin could not be fetched: /);
  expect(await readdir(folder)).not.toContain('file.bin');
  return message.replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'SERVER');
}

/** Checks that the file is there, whole, and nothing else. */
async function expectWhole(): Promise<void> {
  expect(await readdir(folder)).toEqual(['file.bin']);
  expect(content.equals(await readFile(path))).toBe(true);
}

/** Leaves the beginning of the file as a try that was cut does. */
async function leavePartial(url: string, validator = '"one"', beginning: Uint8Array = content.subarray(0, 100_000)) {
  await writeFile(join(folder, partialName), beginning);
  await writeFile(join(folder, `${partialName}.json`), JSON.stringify({ url, validator }));
}

/** Downloads from a server that cuts the first try after 100,000 bytes and then answers otherwise. */
async function getCut(headers: Record<string, string>, next: Answer, first: Uint8Array = content): Promise<TestServer> {
  const beginning = sendBeginning(100_000, first, headers);
  const started = await server((response, request, count) =>
    (count === 0 ? beginning.answer : next)(response, request, count),
  );
  await get([started.origin], { onProgress: (received) => void (received === 100_000 && beginning.cut()) });
  return started;
}

describe('a download', () => {
  test('brings the file, says how far it is, and is not repeated', async () => {
    const { origin, requests } = await server(sendFile(content));
    const progress: [number, number | undefined][] = [];
    const url = `${origin}/file?key=secret`;
    const onProgress = (received: number, total: number | undefined) => void progress.push([received, total]);
    expect(await get([url], { onProgress })).toEqual({ from: `${origin}/file`, bytes });
    await expectWhole();
    expect(progress[0]).toEqual([0, bytes]);
    expect(progress.at(-1)).toEqual([bytes, bytes]);
    expect(await get([url])).toEqual({ from: undefined, bytes });
    expect(requests).toHaveLength(1);
    await get([url], { force: true });
    expect(requests).toHaveLength(2);
    expect(notes).toEqual([]);
  });

  test('of a size that nobody told, into a folder that is made, with an MD5', async () => {
    const { origin } = await server((response) => response.end(content));
    const md5 = `md5:${createHash('md5').update(content).digest('hex')}`;
    path = join(folder, 'a', 'b', 'file.bin');
    await get([origin], { bytes: undefined, digest: md5 });
    expect(await readdir(join(folder, 'a', 'b'))).toEqual(['file.bin']);
  });

  test('replaces a damaged file, only once the new one is whole', async () => {
    await writeFile(path, 'damaged');
    await expect(get([await nobody()])).rejects.toThrow('refused');
    expect(await readFile(path, 'utf8')).toBe('damaged');
    await get([(await server(sendFile(content))).origin]);
    await expectWhole();
  });

  test('sends a password as such, and shows it to nobody', async () => {
    const { origin, requests } = await server(sendFile(content));
    const { from } = await get([origin.replace('//', '//me:p%40ss@')]);
    expect(requests[0]!.authorization).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
    expect(from).toBe(`${origin}/`);
  });

  test('follows redirects', async () => {
    const target = await server(sendFile(content));
    const { origin } = await server((response, { url }) =>
      response.writeHead(302, { location: url === '/a' ? '/b' : `${target.origin}/c` }).end(),
    );
    expect(await get([`${origin}/a`])).toEqual({ from: `${origin}/a`, bytes });
  });

  test('goes to the next place where the first has nothing', async () => {
    const missing = await server((response) => response.writeHead(404).end());
    const { origin } = await server(sendFile(content));
    expect((await get([missing.origin, await nobody(), origin])).from).toBe(`${origin}/`);
    expect(notes[0]).toBe(`${missing.origin}/: the server answers 404 (not found); trying the next place`);
  });

  test('goes through the proxy that HTTP_PROXY names, but for the hosts of NO_PROXY', async () => {
    const proxy = await serveProxy(true);
    servers.push(proxy);
    const { origin } = await server(sendFile(content));
    process.env.HTTP_PROXY = proxy.origin;
    await get([origin]);
    await expectWhole();
    expect(proxy.targets).toEqual([new URL(origin).host]);
    process.env.NO_PROXY = '127.0.0.1';
    await get([origin], { force: true });
    expect(proxy.targets).toHaveLength(1);
  });
});

describe('it tries again', () => {
  test.each([500, 502, 503, 408, 429])('after %i, later each time', async (status) => {
    const whole = sendFile(content);
    const { origin } = await server((response, request, count) =>
      count < 4 ? response.writeHead(status).end('busy') : whole(response, request, count),
    );
    await get([origin]);
    await expectWhole();
    expect(delays).toHaveLength(4);
    delays.forEach((delay, i) => {
      expect(delay).toBeGreaterThanOrEqual(250 * 2 ** i);
      expect(delay).toBeLessThanOrEqual(500 * 2 ** i);
    });
    expect(notes[0]).toMatch(new RegExp(`: the server answers ${status}.*; trying again in 0\\.[345] s$`));
  });

  test('not before the server wants it to, and not at all where that takes long', async () => {
    let wish = '7';
    const whole = sendFile(content);
    const { origin } = await server((response, request, count) =>
      count === 0 || wish === '3600'
        ? response.writeHead(429, { 'retry-after': wish }).end()
        : whole(response, request, count),
    );
    await get([origin]);
    expect(delays).toEqual([7000]);
    await rm(path);
    wish = '3600';
    expect(await refusal([origin])).toContain('429 (too many requests)');
    expect(delays).toHaveLength(1);
  });

  test('where it was cut, from there on', async () => {
    const { origin, requests } = await getCut({ etag: '"one"' }, sendFile(content));
    await expectWhole();
    expect(requests[1]).toMatchObject({ range: 'bytes=100000-', 'if-range': '"one"' });
    expect(notes).toEqual([
      expect.stringMatching(`^${origin}/: the connection was cut; trying again in`),
      'going on after 100000 bytes that an earlier try brought',
    ]);
  });

  test('with a date where there is no strong ETag', async () => {
    const date = 'Wed, 21 Oct 2015 07:28:00 GMT';
    const { requests } = await getCut({ etag: 'W/"one"', 'last-modified': date }, sendFile(content));
    await expectWhole();
    expect(requests[1]).toMatchObject({ range: 'bytes=100000-', 'if-range': date });
  });

  test('from the beginning where the server gives no ranges', async () => {
    await getCut({ etag: '"one"' }, (response) => response.end(content));
    await expectWhole();
    expect(notes[1]).toContain('starting from the beginning');
  });

  test('from the beginning where there is nothing to tell the file by', async () => {
    const { requests } = await getCut({}, sendFile(content));
    await expectWhole();
    expect(requests[1]!.range).toBeUndefined();
  });

  test('from the beginning where the file has changed in between', async () => {
    const { requests } = await getCut({ etag: '"one"' }, sendFile(content, '"two"'), Buffer.alloc(bytes));
    await expectWhole();
    expect(requests).toHaveLength(2);
  });

  test.each<[string, Answer]>([
    ['412', (response) => response.writeHead(412).end()],
    ['416', (response) => response.writeHead(416).end()],
    [
      'another part than asked for',
      (response) =>
        response.writeHead(206, { 'content-range': `bytes 0-9/${bytes}`, 'content-length': 10 }).end('0123456789'),
    ],
    [
      'a part of a file of another size',
      (response) =>
        response
          .writeHead(206, { 'content-range': 'bytes 100000-100009/100010', 'content-length': 10 })
          .end('0123456789'),
    ],
    [
      'a part of a file with another ETag',
      (response) =>
        response
          .writeHead(206, { 'content-range': `bytes 100000-${bytes - 1}/${bytes}`, etag: '"two"' })
          .end(Buffer.alloc(200_000)),
    ],
  ])('from the beginning where the answer to a range is %s', async (_, answer) => {
    const whole = sendFile(content);
    const { origin } = await server((response, request, count) =>
      (request.headers.range ? answer : whole)(response, request, count),
    );
    await leavePartial(`${origin}/`);
    await get([origin]);
    await expectWhole();
    expect(notes).toEqual([expect.stringContaining('starting from the beginning')]);
  });

  test('from the beginning, once, where the halves do not fit together', async () => {
    const { origin, requests } = await server(sendFile(content));
    await leavePartial(`${origin}/`, '"one"', Buffer.alloc(100_000));
    await get([origin]);
    await expectWhole();
    expect(requests.map(({ range }) => range)).toEqual(['bytes=100000-', undefined]);
  });

  test('without the network where only the check of the digest was missing', async () => {
    await leavePartial('https://example.org/', '"one"', content);
    expect(await get(['https://example.org/'])).toEqual({ from: undefined, bytes });
    await expectWhole();
  });
});

describe('it fails', () => {
  test('with 404, at once', async () => {
    const { origin, requests } = await server((response) => response.writeHead(404).end('<html>'));
    expect(await refusal([origin])).toBe('file.bin could not be fetched: SERVER/: the server answers 404 (not found)');
    expect(requests).toHaveLength(1);
    expect(await readdir(folder)).toEqual([]);
  });

  test('with 500 for ever, after some tries', async () => {
    const { origin, requests } = await server((response) => response.writeHead(500).end());
    expect(await refusal([origin], { retries: 2 })).toContain('the server answers 500');
    expect(requests).toHaveLength(3);
  });

  test('with a wrong digest, at once', async () => {
    const { origin, requests } = await server(sendFile(Buffer.alloc(bytes)));
    expect(await refusal([origin])).toMatch(
      /what comes from there is not the file: its digest is sha256:[0-9a-f]{64} instead of sha256:/,
    );
    expect(requests).toHaveLength(1);
    expect(await readdir(folder)).toEqual([]);
  });

  test.each([1, -1])('with a file whose announced size is %i too many', async (difference) => {
    const { origin } = await server(sendFile(Buffer.alloc(bytes + difference)));
    expect(await refusal([origin])).toContain(`the server's file has ${bytes + difference} bytes instead of ${bytes}`);
  });

  test('with a short file of no announced size', async () => {
    const { origin } = await server((response) => {
      response.write(content.subarray(0, 1000));
      response.end();
    });
    expect(await refusal([origin], { retries: 1 })).toContain(`it ends after 1000 of ${bytes} bytes`);
  });

  test('with a file that does not end, cut off at the size it should have', async () => {
    let sent = 0;
    const { origin } = await server((response) => {
      const more = () => {
        while (!response.destroyed && response.write(content)) sent += bytes;
      };
      response.on('drain', more);
      more();
    });
    expect(await refusal([origin])).toContain(`more than ${bytes} bytes come`);
    expect(await readdir(folder)).toEqual([]);
    // What lies in the buffers of two sockets, at most.
    expect(sent).toBeLessThan(100 * bytes);
  });

  test('with a file of no known size that is announced as endless', async () => {
    const { origin } = await server((response) => response.writeHead(200, { 'content-length': 2 ** 40 }).write('x'));
    expect(await refusal([origin], { bytes: undefined })).toContain('more than any weights of VGG-19 have');
  });

  test('with redirects in a loop', async () => {
    const { origin, requests } = await server((response) => response.writeHead(302, { location: '/again' }).end());
    expect(await refusal([origin])).toContain('more than 5 redirects');
    expect(requests).toHaveLength(6);
  });

  test('with a redirect to plain http elsewhere, which is not asked', async () => {
    const { origin } = await server((response) =>
      response.writeHead(302, { location: 'http://example.org/file.bin' }).end(),
    );
    expect(await refusal([origin])).toContain(
      'a redirect to http://example.org, which is neither https nor this machine, is not followed',
    );
  });

  test.each<[string, Answer]>([
    ['before it answers', () => {}],
    [
      'in the middle',
      (response) => response.writeHead(200, { 'content-length': bytes }).write(content.subarray(0, 99)),
    ],
  ])('with a server that stalls %s', async (_, answer) => {
    const { origin, requests } = await server(answer);
    expect(await refusal([origin], { retries: 1, timeout: 100 })).toContain('nothing came for 0.1 s');
    expect(requests).toHaveLength(2);
  });

  test('with a proxy that cuts every connection', async () => {
    const proxy = createServer((socket) => void socket.on('error', () => {}).destroy());
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    process.env.HTTPS_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    try {
      const message = await refusal(['https://example.org/'], { retries: 1, timeout: 100 });
      expect(message).toMatch(/https:\/\/example\.org\/: (nothing came for 0\.1 s|the connection was cut)/);
    } finally {
      proxy.close();
    }
  });

  test('with no server', async () => {
    expect(await refusal([await nobody()], { retries: 1 })).toBe(
      'file.bin could not be fetched: SERVER/: the connection was refused',
    );
    expect(delays).toHaveLength(1);
  });

  test('with all places named, where there are several', async () => {
    const { origin } = await server((response) => response.writeHead(403).end());
    expect(await refusal([await nobody(), origin], { retries: 0 })).toBe(
      'file.bin could not be fetched: SERVER/: the connection was refused; SERVER/: the server answers 403 (not allowed)',
    );
  });

  test('with what is compressed on the way', async () => {
    const { origin } = await server((response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'));
    expect(await refusal([origin])).toContain('the server sends it compressed (gzip)');
  });
});

describe('it does not begin', () => {
  test.each([
    ['http://example.org/a', 'http://example.org/a: only https is fetched (and http from this machine itself)'],
    ['http://127.0.0.1.example.org/', 'only https is fetched'],
    ['ftp://example.org/a', 'only https is fetched'],
    ['file.bin', 'file.bin is not a URL; give one that begins with https://'],
  ])('from %s', async (url, message) => {
    const refused = get([url]);
    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow(message);
  });

  test('where a proxy variable is no URL', async () => {
    process.env.HTTPS_PROXY = 'nonsense';
    await expect(get(['https://example.org/'])).rejects.toThrow(/HTTPS_PROXY or HTTP_PROXY is not the URL of a proxy/);
  });

  test('where nothing can be written', async () => {
    await writeFile(join(folder, 'file'), '');
    const { origin, requests } = await server(sendFile(content));
    await expect(get([origin], { path: join(folder, 'file', 'x') })).rejects.toThrow(
      /^can't make the folder .*file: .*; mend that, or choose another with \$VGGDRAW_CACHE$/,
    );
    expect(requests).toHaveLength(0);
    await mkdir(join(folder, partialName));
    const refused = get([origin]);
    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow(/^can't write .*\.partial: /);
  });
});

test('a download that is ended keeps what it has, and the next goes on from there', async () => {
  const half = sendBeginning(100_000, content).answer;
  const { origin, requests } = await server((response, request, count) =>
    (count === 0 ? half : sendFile(content))(response, request, count),
  );
  const controller = new AbortController();
  const onProgress = (received: number) => void (received === 100_000 && controller.abort());
  await expect(get([origin], { signal: controller.signal, onProgress })).rejects.toThrow();
  expect((await stat(join(folder, partialName))).size).toBe(100_000);
  expect(await readdir(folder)).toEqual([partialName, `${partialName}.json`]);
  await get([origin]);
  await expectWhole();
  expect(requests[1]!.range).toBe('bytes=100000-');
});

test('of two at once, one fetches', async () => {
  let release = () => {};
  const asked = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { origin, requests } = await server((response, request, count) => {
    void asked.then(() => sendFile(content)(response, request, count));
  });
  const onNote = (text: string) => void (/^waiting/.test(text) && release());
  const first = get([origin], { onNote });
  const second = get([origin], { onNote, force: true });
  expect([(await first).from, (await second).from].sort()).toEqual([`${origin}/`, undefined]);
  expect(requests).toHaveLength(1);
  await expectWhole();
});
