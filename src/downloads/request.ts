/** One request for a file: redirects followed, statuses understood. */
import { type Dispatcher, request } from 'undici';
import { Failure } from './failure.js';
import { isAllowed, redirectLimit } from './urls.js';

export interface RequestOptions {
  /** What carries the request: directly or through a proxy. */
  readonly dispatcher: Dispatcher;
  readonly headers: Record<string, string>;
  readonly signal: AbortSignal;
}

/**
 * Asks for `url`, following redirects.
 * @returns the response whose status is no redirect; its body has to be read or destroyed.
 * @throws Failure for a redirect that must not be followed; what undici throws where there is no response.
 */
export async function openUrl(url: URL, options: RequestOptions): Promise<Dispatcher.ResponseData> {
  let current = url;
  for (let redirects = 0; ; redirects++) {
    const pending = request(current, {
      ...options,
      headers: { ...options.headers, ...credentialsOf(current) },
      // Ours is the time-out: see `Stall`.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const response = await orAborted(pending, options.signal);
    const location = headerOf(response, 'location');
    if (![301, 302, 303, 307, 308].includes(response.statusCode) || !location) return response;
    discardBody(response);
    if (redirects === redirectLimit) throw new Failure(`more than ${redirectLimit} redirects`);
    if (!URL.canParse(location, current.href)) throw new Failure('a redirect to something that is no URL');
    const next = new URL(location, current);
    if (!isAllowed(next)) {
      throw new Failure(`a redirect to ${next.origin}, which is neither https nor this machine, is not followed`);
    }
    current = next;
  }
}

/** What `pending` gives, or an error once `signal` is aborted: undici heeds a signal only when it has a connection. */
async function orAborted<T>(pending: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([pending, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Turns the status of a response that brings no file into a failure. */
export function statusFailure(response: Dispatcher.ResponseData): Failure {
  const { statusCode: status } = response;
  const retry = status >= 500 || status === 408 || status === 429;
  return new Failure(`the server answers ${status}${meanings[status] ?? ''}`, { retry, after: retryAfter(response) });
}

const meanings: Record<number, string> = {
  401: ' (not allowed without a password)',
  403: ' (not allowed)',
  404: ' (not found)',
  407: ' (the proxy wants a password)',
  410: ' (gone)',
  429: ' (too many requests)',
  503: ' (overloaded)',
};

/** Ends a response whose body nobody wants. */
export function discardBody({ body }: Dispatcher.ResponseData): void {
  // Its error is that we end it.
  body.on('error', () => {}).destroy();
}

/** A header that occurs once, or undefined. */
export function headerOf({ headers }: Dispatcher.ResponseData, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** The milliseconds of a Retry-After header, which gives seconds or a date; 0 where there is none. */
function retryAfter(response: Dispatcher.ResponseData): number {
  const value = headerOf(response, 'retry-after');
  if (!value) return 0;
  const milliseconds = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Math.max(0, milliseconds || 0);
}

function credentialsOf({ username, password }: URL): Record<string, string> {
  if (!username && !password) return {};
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
  return { authorization: `Basic ${credentials.toString('base64')}` };
}
