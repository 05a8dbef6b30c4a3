// What is asked of the server, and what it tells by itself.

/**
 * @param {string} path
 * @param {RequestInit} [options]
 * @returns {Promise<any>}
 */
export async function ask(path, options) {
  const answer = await fetch(path, options).catch(() => {
    throw new Error('the studio does not answer: it has ended, or the file is too large for it');
  });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.message ?? `the studio says ${answer.status}`);
  return told;
}

/** @param {string} path @param {unknown} [body] @param {AbortSignal} [signal] */
export const post = (path, body, signal) =>
  ask(path, { method: 'POST', body: JSON.stringify(body ?? {}), ...(signal && { signal }) });

/**
 * Listens for news, and says when the server is gone.
 * @param {(news: any, isFirst: boolean) => void} take is told each piece, and whether it is the first one, which has everything
 * @param {() => void} lost
 * @param {boolean} isLasting whether to listen while nobody sees the page, too
 */
export function hear(take, lost, isLasting) {
  /** @type {EventSource | undefined} */
  let source;
  const open = () => {
    source?.close();
    source = new EventSource('events');
    let isFirst = true;
    source.onmessage = ({ data }) => {
      const news = JSON.parse(data);
      take(news, isFirst);
      isFirst = false;
    };
    source.onerror = () => {
      // The browser asks again, and is told all again.
      isFirst = true;
      lost();
    };
  };
  open();
  if (isLasting) return;
  // A browser has six connections to a server, for all of its pages; and what nobody sees need not be told.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) source?.close();
    else open();
  });
}
