/** The server of a farm's page: what its queue and its store say, to whoever has the address. */
import type { FarmQueue } from '../../farm/queue/farm-queue.js';
import type { Store } from '../../farm/store/store.js';
import { type PageServer, serve } from '../serving.js';
import { farmRoutes } from './routes.js';
import { FarmWatch } from './watch.js';

/** As {@link serve}. Queue and store are open for as long as it is. */
export async function openFarmServer(queue: FarmQueue, store: Store, port?: number): Promise<PageServer> {
  const watch = new FarmWatch(queue, store.label);
  const site = { routes: farmRoutes(watch, queue, store), bell: watch.bell };
  const server = await serve(site, port).catch((error: unknown) => {
    watch.close();
    throw error;
  });
  return {
    ...server,
    async close() {
      watch.close();
      await server.close();
    },
  };
}
