/** The server of a farm's page, without a browser: whom it answers, what it tells, and what that costs Redis. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Added } from '../../../src/farm/adding.js';
import { keepFile } from '../../../src/farm/blobs.js';
import { keys } from '../../../src/farm/store/store.js';
import { encodeJpeg } from '../../../src/image/encode-jpeg.js';
import { type FarmFacts, jobFacts } from '../../../src/studio/farm/facts.js';
import { minutes, Pace } from '../../../src/studio/farm/pace.js';
import { openFarmServer } from '../../../src/studio/farm/server.js';
import { FarmWatch, mostShown } from '../../../src/studio/farm/watch.js';
import type { PageServer } from '../../../src/studio/serving.js';
import { type Asking, asked } from '../../support/asked.js';
import { TestFarm } from '../../support/farm.js';
import { testWithRedis, withRedis } from '../../support/redis.js';

let farm: TestFarm;
let server: PageServer;
let origin: string;
withRedis(beforeAll, async () => {
  farm = await TestFarm.start();
  server = await openFarmServer(farm.queue, farm.store, 0);
  origin = new URL(server.url).origin;
});
withRedis(afterAll, async () => {
  await server.close();
  await farm.stop();
});

/** As the page asks. */
const ask = (path: string, { headers, ...asking }: Asking = {}) =>
  asked(`${server.url}${path}`, { ...asking, headers: { Origin: origin, ...headers } });
const post = (path: string) => ask(path, { method: 'POST', body: '{}' });

const idsOf = (added: readonly Added[]): string[] => added.map((one) => (one as { id: string }).id);
const someId = createHash('sha256').update('some').digest('hex');

/** A page that is open: all that it has been told. */
class Page {
  facts: Partial<FarmFacts> = {};
  #closed = false;

  private constructor(private readonly asking: ClientRequest) {}

  static async open(url = server.url): Promise<Page> {
    const asking = request(`${url}events`, { agent: false });
    const page = new Page(asking.end());
    // It is broken off where the page is closed, or the server.
    asking.on('error', () => {});
    const [answer] = (await once(asking, 'response')) as [IncomingMessage];
    let text = '';
    answer
      .setEncoding('utf8')
      .on('error', () => {})
      .on('data', (part: string) => {
        const pieces = `${text}${part}`.split('\n\n');
        text = pieces.pop()!;
        for (const piece of pieces) page.facts = { ...page.facts, ...JSON.parse(piece.replace(/^data: /, '')) };
      });
    return page;
  }

