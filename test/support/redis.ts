/** A real Redis, started by the tests that need one. */
import { test } from '@jest/globals';
import { hasRedis } from '../../tools/farm/redis-server.js';

const isHere = hasRedis() || process.env.VGGDRAW_TEST_REDIS === 'required';

/** A test that needs it: it says so where there is none on the PATH, and fails there if VGGDRAW_TEST_REDIS=required. */
export function testWithRedis(name: string, body: () => Promise<void>, milliseconds = 120_000): void {
  if (isHere) test(name, body, milliseconds);
  else
    test.skip(`${name}: skipped, because redis-server is not on the PATH (Debian: apt-get install redis-server)`, () => {});
}

/** What has to be done before them, and after. */
export const withRedis = (hook: (body: () => Promise<void>) => void, body: () => Promise<void>): void => {
  if (isHere) hook(body);
};
