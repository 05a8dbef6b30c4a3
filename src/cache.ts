/** Where vggdraw keeps what it can make or fetch again. */
import { resolve } from 'node:path';
import envPaths from 'env-paths';

/**
 * The cache folder, absolute: `$VGGDRAW_CACHE` where that is set and not empty, else the system's usual place for an
 * application's cache. It need not exist.
 */
export function cacheFolder(): string {
  return resolve(process.env.VGGDRAW_CACHE || envPaths('vggdraw', { suffix: '' }).cache);
}