  async until(holds: (facts: Partial<FarmFacts>) => boolean | undefined): Promise<FarmFacts> {
    while (!holds(this.facts) && !this.#closed) await wait(20);
    return this.facts as FarmFacts;
  }

  close(): void {
    this.#closed = true;
    this.asking.destroy();
  }
}

describe('the page of a farm', () => {
  testWithRedis('is for whoever has its whole address, and for no other page', async () => {
    const { status, text, headers } = await asked(server.url);
    expect([status, headers['x-content-type-options']]).toEqual([200, 'nosniff']);
    expect(text).toContain('<title>vggdraw farm</title>');
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/);
    expect((await asked(`${origin}/${'A'.repeat(24)}/events`)).status).toBe(404);
    expect((await asked(server.url, { headers: { Host: 'farm.example' } })).status).toBe(403);
    for (const path of [`jobs/${someId}/cancel`, `jobs/${someId}/retry`, 'retry']) {
      const asking = { method: 'POST', body: '{}' };
      expect((await asked(`${server.url}${path}`, asking)).status).toBe(403);
      const headers = { Origin: 'https://example.com' };
      expect((await asked(`${server.url}${path}`, { ...asking, headers })).status).toBe(403);
    }
  });

  testWithRedis('knows nothing by a name that is no digest', async () => {
    await farm.store.write('previews/secret.jpg', 'secret');
    const names = [
      'secret',
      '../previews/secret',
      '..%2f..%2fpackage.json',
      someId.slice(1),
      `${someId}0`,
      'A'.repeat(64),
    ];
    const { pathname } = new URL(server.url);
    for (const name of names) {
      for (const path of [
        `previews/${name}`,
        `stills/${name}/still.png`,
        `stills/${someId}/${name}`,
        `photos/${name}`,
        `drawings/${name}/still.png`,
        `drawings/${someId}/${name}`,
        `frames/${name}/0`,
      ]) {
        const answer = await asked(server.url, { path: `${pathname}${path}`, headers: { Origin: origin } });
        expect([403, 404]).toContain(answer.status);
        expect(answer.text).not.toMatch(/secret$|"name": "vggdraw"/);
      }
      const answer = await asked(server.url, {
        method: 'POST',
        path: `${pathname}jobs/${name}/cancel`,
        headers: { Origin: origin },
      });
      expect([403, 404]).toContain(answer.status);
    }
    for (const path of [
      `previews/${someId}`,
      `stills/${someId}/still.png`,
      `photos/${someId}`,
      `drawings/${someId}/still.webp`,
      `frames/${someId}/0`,
    ])
      expect((await ask(path)).status).toBe(204);
    expect(await post(`jobs/${someId}/cancel`)).toMatchObject({
      status: 400,
      text: expect.stringMatching(/there is no job/),
    });
  });

  testWithRedis('shows what is in the store as what it is', async () => {
    const picture = { width: 4, height: 4, rgb: new Uint8Array(48).fill(90) };
    await farm.store.write(keys.preview(someId), await encodeJpeg(picture, 4));
    const preview = await ask(`previews/${someId}`);
    expect(preview).toMatchObject({
      status: 200,
      headers: { 'content-type': 'image/jpeg', 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' },
    });
    // What is no picture is not shown as one that was made small.
    await farm.store.write(keys.drawing(someId, 'still.png'), '<script>alert(1)</script>');
    expect((await ask(`stills/${someId}/still.png`)).status).toBe(204);
    const { headers } = await ask(`drawings/${someId}/still.png`);
    expect(headers).toMatchObject({ 'content-type': 'image/png', 'x-content-type-options': 'nosniff' });
  });

  testWithRedis('is told of jobs in every state, and has them cancelled and done again', async () => {
    const page = await Page.open();
    const [done, gone, kept] = idsOf(await farm.add(await farm.photos(3)));
    expect((await page.until(({ status }) => status?.jobs.waiting === 3)).status.unserved).toEqual([
      expect.objectContaining({ provider: 'any', waiting: 3 }),
    ]);
    expect(page.facts.waiting).toEqual(
      expect.arrayContaining([expect.objectContaining({ id: done, name: 'photo-0', isUnserved: true })]),
    );
    const { photo } = (await farm.queue.find(gone!)).data as { photo: string };
    expect((await ask(`photos/${photo}`)).headers).toMatchObject({ 'content-type': 'image/jpeg' });
    await farm.store.remove(keys.blob(photo));
    expect((await post(`jobs/${kept}/cancel`)).status).toBe(200);
    await page.until(({ status }) => status?.jobs.waiting === 2);
    await farm.work();
    const facts = await page.until(({ done, failed }) => done?.length === 1 && failed?.length === 1);
    expect(facts.done).toEqual([expect.objectContaining({ id: done, picture: `stills/${done}/still.png` })]);
    expect(facts.failed).toEqual([
      expect.objectContaining({
        id: gone,
        isSetAside: false,
        reason: expect.stringMatching(/^the photo photo-1 is not/),
      }),
    ]);
    expect((await ask(`stills/${done}/still.png`)).headers['content-type']).toBe('image/jpeg');
    for (const path of [`jobs/${done}/cancel`, `jobs/${done}/retry`])
      expect(JSON.parse((await post(path)).text)).toEqual({ message: "it can't be done: the job is done now" });
    await keepFile(farm.store, await farm.photo(1));
    expect((await post(`jobs/${gone}/retry`)).status).toBe(200);
    await page.until(({ failed, waiting }) => failed?.length === 0 && waiting?.length === 1);
    await farm.work();
    await page.until(({ status }) => status?.jobs.done === 2);
    page.close();
  });

  testWithRedis('says which worker draws what, and how far it is', async () => {
    const page = await Page.open();
    const slow = { phases: [{ layer: 'block1_conv2', iterations: 100_000, learningRate: 8 }] };
    const [id] = idsOf(await farm.add([await farm.photo(10)], {}, slow));
    const ending = new AbortController();
    const working = farm.work({ untilEmpty: false }, ending.signal);
    const { active, workers } = await page.until(({ active }) => (active?.[0]?.progress?.iteration ?? 0) > 0);
    expect(workers).toMatchObject({ count: 1, first: [{ provider: 'cpu', memory: 2 ** 30, concurrency: 1 }] });
    const { id: worker, name } = workers.first[0]!;
    expect(active).toEqual([expect.objectContaining({ id, name: 'photo-10', worker, by: name })]);
    // The worker is told, and gives it up.
    expect((await post(`jobs/${id}/cancel`)).status).toBe(200);
    await page.until(({ status }) => status?.jobs.active === 0);
    ending.abort();
    await working;
    page.close();
  });

  testWithRedis('has all that failed done again at one request', async () => {
    const ids = ['1', '2', '3'].map((digit) => digit.repeat(64));
    const need = { provider: 'any', memory: 2 ** 28 } as const;
    await farm.queue.add(ids.map((id) => ({ id, need, data: {} })));
    await farm.work();
    const page = await Page.open();
    await page.until(({ failed }) => failed?.length === 3);
    expect((await post('retry')).status).toBe(200);
    await page.until(({ status }) => status?.jobs.failed === 0 && status.jobs.waiting === 3);
    page.close();
    for (const job of await farm.queue.list(['waiting'], 10)) await farm.queue.cancel(job);
  });
});

describe('looking', () => {
  /** Commands that Redis has done, this question not. */
  const commands = async (): Promise<number> =>
    Number(/total_commands_processed:(\d+)/.exec(await farm.queue.redis.info('stats'))![1]);

  /** The most that one of some looks costs. */
  async function costOf(watch: FarmWatch): Promise<number> {
    let most = 0;
    for (let i = 0; i < 12; i++) {
      const before = await commands();
      await watch.look();
      most = Math.max(most, (await commands()) - before - 1);
    }
    return most;
  }

  testWithRedis('costs Redis as little with thousands of jobs as with some, and tells of the first', async () => {
    const need = { provider: 'any', memory: 2 ** 28 } as const;
    const add = (from: number, to: number) =>
      farm.queue.add(
        Array.from({ length: to - from }, (_, i) => {
          const id = createHash('sha256')
            .update(`${from + i}`)
            .digest('hex');
          return { id, need, data: { name: `job ${from + i}` } };
        }),
      );
    await add(0, 100);
    const watch = new FarmWatch(farm.queue, '');
    const some = await costOf(watch);
    await add(100, 3000);
    expect(await costOf(watch)).toBeLessThanOrEqual(some);
    watch.close();
    expect(watch.facts.status?.jobs.waiting).toBe(3000);
    expect(watch.facts.waiting!.map(({ name }) => name)).toEqual(
      Array.from({ length: mostShown }, (_, i) => `job ${i}`),
    );
  });

  testWithRedis('is done where there is a page, and once for all that there are', async () => {
    const asked = jest.spyOn(farm.queue, 'counts');
    const often = new FarmWatch(farm.queue, '', { every: 5, patience: 100_000 });
    const never = new FarmWatch(farm.queue, '', { every: 1_000_000, patience: 100_000 });
    try {
      await wait(100);
      expect(asked).not.toHaveBeenCalled();
      often.close();
      for (let page = 0; page < 5; page++) {
        never.open();
        never.bell.listen(() => {});
      }
      await Promise.all([never.look(), never.look()]);
      expect(asked).toHaveBeenCalledTimes(1);
    } finally {
      often.close();
      never.close();
      asked.mockRestore();
    }
  });

  testWithRedis('says that Redis does not answer, and goes on when it does', async () => {
    const page = await Page.open();
    await page.until(({ trouble }) => trouble === null);
    await farm.server.stop();
    const { trouble } = await page.until(({ trouble }) => Boolean(trouble));
    expect(trouble).toMatch(/^redis:\/\/127\.0\.0\.1:\d+ does not answer; /);
    expect(JSON.parse((await post(`jobs/${someId}/retry`)).text)).toEqual({ message: trouble });
    await farm.server.restart();
    await page.until(({ trouble }) => trouble === null);
    page.close();
  });
});

describe('what stands in Redis', () => {
  const listed = {
    id: someId,
    state: 'waiting',
    need: { provider: 'any', memory: 2 ** 28 },
    added: 1,
    begun: undefined,
    over: undefined,
    deaths: 0,
    isSetAside: false,
    progress: undefined,
    reason: undefined,
  } as const;

  test.each([null, 'text', 7, [], {}, { name: 7, preset: {}, photo: '../../etc/passwd', outputs: 'still', first: -1 }])(
    'is no trouble, whatever it is: %j',
    (data) => {
      expect(jobFacts({ ...listed, data })).toMatchObject({ name: '?', preset: '', photo: undefined });
    },
  );

  test('is told in one line that does nothing, and of progress the numbers', () => {
    const progress = { iteration: 'x', iterations: {}, layer: '', loss: Number.NaN };
    const told = jobFacts({
      ...listed,
      data: { name: 'a\u202eb\n<img src=x>', preset: 'p' },
      reason: 'one\ntwo',
      progress: progress as never,
    });
    expect(told).toMatchObject({ name: 'a\\u202eb\\n<img src=x>', reason: 'one\\ntwo', progress: undefined });
  });
});

test('the pace is asked of minutes that may have changed alone', async () => {
  const asked: number[] = [];
  const queue = { doneBetween: async (from: number) => asked.push(from / 60_000) };
  const pace = new Pace();
  expect(await pace.look(queue, 100 * 60_000)).toHaveLength(minutes);
  expect(asked).toHaveLength(minutes);
  asked.length = 0;
  await pace.look(queue, 100 * 60_000 + 1);
  expect(asked).toEqual([99, 100]);
  asked.length = 0;
  // Nobody looked for a while, and what was looked at then was not over.
  await pace.look(queue, 103 * 60_000);
  expect(asked).toEqual([99, 100, 101, 102, 103]);
});
