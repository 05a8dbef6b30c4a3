/** One try to bring a file from one URL, going on where an earlier one ended. */
import type { Dispatcher } from 'undici';
import { InputError } from '../errors.js';
import { Failure, networkFailure } from './failure.js';
import type { PartialFile } from './partial-file.js';
import { discardBody, headerOf, openUrl, statusFailure } from './request.js';
import { Stall } from './stall.js';

/** No file of unknown size may grow beyond this: twice VGG-19 with its classifier and more. In bytes. */
export const largestDownload = 2 ** 31;

export interface AttemptOptions {
  readonly url: URL;
  readonly partial: PartialFile;
  /** Bytes that the file has to have, where that is known. */
  readonly bytes: number | undefined;
  readonly dispatcher: Dispatcher;
  /** Milliseconds without a byte after which the server counts as stalled. */
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (received: number, total: number | undefined) => void;
  readonly onNote: (text: string) => void;
}

/**
 * Brings the file, complete as far as its size tells, into the partial file.
 * @returns whether it consists of what several tries brought.
 * @throws Failure where that did not work out; what was brought stays for the next try unless it is known to be wrong.
 * @throws InputError where it can't be written. Where `signal` is aborted: its reason.
 */
export async function attempt(options: AttemptOptions): Promise<{ resumed: boolean }> {
  const { partial, timeout, signal } = options;
  const stall = new Stall(timeout);
  try {
    return await transfer(options, stall);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof Failure || error instanceof InputError) throw error;
    if (stall.signal.aborted) throw new Failure(`nothing came for ${timeout / 1000} s`, { retry: true });
    throw networkFailure(error);
  } finally {
    stall.stop();
    await partial.close();
  }
}

async function transfer(options: AttemptOptions, stall: Stall): Promise<{ resumed: boolean }> {
  const { url, partial, bytes, onProgress } = options;
  const signal = options.signal ? AbortSignal.any([options.signal, stall.signal]) : stall.signal;
  const { response, offset } = await ask(options, signal);
  stall.touch();
  const length = headerOf(response, 'content-length');
  const total = length === undefined ? undefined : offset + Number(length);
  try {
    checkAnnounced(response, total, bytes);
    if (offset > 0) await partial.resume();
    else await partial.begin({ url: url.href, validator: validatorOf(response) });
    const limit = bytes ?? total ?? largestDownload;
    let received = offset;
    onProgress(received, bytes ?? total);
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      stall.touch();
      received += chunk.length;
      if (received > limit) {
        await partial.discard();
        throw new Failure(`more than ${limit} bytes come`);
      }
      await partial.append(chunk);
      onProgress(received, bytes ?? total);
    }
    const expected = bytes ?? total ?? received;
    if (received < expected) throw new Failure(`it ends after ${received} of ${expected} bytes`, { retry: true });
    return { resumed: offset > 0 };
  } finally {
    discardBody(response);
  }
}

/** The response that brings the file, from `offset` on: where the rest of it can't be had, the whole. */
async function ask(
  { url, partial, dispatcher, bytes, onNote }: AttemptOptions,
  signal: AbortSignal,
): Promise<{ response: Dispatcher.ResponseData; offset: number }> {
  const headers = { 'user-agent': 'vggdraw', 'accept-encoding': 'identity' };
  const there = await partial.resumable(url.href);
  if (there) {
    const { size, validator } = there;
    const range = { range: `bytes=${size}-`, 'if-range': validator };
    const response = await openUrl(url, { dispatcher, signal, headers: { ...headers, ...range } });
    const { statusCode: status } = response;
    if (status === 206 && isRest(response, size, bytes) && (validatorOf(response) ?? validator) === validator) {
      onNote(`going on after ${size} bytes that an earlier try brought`);
      return { response, offset: size };
    }
    if (status === 200) {
      onNote('starting from the beginning: the server can not go on, or its file has changed');
      return { response, offset: 0 };
    }
    discardBody(response);
    if (status !== 206 && status !== 412 && status !== 416) throw statusFailure(response);
    onNote('starting from the beginning: the file on the server has changed');
    await partial.discard();
  }
  const response = await openUrl(url, { dispatcher, signal, headers });
  if (response.statusCode === 200) return { response, offset: 0 };
  discardBody(response);
  throw statusFailure(response);
}

/** Whether a partial response begins at `offset` and goes to the end of a file of the right size. */
function isRest(response: Dispatcher.ResponseData, offset: number, bytes: number | undefined): boolean {
  const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headerOf(response, 'content-range') ?? '');
  if (!range) return false;
  const [from, last, total] = range.slice(1).map(Number) as [number, number, number];
  return from === offset && last === total - 1 && total === (bytes ?? total);
}

/** @throws Failure where it is clear from the headers that what comes is not the file. */
function checkAnnounced(response: Dispatcher.ResponseData, total: number | undefined, bytes: number | undefined): void {
  const encoding = headerOf(response, 'content-encoding') ?? 'identity';
  if (encoding !== 'identity')
    throw new Failure(`the server sends it compressed (${encoding}), which we did not ask for`);
  if (total === undefined) return;
  if (bytes !== undefined && total !== bytes)
    throw new Failure(`the server's file has ${total} bytes instead of ${bytes}`);
  if (total > largestDownload) throw new Failure(`${total} bytes are more than any weights of VGG-19 have`);
}

/** What tells whether the file is still the same: weak ETags do not, byte for byte. */
function validatorOf(response: Dispatcher.ResponseData): string | undefined {
  const etag = headerOf(response, 'etag');
  return etag?.startsWith('"') ? etag : headerOf(response, 'last-modified');
}
