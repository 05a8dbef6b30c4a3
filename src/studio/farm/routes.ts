/** What can be asked of the server of a farm's page, below its token. Jobs have ids that are digests: nothing else is looked for. */
import type { Context, Hono } from 'hono';
import { getMimeType } from 'hono/utils/mime';
import { InputError } from '../../errors.js';
import { made } from '../../farm/job-data.js';
import type { FarmQueue, Listed, State } from '../../farm/queue/farm-queue.js';
import { keys, type Store } from '../../farm/store/store.js';
import { lasting, pageRoutes, tellNews } from '../page-routes.js';
import { shownPhoto } from '../shown-photo.js';
import { type FarmWatch, gatherer } from './watch.js';

/** Longest side of the small pictures of photos and of drawings that are done, in pixels. */
const small = 320;

const ofJob = ':id{[0-9a-f]{64}}';
const stillFiles = Object.values(made).flatMap(({ field, file }) => (field === 'still' ? [file] : []));
const ofStill = `${ofJob}/:file{${stillFiles.join('|').replaceAll('.', '\\.')}}` as const;

export function farmRoutes(watch: FarmWatch, queue: FarmQueue, store: Store): Hono {
  const app = pageRoutes('farm.html');

  app.get('/events', (context) => {
    watch.open();
    return tellNews(context, watch.bell, gatherer(watch));
  });

  app.get(`/previews/${ofJob}`, (context) =>
    send(context, 'image/jpeg', () => store.read(keys.preview(context.req.param('id'))), 'no-store'),
  );
  app.get('/photos/:digest{[0-9a-f]{64}}', (context) =>
    send(context, 'image/jpeg', () => smaller(keys.blob(context.req.param('digest')))),
  );
  app.get(`/stills/${ofStill}`, (context) => {
    const { id, file } = context.req.param();
    return send(context, 'image/jpeg', () => smaller(keys.drawing(id, file)));
  });
  app.get(`/frames/${ofJob}/:frame{[0-9]{1,6}}`, (context) => {
    const { id, frame } = context.req.param();
    return send(context, 'image/jpeg', () => smaller(keys.frame(id, Number(frame))));
  });
  app.get(`/drawings/${ofStill}`, (context) => {
    const { id, file } = context.req.param();
    return send(context, getMimeType(file)!, () => store.read(keys.drawing(id, file)));
  });

  let last: Promise<unknown> = Promise.resolve();
  /** A picture of the store, made small: one after the other, because each is decoded as a whole. */
  function smaller(key: string): Promise<Uint8Array> {
    const made = last.then(async () => (await shownPhoto(await store.read(key), small)).jpeg);
    last = made.catch(() => {});
    return made;
  }

  for (const [name, { states, step }] of Object.entries(steps)) {
    app.post(`/jobs/${ofJob}/${name}`, async (context) => {
      checkConnection();
      const job = await queue.find(context.req.param('id'));
      if (!states.includes(job.state)) throw new InputError(`it can't be done: the job is ${job.state} now`);
      await step(queue, job);
      void watch.look();
      return context.json({});
    });
  }
  app.post('/retry', async (context) => {
    checkConnection();
    for (const job of await queue.list(['failed'], Number.MAX_SAFE_INTEGER)) await queue.retry(job);
    void watch.look();
    return context.json({});
  });
  /** What would wait for Redis might be done long after it was wanted. */
  function checkConnection(): void {
    if (watch.facts.trouble) throw new InputError(watch.facts.trouble);
  }
  return app;
}

interface Step {
  /** Of jobs that it is for. */
  readonly states: readonly State[];
  step(queue: FarmQueue, job: Listed): Promise<void>;
}

const steps: Readonly<Record<string, Step>> = {
  retry: { states: ['failed'], step: (queue, job) => queue.retry(job) },
  cancel: { states: ['waiting', 'active'], step: (queue, job) => queue.cancel(job) },
};

/** A picture, where it is there and is one. */
async function send(
  context: Context,
  type: string,
  read: () => Promise<Uint8Array>,
  caching = lasting,
): Promise<Response> {
  const bytes = await read().catch((error: unknown) => {
    if (error instanceof InputError) return undefined;
    throw error;
  });
  // It may come yet: none is no error.
  if (!bytes) return context.body(null, 204);
  return context.body(new Uint8Array(bytes), 200, { 'Content-Type': type, 'Cache-Control': caching });
}
