/** `vggdraw weights fetch`: a file of weights, downloaded into the cache folder. */
import { basename } from 'node:path';
import type { CommandModule } from 'yargs';
import { z } from 'zod';
import { cacheFolder } from '../../cache.js';
import { downloadDefaults } from '../../downloads/defaults.js';
import { digestPattern } from '../../downloads/digest.js';
import { DownloadError } from '../../downloads/failure.js';
import { InputError } from '../../errors.js';
import { cachedPath, findCached, namePattern, recordFile } from '../../networks/vgg19/weights/cache-folder.js';
import { defaultSource, findSource, type WeightSource, weightSources } from '../../networks/vgg19/weights/published.js';
import { check } from '../../validation.js';
import { flag } from '../arguments.js';
import { Interruption } from '../interruption.js';
import { openProgress } from '../progress.js';
import { downloadView, megabytes } from './download-view.js';

const schema = z.object({
  source: z.string().min(1).optional(),
  url: z.string().min(1).optional(),
  digest: z
    .string()
    .toLowerCase()
    .regex(digestPattern, { error: 'expected sha256: and 64 hexadecimal digits, or md5: and 32' })
    .optional(),
  name: z
    .string()
    .regex(namePattern, {
      error: 'expected letters, digits, dots, dashes and underscores, and no .partial, .lock or .json',
    })
    .optional(),
  retries: z.number().int().min(0).max(100),
  timeout: z.number().min(0.01).max(3600),
  overwrite: z.boolean(),
  quiet: z.boolean(),
});

type Arguments = z.output<typeof schema>;

export const fetchCommand: CommandModule = {
  command: 'fetch [source]',
  describe: 'Download pretrained weights, or go on where a download ended',
  builder: (yargs) =>
    yargs
      .positional('source', {
        describe: `${weightSources.map(({ name }) => name).join(' | ')} [default: "${defaultSource.name}"]`,
        type: 'string',
      })
      .option('url', {
        describe: "Fetch from here instead: a mirror of one's own, or other weights",
        type: 'string',
        requiresArg: true,
      })
      .option('digest', {
        describe: 'What the file at --url has to be: sha256:HEX or md5:HEX',
        type: 'string',
        requiresArg: true,
      })
      .option('name', {
        describe: "What to call the file from --url [default: its name in the URL]; 'weights path' takes that",
        type: 'string',
        requiresArg: true,
      })
      .option('overwrite', {
        alias: 'force',
        describe: 'Fetch again what is there',
        ...flag,
      })
      .option('retries', {
        describe: 'Tries after the first that bring it no further',
        default: downloadDefaults.retries,
        requiresArg: true,
      })
      .option('timeout', {
        describe: 'Seconds without a byte after which a server has stalled',
        default: downloadDefaults.timeout / 1000,
        requiresArg: true,
      })
      .option('quiet', { describe: 'No progress', ...flag })
      .example('$0 weights fetch', 'what --weights pretrained and auto take')
      .example('$0 weights fetch keras --url https://example.org/vgg19.h5', 'the same file, from a mirror')
      .example('$0 weights fetch --url https://example.org/mine.h5 --digest sha256:…', 'weights of your own')
      .epilogue(
        'Only https is fetched (and http from this machine). HTTPS_PROXY, HTTP_PROXY and NO_PROXY are honoured.\n' +
          'Ctrl-C stops; the next time it goes on from there.',
      ),
  handler: (argv) => fetchWeights(check(schema, argv)),
};

/** What is to be fetched, where from and where to. */
interface Target {
  readonly name: string;
  readonly path: string;
  readonly source: WeightSource | undefined;
  readonly urls: readonly [string, ...string[]];
  readonly bytes: number | undefined;
  readonly digest: string;
}

