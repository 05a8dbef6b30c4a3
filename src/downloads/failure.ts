/** What goes wrong between us and a server. */
import { errorCode, InputError, messageOf } from '../errors.js';

/** One try at one URL did not work out. The message completes "URL: …". */
export class Failure extends Error {
  /** Whether the same URL may well work the next time. */
  readonly retry: boolean;
  /** Milliseconds that the server asks to be left alone. */
  readonly after: number;

  constructor(message: string, { retry = false, after = 0 }: { retry?: boolean; after?: number } = {}) {
    super(message);
    this.retry = retry;
    this.after = after;
  }
}

/** None of a file's URLs worked out; the message says what happened at each. */
export class DownloadError extends InputError {}

const reasons: Record<string, string> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the connection was cut',
  UND_ERR_CONNECT_TIMEOUT: 'no connection came about in time',
  ETIMEDOUT: 'no connection came about in time',
  ENETUNREACH: 'the network can not be reached',
  EHOSTUNREACH: 'the host can not be reached',
  ENOTFOUND: 'the name of the host is not known here (is this machine offline?)',
  EAI_AGAIN: 'the name of the host can not be looked up (is this machine offline?)',
};

/** A try that ended in an error of the network. */
export function networkFailure(error: unknown): Failure {
  const code = errorCode(error) ?? '';
  const reason = reasons[code] ?? (messageOf(error) || code || 'the connection failed').replaceAll(/\s+/g, ' ');
  // A name that does not exist and a certificate that does not hold will not be better in a second.
  const isPermanent = code === 'ENOTFOUND' || /CERT|SIGNATURE|SELF_SIGNED|ERR_TLS|ERR_SSL/.test(code);
  return new Failure(reason, { retry: !isPermanent });
}
