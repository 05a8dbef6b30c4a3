/**
 * The page of a farm in a real browser, while two workers draw. It keeps screenshots in a temporary folder, which it names, to be looked at.
 * Some drawings have more iterations than are ever done: nothing here depends on how fast that is.
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Browser, Page } from 'puppeteer-core';
import sharp from 'sharp';
import { keys } from '../../../src/farm/store/store.js';
import { openFarmServer } from '../../../src/studio/farm/server.js';
import type { PageServer } from '../../../src/studio/serving.js';
import { hasRedis } from '../../../tools/farm/redis-server.js';
import { launchChromium, testWithChromium } from '../../support/chromium.js';
import { TestFarm } from '../../support/farm.js';
import { testWithRedis, withRedis } from '../../support/redis.js';

let farm: TestFarm;
let server: PageServer;
let browser: Browser | undefined;
let shots: string;
const ending = new AbortController();
let working: Promise<unknown> = Promise.resolve();
/** What pages have complained of, and asked other hosts for. */
const complaints: string[] = [];

withRedis(beforeAll, async () => {
  farm = await TestFarm.start();
  server = await openFarmServer(farm.queue, farm.store, 0);
  shots = await mkdtemp(join(tmpdir(), 'vggdraw-farm-page-'));
});
withRedis(afterAll, async () => {
  await browser?.close();
  ending.abort();
  await working;
  await server.close();
  await farm.stop();
});

/** Parts of the sample, by names that a person may have given them. */
async function photos(): Promise<string[]> {
  const names = ['harbour', '<b>bold<b>', 'Großmutter', 'bridge', 'orchard', 'station', 'market'];
  const more = ['a street with a very long name that goes on and on, in the rain', 'cat', 'piano', 'tower', 'gate'];
  return Promise.all(
    [...names, ...more].map(async (name, i) => {
      const path = join(farm.folder, 'photos', `${name}.png`);
      await sharp('tools/sample.png')
        .extract({ left: 10 * i, top: 5 * i, width: 320, height: 240 })
        .resize(96)
        .modulate({ hue: 30 * i })
        .toFile(path);
      return path;
    }),
  );
}

async function openPage({ width = 1200, height = 800, isDark = false } = {}): Promise<Page> {
  const page = await browser!.newPage();
  page.setDefaultTimeout(100_000);
  await page.setViewport({ width, height });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: isDark ? 'dark' : 'light' }]);
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url)) complaints.push(request.url());
  });
  page.on('dialog', (dialog) => void dialog.accept());
  await page.goto(server.url);
  await page.waitForSelector('.overview');
  return page;
}

const shoot = (page: Page, name: string) => page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });

// What runs in the page is text: the project's own programs know nothing of a document.

const waitForText = (page: Page, selector: string, pattern: RegExp) =>
  page.waitForFunction(`${pattern}.test(document.querySelector('${selector}')?.textContent)`);
const press = (page: Page, name: string) => page.locator(`::-p-aria([name="${name}"][role="button"])`).click();

/** It needs both. */
const test = hasRedis() ? testWithChromium : testWithRedis;

test('shows a farm while it draws, and cancels and retries: in light and dark, on a desk and on a phone', async () => {
  browser = await launchChromium();
  const endless = { phases: [{ layer: 'block1_conv2', iterations: 100_000, learningRate: 8 }] };
  const all = await photos();
  const size = { size: 96 };
  await farm.add(all.slice(0, 4), size);
  const [gone] = (await farm.add([all[4]!], size)) as { id: string }[];
  const { photo } = (await farm.queue.find(gone!.id)).data as { photo: string };
  await farm.store.remove(keys.blob(photo));
  await farm.work();
  await farm.add(all.slice(5, 11), size, endless);
  await farm.add(all.slice(11), { ...size, memory: 2 ** 36 });
  working = Promise.all([1, 2].map(() => farm.work({ untilEmpty: false }, ending.signal)));

  const page = await openPage();
  await waitForText(page, '.figures', /done4.*drawing2.*waiting5.*failed1/s);
  await waitForText(page, '.lacking', /^1 job needs a worker with 64G of memory, and there is none\.$/);
  await waitForText(page, '.failed tbody', /orchard.*the photo orchard is not in the store/s);
  await waitForText(page, 'section.done', /<b>bold<b>/);
  // Each has a picture as it is now, from the store.
  await page.waitForFunction(`((pictures) => pictures.length === 2 && pictures.every(
    ({ src, complete, naturalWidth }) => src.includes('/previews/') && complete && naturalWidth > 0
  ))([...document.querySelectorAll('section.active img')])`);
  await shoot(page, 'light');
  await shoot(await openPage({ isDark: true }), 'dark');
  const phone = await openPage({ width: 390, height: 844 });
  expect(await phone.evaluate('document.documentElement.scrollWidth')).toBe(390);
  await shoot(phone, 'phone');

  await page.bringToFront();
  // By keyboard: the focus stays where there is something to go on with.
  await page.locator('::-p-aria([name="Cancel tower"][role="button"])').wait();
  await page.focus('[aria-label="Cancel tower"]');
  await page.keyboard.press('Enter');
  await page.waitForFunction(`!document.querySelector('section.waiting').textContent.includes('tower')`);
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Waiting');
  await farm.add([all[4]!], size, endless);
  await press(page, 'Cancel station');
  await page.waitForFunction(`!document.querySelector('section.active').textContent.includes('station')`);
  await press(page, 'Retry orchard');
  await page.waitForFunction(`document.querySelector('section.failed').hidden`);

  await farm.server.stop();
  await waitForText(page, '#now', /^redis:\S+ does not answer/);
  await press(page, 'Cancel market');
  await waitForText(page, '#notices', /does not answer/);
  await shoot(page, 'lost');
  await farm.server.restart();
  await waitForText(page, '#now', /^redis:\S+, /);
  expect(await page.evaluate("document.querySelector('#notices').textContent")).toBe('');
  await server.close();
  await waitForText(page, '#now', /^This page has lost its program/);
  server = await openFarmServer(farm.queue, farm.store, 0);
  // What the browser itself says of a server that has ended, and of what was refused without Redis.
  const known = /ERR_(?:CONNECTION_REFUSED|INCOMPLETE|EMPTY)|status of 400/;
  expect(complaints.filter((complaint) => !known.test(complaint))).toEqual([]);
  process.stdout.write(`screenshots of the farm's page: ${shots}\n`);
});
