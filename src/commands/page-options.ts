/** What the commands that serve a page have in common. */
import { z } from 'zod';
import { defaultPort } from '../studio/port.js';
import type { PageServer } from '../studio/serving.js';
import { flag } from './arguments.js';
import { openInBrowser } from './opener.js';

export const pageShape = { port: z.number().int().min(0).max(65_535), open: z.boolean() };

export const portOption = {
  describe: 'Port on this machine; where it is in use the next free one, and 0 is any',
  default: defaultPort,
  requiresArg: true,
} as const;

export const openOption = { describe: 'Open the page in the browser', ...flag } as const;

/** Says where the page is, and opens it where that is asked for. */
export async function announce(
  server: Pick<PageServer, 'url' | 'port'>,
  { port, open }: { readonly port: number; readonly open: boolean },
): Promise<void> {
  if (port !== 0 && server.port !== port) note(`port ${port} is in use: this is ${server.port}`);
  process.stdout.write(`${server.url}\n`);
  if (open) await openInBrowser(server.url, note);
}

const note = (text: string): void => void process.stderr.write(`${text}\n`);
