/** The studio's server. */
import { routes } from './routes.js';
import { type PageServer, serve } from './serving.js';
import type { Exhibition } from './studio.js';

/** As {@link serve}. */
export const openServer = (exhibition: Exhibition, port?: number): Promise<PageServer> =>
  serve({ routes: routes(exhibition), bell: exhibition.bell }, port);
