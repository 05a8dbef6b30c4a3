/** How a farm finds its Redis, and that it tells nobody the password. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { checkVersion, connect, evictionIn, queueAddress, shownQueue } from '../../../src/farm/queue/connection.js';
import { RedisServer } from '../../../tools/farm/redis-server.js';
import { run } from '../../support/cli.js';
import { testWithRedis } from '../../support/redis.js';

const folder = mkdtempSync(join(tmpdir(), 'vggdraw-redis-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('an address', () => {
  test('has its password from the environment, where it has none', () => {
    expect(queueAddress('redis://host', { VGGDRAW_QUEUE_PASSWORD: 'a/b' }).password).toBe('a%2Fb');
    expect(queueAddress('redis://:own@host', { VGGDRAW_QUEUE_PASSWORD: 'a' }).password).toBe('own');
  });

  test('is shown without user and password', () => {
    expect(shownQueue(queueAddress('rediss://me:secret@host:6380/2', {}))).toBe('rediss://host:6380/2');
  });

  test.each(['host:6379', 'http://host', 'redis:', ':secret@host'])('%s is none', (address) => {
    expect(() => queueAddress(address, {})).toThrow(/^queue: expected redis:\/\/host:6379/);
    expect(() => queueAddress(address, {})).not.toThrow(/secret/);
  });
});

test.each(['/abc', '/-1', '/1.5', '/1/2', '/1?db=99', '/?family=4', '/#1'])(
  'an address has a number of a database behind it, or nothing: not %s',
  (path) => {
    expect(() => queueAddress(`redis://:secret@host:6379${path}`, {})).toThrow(
      /^queue: what is behind the host is no number of a database; expected redis:\/\/host:6379.* \/1 behind it/,
    );
    for (const good of ['', '/', '/0', '/15']) expect(queueAddress(`redis://host${good}`, {}).pathname).toBe(good);
  },
);

test('a Redis that is too old is refused', () => {
  expect(() => checkVersion('# Server\r\nredis_version:6.2.0\r\n')).not.toThrow();
  expect(() => checkVersion('redis_version:7.0.15\r\n')).not.toThrow();
  expect(() => checkVersion('redis_version:6.0.16\r\n')).toThrow(
    'queue: Redis 6.0.16 is too old; the queue needs 6.2 or later',
  );
});

test('a Redis that throws jobs away where its memory is full says so', () => {
  expect(evictionIn('maxmemory:0\r\nmaxmemory_policy:allkeys-lru\r\n')).toBe('allkeys-lru');
  expect(evictionIn('maxmemory_policy:noeviction\r\n')).toBeUndefined();
  expect(evictionIn('# Memory\r\n')).toBeUndefined();
});

testWithRedis('a connection that is lost is said to be once, and once that it is there again', async () => {
  const server = await RedisServer.start(folder, ['--maxmemory-policy', 'volatile-lru']);
  const said: string[] = [];
  const redis = await connect(new URL(server.url), (text) => said.push(text));
  let tries = 0;
  const tried = new Promise<void>((resolve) => redis.on('reconnecting', () => ++tries === 3 && resolve()));
  await server.stop();
  await tried;
  const again = once(redis, 'ready');
  await server.restart();
  await again;
  await redis.quit();
  await server.stop();
  expect(said).toEqual([
    'Redis throws jobs away where its memory is full (volatile-lru); set its maxmemory-policy to noeviction',
    `the connection to ${server.url} is lost; it is made again as soon as that can be`,
    `${server.url} is there again`,
  ]);
});

test('where there is none, the message says how to start one', async () => {
  await expect(connect(new URL('redis://:secret@127.0.0.1:1'))).rejects.toThrow(
    /^queue: there is no Redis at redis:\/\/127\.0\.0\.1:1; start one with 'redis-server', or name another$/,
  );
});

test('a host that nobody knows is said to be so, and not that it has no Redis', async () => {
  await expect(connect(new URL('redis://no-such-host.invalid'))).rejects.toThrow(
    'queue: no machine called no-such-host.invalid can be found; look at how it is written, and at the network',
  );
});

testWithRedis('a database that it does not have is refused, and none is taken in its place', async () => {
  const server = await RedisServer.start(folder, ['--databases', '2']);
  await expect(connect(new URL(`${server.url}/2`))).rejects.toThrow(
    /^queue: redis:\/\/127\.0\.0\.1:\d+\/2 is no database that it has; name one from 0 to 15, or as its setting 'databases' allows$/,
  );
  const redis = await connect(new URL(`${server.url}/1`));
  await redis.set('here', '1');
  const other = await connect(new URL(server.url));
  expect(await other.exists('here')).toBe(0);
  await Promise.all([redis.quit(), other.quit()]);
  await server.stop();
});

testWithRedis('one that does not speak TLS is said not to', async () => {
  const server = await RedisServer.start(folder, ['--requirepass', 'right']);
  await expect(connect(new URL(server.url.replace('redis:', 'rediss:')))).rejects.toThrow(
    /^queue: the Redis at 127\.0\.0\.1:\d+ does not speak TLS; write redis:\/\/ instead of rediss:\/\/$/,
  );
  await server.stop();
});

testWithRedis('a password that is missing or wrong is said to be', async () => {
  const server = await RedisServer.start(folder, ['--requirepass', 'right']);
  const at = (password: string) => connect(new URL(server.url.replace('//', `//${password}`)));
  await expect(at('')).rejects.toThrow(/wants a password; set VGGDRAW_QUEUE_PASSWORD/);
  await expect(at(':wrong@')).rejects.toThrow(/^queue: redis:\/\/127\.0\.0\.1:\d+ refuses the password$/);
  const redis = await at(':right@');
  await redis.quit();
  await server.stop();
});

testWithRedis('TLS: a certificate of one’s own is trusted where its authority is named, and nowhere else', async () => {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const made = spawnSync('openssl', [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
    ...name,
    '-keyout',
    key,
    '-out',
    certificate,
  ]);
  expect(made.status).toBe(0);
  const server = await RedisServer.startTls(folder, { key, certificate });
  const status = (env: Record<string, string>) => run(['farm', 'status', '--queue', server.url, '--json'], { env });
  expect(await status({ NODE_EXTRA_CA_CERTS: certificate })).toMatchObject({ code: 0 });
  expect((await status({})).stderr).toMatch(
    /the certificate of rediss:\/\/127\.0\.0\.1:\d+ is not trusted .*NODE_EXTRA_CA_CERTS/,
  );
  await server.stop();
});
