import { expect, test } from '@jest/globals';
import { Bell, newsFor } from '../../src/studio/news.js';

test('who is slow is told what is new then, and not all that was: nothing is kept for them', async () => {
  const bell = new Bell();
  const leaving = new AbortController();
  let value = 0;
  let gathered = 0;
  const gather = () => {
    gathered++;
    return value;
  };
  const news = newsFor(bell, gather, leaving.signal);
  expect((await news.next()).value).toBe(0);
  for (value = 1; value < 1000; value++) bell.ring();
  value = 1000;
  expect(gathered).toBe(1);
  expect((await news.next()).value).toBe(1000);
  expect(gathered).toBe(2);

  // Who leaves is not told any more, whatever they are waiting for.
  expect(bell.listeners).toBe(1);
  const last = news.next();
  leaving.abort();
  expect((await last).done).toBe(true);
  expect(bell.listeners).toBe(0);
});
