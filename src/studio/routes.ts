/** What can be asked of the studio's server, below its token. */
import { serveStatic } from '@hono/node-server/serve-static';
import type { Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { InputError } from '../errors.js';
import { usableProviders } from '../jobs/choices.js';
import type { StudioDrawing } from './drawing.js';
import { type FileKind, fileKinds } from './facts.js';
import { lasting, pageRoutes, tellNews } from './page-routes.js';
import { checkDrawingRequest, checkLookRequest, checkPlotRequest } from './requests.js';
import type { Exhibition } from './studio.js';
import { gatherer } from './telling.js';
import { largestUpload, type Upload } from './uploads.js';

/** The largest request beside uploads, in bytes: one with a preset. */
const largestRequest = 2 ** 20;

const tooLarge = (bytes: number) => (context: Context) =>
  context.json({ message: `that is more than ${Math.round(bytes / 2 ** 20)} MB` }, 413);

export function routes(exhibition: Exhibition): Hono {
  const { desk, drawings } = exhibition;
  const app = pageRoutes('index.html');

  app.get('/events', (context) => tellNews(context, exhibition.bell, gatherer(drawings)));

  /** The drawing that an address names, with what is asked of it. */
  const ofDrawing =
    (answer: (context: Context, drawing: StudioDrawing) => Response | Promise<Response>) => (context: Context) => {
      const drawing = drawings.get(context.req.param('id') ?? '');
      return drawing ? answer(context, drawing) : context.notFound();
    };

  app.get(
    '/drawings/:id',
    ofDrawing((context, { facts }) => context.json(facts)),
  );
  app.get(
    '/drawings/:id/frames/:index{[0-9]{1,9}}',
    ofDrawing(async (context, { recorder }) => {
      // Read at once, because streams take longer than a small file.
      const jpeg = await recorder.read(Number(context.req.param('index')));
      return jpeg
        ? context.body(jpeg, 200, { 'Content-Type': 'image/jpeg', 'Cache-Control': lasting })
        : context.notFound();
    }),
  );
  app.get(
    '/drawings/:id/photo',
    ofDrawing(async (context, { photo }) => sendFile(context, await photo(), lasting)),
  );
  app.get(
    '/drawings/:id/strokes',
    ofDrawing(async (context, drawing) => {
      const strokes = await drawing.strokes();
      // Loaded here, as all that makes something of strokes: watching a drawing should cost it nothing more.
      const { strokePaths } = await import('./stroke-paths.js');
      return strokes ? context.json(strokePaths(strokes)) : context.notFound();
    }),
  );
  app.get(
    '/drawings/:id/plot',
    ofDrawing(async (context, drawing) => {
      const options = checkPlotRequest(context.req.query());
      const strokes = await drawing.strokes();
      if (!strokes) return context.notFound();
      const { plotStrokes } = await import('../plotting/plot.js');
      return context.json(plotStrokes(strokes, options));
    }),
  );
  app.get(
    '/drawings/:id/files/:kind',
    ofDrawing((context, drawing) => {
      const kind = context.req.param('kind') as FileKind;
      return sendFile(context, fileKinds.includes(kind) ? drawing.pathOf(kind) : undefined);
    }),
  );

  for (const [name, act] of Object.entries({
    pause: (id: string) => exhibition.pause(id),
    'go-on': (id: string) => exhibition.goOn(id),
    stop: (id: string) => exhibition.stop(id),
  })) {
    app.post(
      `/drawings/:id/${name}`,
      ofDrawing(async (context, { facts }) => {
        await act(facts.id);
        return context.json({});
      }),
    );
  }

  app.get('/choices', async (context) => context.json(desk ? desk.choices : null));
  if (!desk) return app;

  let providers: ReturnType<typeof usableProviders> | undefined;
  app.get('/providers', async (context) => {
    providers ??= usableProviders();
    return context.json(await providers);
  });
  app.post('/photos', bodyLimit({ maxSize: largestUpload, onError: tooLarge(largestUpload) }), async (context) => {
    const { name = '' } = context.req.query();
    return context.json(toldOf(await desk.uploads.add(name, new Uint8Array(await context.req.arrayBuffer()))));
  });
  app.get('/photos/:id', (context) => sendFile(context, desk.uploads.get(context.req.param('id'))?.shown, lasting));
  app.post('/drawings', bodyLimit({ maxSize: largestRequest, onError: tooLarge(largestRequest) }), async (context) => {
    return context.json(await desk.add(checkDrawingRequest(await jsonOf(context))));
  });
  app.post(
    '/drawings/:id/look',
    bodyLimit({ maxSize: largestRequest, onError: tooLarge(largestRequest) }),
    ofDrawing(async (context, drawing) => {
      const request = checkLookRequest(await jsonOf(context));
      return context.json(await desk.look(drawing, request, context.req.raw.signal));
    }),
  );
  app.get('/sights/:id/:index{[0-9]{1,3}}', (context) => {
    const png = desk.sights.get(context.req.param('id'), Number(context.req.param('index')));
    if (!png) return context.notFound();
    return context.body(new Uint8Array(png), 200, { 'Content-Type': 'image/png', 'Cache-Control': lasting });
  });
  app.delete(
    '/drawings/:id',
    ofDrawing(async (context, { facts }) => {
      await desk.remove(facts.id);
      return context.json({});
    }),
  );
  return app;
}

const jsonOf = (context: Context): Promise<unknown> =>
  context.req.json().catch(() => {
    throw new InputError('what was sent is no JSON');
  });

const toldOf = ({ id, title, width, height }: Upload) => ({ id, title, width, height });

/** A file of ours, or a part of it. @param path never of what was asked for. */
async function sendFile(context: Context, path: string | undefined, caching = 'no-cache'): Promise<Response> {
  if (path === undefined) return context.notFound();
  context.header('Cache-Control', caching);
  context.header('Accept-Ranges', 'bytes');
  const sent = await serveStatic({ path })(context, async () => {});
  return sent ?? context.notFound();
}
