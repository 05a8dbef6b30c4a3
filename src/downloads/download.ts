/** Brings a file of known digest into a folder: whole under its name, or not at all. */
import { basename, dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { InputError, messageOf } from '../errors.js';
import { makeFolders } from '../files/unfinished.js';
import { attempt } from './attempt.js';
import { downloadDefaults } from './defaults.js';
import { digestOf } from './digest.js';
import { DownloadError, Failure } from './failure.js';
import { acquireLock, type Lock } from './lock.js';
import { PartialFile } from './partial-file.js';
import { isAllowed, shownUrl } from './urls.js';
import { wholeFile } from './whole-file.js';

export interface DownloadOptions {
  /** Where the file is to be had, in order of preference: https, or http on a loopback address. */
  readonly urls: readonly string[];
  /** Its size in bytes, where that is known. */
  readonly bytes?: number | undefined;
  /** `md5:` or `sha256:` and the digest in lower-case hexadecimal. */
  readonly digest: string;
  /** Where it is to lie. Its folder is made. */
  readonly path: string;
  /** Fetch it although it lies there whole. Default: false. */
  readonly force?: boolean | undefined;
  /** Ends the download; what has been brought stays for the next one. */
  readonly signal?: AbortSignal | undefined;
  /** See {@link downloadDefaults}. */
  readonly retries?: number | undefined;
  readonly timeout?: number | undefined;
  /** How it goes on, in bytes. */
  readonly onProgress?: (received: number, total: number | undefined) => void;
  /** What the person may want to know: that it waits for another process, that it tries again. */
  readonly onNote?: (text: string) => void;
  /** Waits some milliseconds before the next try; for tests. */
  readonly sleep?: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
}

export interface Downloaded {
  /** The URL it came from, without password and query; undefined where it had been there, or another process brought it. */
  readonly from: string | undefined;
  readonly bytes: number;
}

/**
 * Downloads a file, with the proxies that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name. It goes on where an earlier try ended, tries
 * again after failures that may pass, and appears at `path` only after size and digest were found right. Where another process is
 * downloading it, waits for that one.
 * @throws DownloadError where it is not to be had from any URL, InputError where it can't be written. Where `signal` is aborted:
 *   an error.
 */
export async function download(options: DownloadOptions): Promise<Downloaded> {
  const { path, force = false, signal, onNote } = options;
  const urls = options.urls.map(checkedUrl);
  await makeFolder(dirname(path));
  if (!force) {
    const there = await wholeFile(options);
    if (there !== undefined) return { from: undefined, bytes: there };
  }
  const partial = new PartialFile(path, options.digest);
  const lock = await acquireLock(`${partial.path}.lock`, {
    signal,
    onWait: (pid) => onNote?.(`waiting for another process${pid ? ` (${pid})` : ''} that is fetching it`),
  });
  try {
    // The other process has brought it: also what `force` asks for.
    const there = lock.waited ? await wholeFile(options) : undefined;
    if (there !== undefined) return { from: undefined, bytes: there };
    // Its old holder may yet wake up and write.
    if (lock.seized) await partial.discard();
    const size = await partial.size();
    if (size > 0 && size === options.bytes) {
      // An earlier try was ended between the last byte and the check of the digest.
      const isRight = (await digestOf(partial.path, options.digest, signal)) === options.digest;
      if (isRight) return { from: undefined, bytes: await finish(partial, lock, options, true) };
    }
    return await fromAnyOf(urls, partial, lock, options);
  } finally {
    await lock.release();
  }
}

function checkedUrl(text: string): URL {
  if (!URL.canParse(text)) throw new InputError(`${text} is not a URL; give one that begins with https://`);
  const url = new URL(text);
  if (!isAllowed(url)) {
    throw new InputError(`${shownUrl(url)}: only https is fetched (and http from this machine itself)`);
  }
  return url;
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await makeFolders(folder);
  } catch (error) {
    throw new InputError(
      `can't make the folder ${folder}: ${messageOf(error)}; mend that, or choose another with $VGGDRAW_CACHE`,
    );
  }
}

async function fromAnyOf(
  urls: readonly URL[],
  partial: PartialFile,
  lock: Lock,
  options: DownloadOptions,
): Promise<Downloaded> {
  const failures: string[] = [];
  for (const url of urls) {
    try {
      const bytes = await fromUrl(url, partial, lock, options);
      return { from: shownUrl(url), bytes };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failures.push(`${shownUrl(url)}: ${error.message}`);
      if (failures.length < urls.length) options.onNote?.(`${failures.at(-1)}; trying the next place`);
    }
  }
  throw new DownloadError(`${basename(options.path)} could not be fetched: ${failures.join('; ')}`);
}

function proxied(timeout: number): Dispatcher {
  try {
    return new EnvHttpProxyAgent({ connect: { timeout } });
  } catch (error) {
    throw new InputError(`HTTPS_PROXY or HTTP_PROXY is not the URL of a proxy: ${messageOf(error)}`);
  }
}

/** A try that has brought this much more counts as a success as far as trying again goes. In bytes. */
const progressWorthRetrying = 1 << 20;

/** Servers that ask for more patience than this are not waited for. In milliseconds. */
const longestWait = 120_000;

async function fromUrl(url: URL, partial: PartialFile, lock: Lock, options: DownloadOptions): Promise<number> {
  const { retries = downloadDefaults.retries, timeout = downloadDefaults.timeout, sleep = waitFor } = options;
  const { bytes, signal, onProgress = () => {}, onNote = () => {} } = options;
  let furthest = await partial.size();
  for (let failed = 0; ; ) {
    // A new one for each try: undici connects again and again where a proxy cuts every connection, until it is destroyed.
    const dispatcher = proxied(timeout);
    try {
      const done = await attempt({ url, partial, bytes, dispatcher, timeout, signal, onProgress, onNote });
      return await finish(partial, lock, options, done.resumed);
    } catch (error) {
      if (!(error instanceof Failure) || !error.retry) throw error;
      const reached = await partial.size();
      if (reached >= furthest + progressWorthRetrying) [furthest, failed] = [reached, 0];
      if (failed >= retries || error.after > longestWait) throw error;
      const milliseconds = Math.max(error.after, backOff(failed++));
      onNote(`${shownUrl(url)}: ${error.message}; trying again in ${(milliseconds / 1000).toFixed(1)} s`);
      await dispatcher.destroy();
      await sleep(milliseconds, signal);
    } finally {
      await dispatcher.destroy();
    }
  }
}

/** Half a second, doubled by each failure; the random half of it keeps many who failed together from coming back together. */
function backOff(failed: number): number {
  return 500 * 2 ** Math.min(failed, 6) * (0.5 + Math.random() / 2);
}

const waitFor = (milliseconds: number, signal: AbortSignal | undefined): Promise<void> =>
  wait(milliseconds, undefined, signal ? { signal } : {});

/** Checks the digest of a complete partial file and gives it its name. @returns its bytes. */
async function finish(
  partial: PartialFile,
  lock: Lock,
  { digest, signal }: DownloadOptions,
  resumed: boolean,
): Promise<number> {
  const size = await partial.size();
  const found = await digestOf(partial.path, digest, signal);
  if (found !== digest) {
    await partial.discard();
    // Put together from two tries it may be two halves of different files; what came in one piece would come again.
    throw new Failure(`what comes from there is not the file: its digest is ${found} instead of ${digest}`, {
      retry: resumed,
    });
  }
  if (!(await lock.isHeld())) {
    throw new InputError('another process took over the download while this one was asleep; try again');
  }
  await partial.commit();
  return size;
}
