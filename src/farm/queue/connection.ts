/** The connection to the Redis that a farm's queues are in. */
import { connect as connectTo } from 'node:net';
import { Redis } from 'ioredis';
import { errorCode, InputError, messageOf } from '../../errors.js';

/** The least version with all commands that BullMQ's scripts use. */
const leastVersion = [6, 2];

const refuse = (reason: string, cause?: unknown): InputError => new InputError(reason, { field: 'queue', cause });

const expected = 'redis://host:6379, or rediss:// for TLS, with /1 behind it for another database than 0';

/** Milliseconds until a host that does not answer counts as none. */
const patience = 5000;

/**
 * Where a queue is: an address with the password in it, or that of the environment.
 * @throws InputError, of the option `queue`, where it is none. The address is not in the message: its password would be.
 */
export function queueAddress(address: string, environment: NodeJS.ProcessEnv = process.env): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !/^rediss?:$/.test(url.protocol) || url.host === '') throw refuse(`expected ${expected}`);
  if (!/^\/?\d*$/.test(url.pathname) || url.search !== '' || url.hash !== '')
    throw refuse(`what is behind the host is no number of a database; expected ${expected}`);
  const password = environment.VGGDRAW_QUEUE_PASSWORD;
  if (url.password === '' && password) url.password = encodeURIComponent(password);
  return url;
}

/** The address as people are shown it: without user and password. */
export const shownQueue = ({ protocol, host, pathname }: URL): string => `${protocol}//${host}${pathname}`;

/**
 * Connects. Where the connection is lost later, it is made again for as long as that takes, and commands wait meanwhile.
 * @param warn says that to the person, and what is to be mended in Redis.
 * @throws InputError, of the option `queue`, where there is no Redis, it refuses the password, has no such database, or is too old.
 */
export async function connect(url: URL, warn: (text: string) => void = () => {}): Promise<Redis> {
  let isUp = false;
  let failure: unknown;
  const redis = new Redis(url.href, {
    lazyConnect: true,
    connectTimeout: patience,
    maxRetriesPerRequest: null,
    retryStrategy: (times) => (isUp ? Math.min(100 * times, 2000) : null),
  });
  redis.on('error', (error) => {
    failure ??= error;
  });
  try {
    await redis.connect();
    // It has been asked for already, and where there is none the client goes on with another one: that of other people's jobs.
    await redis.select(Number(url.pathname.slice(1)));
    checkVersion(await redis.info('server'));
    const policy = evictionIn(await redis.info('memory'));
    if (policy !== undefined)
      warn(`Redis throws jobs away where its memory is full (${policy}); set its maxmemory-policy to noeviction`);
  } catch (error) {
    redis.disconnect();
    throw error instanceof InputError ? error : refuse(await reasonOf(failure ?? error, url), error);
  }
  isUp = true;
  let isLost = false;
  // With each time that it is tried.
  redis.on('reconnecting', () => {
    if (!isLost) warn(`the connection to ${shownQueue(url)} is lost; it is made again as soon as that can be`);
    isLost = true;
  });
  redis.on('ready', () => {
    if (isLost) warn(`${shownQueue(url)} is there again`);
    isLost = false;
  });
  return redis;
}

/** What Redis removes where its memory is full, as it answers to INFO memory; undefined where that is nothing, or it does not say. */
export function evictionIn(info: string): string | undefined {
  const [, policy = 'noeviction'] = /^maxmemory_policy:(\S+)/m.exec(info) ?? [];
  return policy === 'noeviction' ? undefined : policy;
}

/** @param info what Redis, or a server of its kind, answers to INFO server. */
export function checkVersion(info: string): void {
  const [, version = 'of unknown version'] = /^redis_version:(\S+)/m.exec(info) ?? [];
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > leastVersion[0]! || (major === leastVersion[0]! && minor >= leastVersion[1]!)) return;
  throw refuse(`Redis ${version} is too old; the queue needs ${leastVersion.join('.')} or later`);
}

async function reasonOf(error: unknown, url: URL): Promise<string> {
  // Of a host with several addresses the message is empty.
  const message = messageOf(error) || errorCode(error) || '';
  const at = shownQueue(url);
  if (/ENOTFOUND|EAI_AGAIN/.test(message))
    return `no machine called ${url.hostname} can be found; look at how it is written, and at the network`;
  if (url.protocol === 'rediss:' && /ETIMEDOUT|EPROTO|wrong.version/i.test(message) && (await speaksPlainly(url)))
    return `the Redis at ${url.host} does not speak TLS; write redis:// instead of rediss://`;
  if (/ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT/.test(message))
    return `there is no Redis at ${at}; start one with 'redis-server', or name another`;
  if (/DB index/i.test(message))
    return `${at} is no database that it has; name one from 0 to 15, or as its setting 'databases' allows`;
  if (/WRONGPASS|invalid.*password/i.test(message)) return `${at} refuses the password`;
  if (/NOAUTH|Authentication required/i.test(message))
    return `${at} wants a password; set VGGDRAW_QUEUE_PASSWORD, or write redis://:PASSWORD@host`;
  if (/certificate|self.signed/i.test(message))
    return `the certificate of ${at} is not trusted (${message}); name that of its authority in NODE_EXTRA_CA_CERTS`;
  return `${at} can't be used: ${message}`;
}

/** Whether there is a Redis that answers without TLS. It is told nothing but that. */
function speaksPlainly({ hostname, port }: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTo({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 6379) });
    const end = (isPlain: boolean): void => {
      socket.destroy();
      resolve(isPlain);
    };
    socket.setTimeout(patience, () => end(false));
    socket.once('connect', () => socket.write('PING\r\n'));
    // `+PONG`, or that it wants a password.
    socket.once('data', (data) => end(/^[+-]/.test(String(data))));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
  });
}
