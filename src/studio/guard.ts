/** Who may ask the server for anything: pages that it has sent itself, to somebody who was given its address. */
import { timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

/**
 * Headers of every answer. Pages load nothing but what this server sends, nobody else shows or reads what it sends, and its address,
 * which holds the token, goes to nobody as a referrer.
 */
export const headers: MiddlewareHandler = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'"],
    mediaSrc: ["'self'"],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
  referrerPolicy: 'no-referrer',
  xFrameOptions: 'DENY',
  crossOriginOpenerPolicy: 'same-origin',
  crossOriginResourcePolicy: 'same-origin',
  permissionsPolicy: { camera: [], microphone: [], geolocation: [] },
  // Of no use without TLS.
  strictTransportSecurity: false,
});

/** Whether the names are those of this machine and port: others would be of a page whose name was made to point here. */
const isOwnHost = (host: string | undefined, port: number): boolean =>
  host === `127.0.0.1:${port}` || host === `localhost:${port}`;

/** What is asked for by another site, or under another name than this machine's own. */
export const guard = (port: () => number): MiddlewareHandler => {
  return async (context, next) => {
    const { req } = context;
    if (!isOwnHost(req.header('host'), port())) return context.text("this name is not the studio's\n", 403);
    const origin = req.header('origin');
    const isOwnOrigin = origin !== undefined && isOwnHost(origin.replace(/^http:\/\//, ''), port());
    const isReading = req.method === 'GET' || req.method === 'HEAD';
    // Browsers name the origin of whatever changes something; programs that don't have no business here.
    if (!isOwnOrigin && (origin !== undefined || !isReading))
      return context.text("this is for the studio's own page\n", 403);
    const site = req.header('sec-fetch-site');
    if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isReading)
      return context.text("this is for the studio's own page\n", 403);
    return next();
  };
};

/** Whether two words are the same, in a time that tells nothing of where they differ. */
export function isSame(given: string, secret: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}
