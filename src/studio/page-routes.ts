/** What every page has of its server, whatever it shows: its own files, news, and errors in a line. */
import { type Context, Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { InputError, messageOf } from '../errors.js';
import { oneLine } from '../one-line.js';
import { type Bell, newsFor } from './news.js';
import { pageFiles } from './page-files.js';

/** For what never changes under its address, which nobody but this machine's reader has. */
export const lasting = 'private, max-age=86400, immutable';

/** @param index the name of the page among its files. */
export function pageRoutes(index: string): Hono {
  const page = pageFiles();
  const app = new Hono();
  app.onError((error, context) => {
    const isInput = error instanceof InputError;
    const message = isInput ? error.message : `a fault of vggdraw: ${oneLine(messageOf(error))}`;
    return context.json({ message }, isInput ? 400 : 500);
  });
  app.use(async (context, next) => {
    await next();
    if (!context.res.headers.has('Cache-Control')) context.header('Cache-Control', 'no-store');
  });
  app.get('/', (context) => {
    // What the page asks for lies below it.
    const { pathname } = new URL(context.req.url);
    return pathname.endsWith('/') ? pageFile(context, index) : context.redirect(`${pathname}/`);
  });
  app.get('/page/:name', (context) => pageFile(context, context.req.param('name')));
  function pageFile(context: Context, name: string): Response | Promise<Response> {
    const file = page.get(name);
    return file ? context.body(file.body, 200, { 'Content-Type': file.type }) : context.notFound();
  }
  return app;
}

/** Tells a page what is new, for as long as it listens: see {@link newsFor}. */
export const tellNews = (context: Context, bell: Bell, gather: () => object | undefined): Response =>
  streamSSE(context, async (stream) => {
    const ending = new AbortController();
    stream.onAbort(() => ending.abort());
    for await (const piece of newsFor(bell, gather, ending.signal))
      await stream.writeSSE({ data: JSON.stringify(piece) });
  });