async function fetchWeights(options: Arguments): Promise<void> {
  const { retries, timeout, overwrite, quiet } = options;
  const target = targetOf(options, cacheFolder());
  const { name, path, source, urls, bytes, digest } = target;
  // Loaded only now, because it takes a while.
  const { download } = await import('../../downloads/download.js');
  const progress = openProgress(quiet, downloadView());
  const interruption = new Interruption(() => {
    progress.note('stopping; what has come stays, and the same command goes on from there');
    return true;
  });
  const { signal } = interruption;
  try {
    const fetched = await download({
      ...{ urls, bytes, digest, path, signal, retries },
      force: overwrite,
      timeout: timeout * 1000,
      onProgress: (received, total) => progress.advance({ received, total }),
      onNote: progress.note,
    });
    progress.stop();
    const from = fetched.from ?? withoutQuery(urls[0]);
    const known = fetched.from === undefined && (await findCached(cacheFolder(), name).catch(() => undefined))?.record;
    if (!known) await recordFile(path, { from: from, bytes: fetched.bytes, digest });
    const [algorithm] = digest.split(':');
    const origin = fetched.from ? `from ${fetched.from}` : 'it is there';
    progress.note(`${path}: ${origin}, ${megabytes(fetched.bytes)}, ${algorithm} right`);
    if (source) {
      const { licence, citation } = source;
      progress.note(`by the ${licence.holder}, under ${licence.name} (${licence.url}); cite ${citation}`);
    } else {
      progress.note(`draw with --weights "$(vggdraw weights path ${name})"`);
    }
  } catch (error) {
    progress.stop();
    if (signal.aborted) process.exitCode = 130;
    else if (error instanceof DownloadError) throw new InputError(`${error.message}; ${byHand(target)}`);
    else throw error;
  } finally {
    await interruption.release();
  }
}

/** How to do without the network. */
function byHand({ urls, path, source }: Target): string {
  const way = `to bring it by hand, download ${withoutQuery(urls[0])} to ${path}`;
  return source ? `${way}; --weights contour works now, without it` : way;
}

function withoutQuery(text: string): string {
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname}`;
}

const wrong = (field: string, reason: string) => new InputError(reason, { field });

/** @throws InputError for flags that do not go together. */
function targetOf({ source: named, url, digest, name }: Arguments, cache: string): Target {
  if (url === undefined) {
    if (digest !== undefined) throw wrong('digest', 'it goes with --url; the digests of the sources are known');
    if (name !== undefined) throw wrong('name', 'it goes with --url; a source has its name');
    return targetOfSource(findSource(named ?? defaultSource.name), cache);
  }
  if (!URL.canParse(url)) throw wrong('url', `${url} is not a URL; give one that begins with https://`);
  // A mirror may be meant without being said.
  const source = named === undefined ? weightSources.find((one) => one.digest === digest) : findSource(named);
  if (source) {
    if (name !== undefined && name !== source.name) {
      throw wrong('name', `what is fetched is the source ${source.name}, and is called that`);
    }
    if (digest !== undefined && digest !== source.digest) {
      throw wrong('digest', `${source.name} has ${source.digest}; leave --digest away, or the name of the source`);
    }
    return { ...targetOfSource(source, cache), urls: [url] };
  }
  if (digest === undefined) {
    throw wrong('url', 'say with --digest sha256:HEX what the file has to be, or which source it is a mirror of');
  }
  const called = name ?? nameFrom(url);
  if (weightSources.some((one) => one.name === called)) {
    throw wrong('name', `${called} is a source, with another digest; choose another name`);
  }
  return { name: called, path: cachedPath(cache, called), source: undefined, urls: [url], bytes: undefined, digest };
}

function targetOfSource(source: WeightSource, cache: string): Target {
  const { name, urls, bytes, digest } = source;
  return { name, path: cachedPath(cache, name), source, urls: urls as [string, ...string[]], bytes, digest };
}

function nameFrom(url: string): string {
  const name = basename(new URL(url).pathname);
  if (namePattern.test(name)) return name;
  throw wrong('url', 'it does not end in a name that a file can have; give one with --name');
}
