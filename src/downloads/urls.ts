/** Which URLs may be fetched, and how they are shown. */

/** Redirects that are followed before we take it for a loop. */
export const redirectLimit = 5;

/** Whether a URL is https, or leads to this machine itself: what comes over anything else can be read and changed on its way. */
export function isAllowed({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

// URL has brought every way to write an address into this one form.
const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);

/** A URL for the person's eyes: without a password, and without a query, which may be a key. */
export function shownUrl({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}
