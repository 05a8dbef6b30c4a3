/** HTTP servers on loopback for tests of downloads: files, with and without faults, and a proxy. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** Answers a request; `count` is the number of requests before it. */
export type Answer = (response: ServerResponse, request: IncomingMessage, count: number) => void;

export interface TestServer extends AsyncDisposable {
  readonly origin: string;
  /** The headers of the requests that came. */
  readonly requests: IncomingHttpHeaders[];
  close(): Promise<void>;
}

/** Starts a server that gives every request to `answer`. */
export async function serve(answer: Answer): Promise<TestServer> {
  const requests: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    requests.push(request.headers);
    answer(response, request, requests.length - 1);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, requests, close, [Symbol.asyncDispose]: close };
}

/** Answers as a good server does, ranges included. */
export function sendFile(content: Uint8Array, etag = '"one"'): Answer {
  return (response, { headers }) => {
    const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
    const size = content.length;
    if (!headers.range || headers['if-range'] !== etag) {
      response.writeHead(200, { etag, 'content-length': size }).end(content);
    } else if (from >= size) {
      response.writeHead(416, { 'content-range': `bytes */${size}` }).end();
    } else {
      const range = { 'content-range': `bytes ${from}-${size - 1}/${size}`, 'content-length': size - from };
      response.writeHead(206, { etag, ...range }).end(content.subarray(from));
    }
  };
}

/** Announces all of a file, sends its beginning and nothing more; `cut` then ends the connection. */
export function sendBeginning(
  bytes: number,
  content: Uint8Array,
  headers: Record<string, string> = { etag: '"one"' },
): { answer: Answer; cut: () => void } {
  let current: ServerResponse | undefined;
  const answer: Answer = (response) => {
    current = response.writeHead(200, { ...headers, 'content-length': content.length });
    current.write(content.subarray(0, bytes));
  };
  return { answer, cut: () => void current?.destroy() };
}

/** Starts a proxy that tunnels where `isOpen`, and answers 502 where not. `targets` are those it was asked for. */
export async function serveProxy(isOpen: boolean): Promise<TestServer & { targets: string[] }> {
  const targets: string[] = [];
  const server = createServer();
  const sockets = new Set<Socket>();
  server.on('connect', (request, socket: Socket) => {
    targets.push(request.url!);
    sockets.add(socket.on('error', () => {}));
    if (!isOpen) return socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    const { hostname, port } = new URL(`http://${request.url}`);
    const upstream = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    sockets.add(upstream.on('error', () => {}));
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, requests: [], targets, close, [Symbol.asyncDispose]: close };
}

/** The URL of a server that there was, and is no more. */
export async function nobody(): Promise<string> {
  const server = await serve(() => {});
  await server.close();
  return server.origin;
}
