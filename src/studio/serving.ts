/** A server of pages: on this machine alone, for whoever has its address. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { errorCode, InputError, messageOf } from '../errors.js';
import { guard, headers, isSame } from './guard.js';
import type { Bell } from './news.js';
import { defaultPort } from './port.js';

/** Ports that are tried after one that is in use. */
const tries = 50;

/** What is served. */
export interface Site {
  /** What can be asked for, below the token. */
  readonly routes: Hono;
  /** What its pages listen to. */
  readonly bell: Bell;
}

export interface PageServer {
  /** With the token that lets in. */
  readonly url: string;
  readonly port: number;
  /** Resolves when no page is open, and none has been opened for so many milliseconds; or by the signal. */
  left(patience: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param port the first one that is tried; 0 for any.
 * @throws InputError where none can be had.
 */
export async function serve({ routes, bell }: Site, port: number = defaultPort): Promise<PageServer> {
  const token = randomBytes(18).toString('base64url');
  // With the slash at the end of the address, and without.
  const app = new Hono({ strict: false });
  app.use(headers);
  app.use(guard(() => bound));
  app.use('/:token/*', async (context, next) => {
    if (!isSame(context.req.param('token'), token)) return context.text(unknown, 404);
    return next();
  });
  app.route(`/${token}`, routes);
  app.notFound((context) => context.text(unknown, 404));
  const server = createAdaptorServer({ fetch: app.fetch }) as Server & { closeAllConnections(): void };
  const bound = await listen(server, port);
  return {
    url: `http://127.0.0.1:${bound}/${token}/`,
    port: bound,
    async left(patience, signal) {
      for (let quiet = 0; quiet < patience && !signal.aborted; quiet = bell.listeners === 0 ? quiet + look : 0)
        await wait(look, undefined, { signal }).catch(() => {});
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Milliseconds between two looks whether there are pages. */
const look = 100;

const unknown = 'There is no studio at this address: its whole address is on the terminal that it was started from.\n';

/** @returns the port. */
async function listen(server: Server, first: number): Promise<number> {
  for (let port = first; ; port++) {
    try {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      return (server.address() as AddressInfo).port;
    } catch (error) {
      if (errorCode(error) === 'EADDRINUSE' && port < Math.min(first + tries, 65_535)) continue;
      throw new InputError(`it can't be listened on: ${messageOf(error)}`, { field: 'port' });
    }
  }
}
