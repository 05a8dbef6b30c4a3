/** Downloads of weights from servers on this machine that break off, lie, stall, or send what nobody asked for. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type Answer, sendFile, serve, type TestServer } from '../../test/support/file-server.js';
import type { Case, Draw, Family, Run } from './case.js';
import type { Random } from './random.js';

/** What is fetched: nothing looks into it. */
const content = Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * 31) & 255));
const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;

/** By the first word of the path. `count` bytes of the file is what the second one says. */
const answers: Readonly<
  Record<string, (response: ServerResponse, count: number, request: Parameters<Answer>[1]) => void>
> = {
  whole: (response, _count, request) => sendFile(content)(response, request, 0),
  cut: (response, count) => {
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, count), () => response.destroy());
  },
  short: (response, count) => response.writeHead(200).end(content.subarray(0, count)),
  long: (response, count) => response.writeHead(200).end(Buffer.concat([content, content.subarray(0, count)])),
  endless: (response) => {
    response.writeHead(200, { 'content-length': 1e15 });
    const more = () => {
      while (!response.destroyed && response.write(content));
    };
    response.on('drain', more);
    more();
  },
  wrong: (response, count) =>
    response
      .writeHead(200)
      .end(Buffer.from(content.map((byte, i) => (i === count % content.length ? byte ^ 1 : byte)))),
  stalls: (response, count) => {
    response.writeHead(200, { 'content-length': content.length }).write(content.subarray(0, count));
  },
  silent: () => {},
  status: (response, count) => response.writeHead(Math.max(200, Math.min(599, count))).end('\u001b[31mno\n\n'),
  loop: (response) => response.writeHead(302, { location: '/loop/0/x.h5' }).end(),
  file: (response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  plain: (response) => response.writeHead(302, { location: 'http://192.0.2.1/x.h5' }).end(),
  nowhere: (response) => response.writeHead(302, { location: 'http://[bad' }).end(),
  range: (response, count) => response.writeHead(206, { 'content-range': `bytes ${count}-9/10` }).end(content),
  packed: (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(content),
  headers: (response) => response.socket!.end(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(50_000)}\r\n`),
  garbage: (response, count) => response.socket!.end(content.subarray(0, count)),
  twice: (response) =>
    response.socket!.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 50000\r\n\r\nhello'),
};

let server: TestServer | undefined;

function fetches(kind: string, count: number, more: Partial<Run> = {}): Case {
  const url = `${server!.origin}/${kind}/${count}/x.h5`;
  return {
    what: `${kind}, ${count}`,
    runs: [
      {
        args: ['weights', 'fetch', '--url', url, ...'--retries 1 --timeout 1 --quiet --digest'.split(' '), digest],
        ...more,
      },
    ],
    look: (folder) => {
      const path = join(folder, '..', 'cache', 'files', 'x.h5');
      if (!existsSync(path) || readFileSync(path).equals(content)) return [];
      return [{ promised: 'whole', seen: 'a file of other bytes than were asked for' }];
    },
  };
}

const known: readonly Draw[] = [
  () => fetches('whole', 0, { ends: [0] }),
  ...Object.keys(answers)
    .filter((kind) => kind !== 'whole' && kind !== 'status')
    .map(
      (kind): Draw =>
        () =>
          fetches(kind, 20_000, { ends: [1] }),
    ),
  ...[100, 204, 301, 304, 401, 403, 404, 408, 416, 429, 500, 503].map(
    (status): Draw =>
      () =>
        fetches('status', status, { ends: [1] }),
  ),
  ...(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const).map(
    (signal): Draw =>
      () =>
        fetches('endless', 0, { kills: [{ signal, lines: 0, delay: 900, to: 'process' }] }),
  ),
  () => ({
    ...fetches('whole', 0, { ends: [1] }),
    what: 'whole, where its folder is a file',
    prepare: (folder) => writeFileSync(join(folder, '..', 'cache', 'files'), ''),
    look: () => [],
  }),
];

export const downloads: Family = {
  name: 'downloads',
  what: 'servers that break off, lie, stall, redirect in circles or to other places',
  share: 5,
  known: () => known,
  async open() {
    server = await serve((response, request) => {
      const [, kind = '', count = '0'] = request.url!.split('/');
      response.on('error', () => {});
      answers[kind]?.(response, Number(count), request);
    });
  },
  close: async () => server?.close(),
  draw: (random: Random) =>
    fetches(
      random.pick(Object.keys(answers).filter((kind) => !['endless', 'silent', 'stalls'].includes(kind))),
      random.integer(0, 60_000),
    ),
};
