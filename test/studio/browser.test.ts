/**
 * The studio in a real browser, as a person uses it. It keeps screenshots in a temporary folder, which it names, to be looked at.
 * Sizes are small and iterations many where something has to happen while it draws: nothing here depends on how fast that is.
 */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Browser, Page } from 'puppeteer-core';
import { encodePng } from '../../src/image/encode-png.js';
import { launchChromium, testWithChromium } from '../support/chromium.js';
import { type Running, start } from '../support/cli.js';
import { readVideo } from '../support/video.js';

let folder: string;
let browser: Browser | undefined;
let studio: Running | undefined;
let url: string;
/** What pages have complained of, and asked other hosts for. */
const complaints: string[] = [];

/** Iterations of the preset that is drawn with: more than are ever done. */
const iterations = 5000;

const presets = {
  endless: {
    phases: [
      { layer: 'block1_conv1', iterations: 2, learningRate: 20 },
      { layer: 'block1_conv2', iterations: iterations - 2, learningRate: 10 },
    ],
  },
  short: {
    canvas: { paper: 'white' },
    medium: { kind: 'strokes', count: 12, width: [2, 1], lengths: [8, 20], colours: 'ink', tone: 0 },
    phases: [{ layer: 'block1_conv2', iterations: 3, learningRate: 2 }],
  },
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-browser-'));
  await writeFile(join(folder, 'apple.png'), await photo());
  for (const [name, preset] of Object.entries(presets))
    await writeFile(join(folder, `${name}.json`), JSON.stringify(preset));
});
afterAll(async () => {
  await browser?.close();
  studio?.child.kill('SIGKILL');
  await rm(join(folder, 'kept'), { recursive: true, force: true });
});

/** A disc on a lighter ground, 32×24. */
function photo(): Promise<Buffer> {
  const rgb = new Uint8Array(3 * 32 * 24);
  for (let i = 0; i < 32 * 24; i++) {
    const isInside = Math.hypot((i % 32) - 16, Math.floor(i / 32) - 12) < 8;
    rgb.set(isInside ? [160, 40, 30] : [220, 225, 230], 3 * i);
  }
  return encodePng({ width: 32, height: 24, rgb });
}

async function startStudio(): Promise<void> {
  studio = start(['studio', '--port', '0', '--folder', join(folder, 'kept')], { env: { VGGDRAW_CACHE: folder } });
  await studio.printed(/http\S+\/\n/);
  url = studio.output.stdout.trim();
}

async function openPage(hash = '', { width = 1200, height = 800, isDark = false } = {}): Promise<Page> {
  const page = await browser!.newPage();
  page.setDefaultTimeout(100_000);
  await page.setViewport({ width, height });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: isDark ? 'dark' : 'light' }]);
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('status of 400')) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('blob:')) complaints.push(request.url());
  });
  await page.goto(`${url}${hash}`);
  await page.waitForSelector('.easel, .drawing');
  return page;
}

const shoot = (page: Page, name: string) => page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });

// What runs in the page is text: the project's own programs know nothing of a document.

/** Drops a file where a person would. */
const drop = (page: Page, name: string, bytes: Uint8Array) =>
  page.evaluate(`{
    const bytes = Uint8Array.from(atob('${Buffer.from(bytes).toString('base64')}'), (letter) => letter.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([bytes], '${name}'));
    document.querySelector('.easel').dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true }));
  }`);

/** Presses the button that a person reads so. */
const press = (page: Page, name: string) => page.locator(`::-p-aria([name="${name}"][role="button"])`).click();

const text = (page: Page, selector: string) => page.evaluate(`document.querySelector('${selector}').textContent`);
const waitForText = (page: Page, selector: string, pattern: RegExp) =>
  page.waitForFunction(`${pattern}.test(document.querySelector('${selector}')?.textContent)`);

/** Waits until so many pictures, or more, are loaded, and none that is not. */
const waitForPictures = (page: Page, selector: string, count: number) =>
  page.waitForFunction(`((pictures) =>
    pictures.length >= ${count} && pictures.every(({ complete, naturalWidth }) => complete && naturalWidth > 0)
  )([...document.querySelectorAll('${selector}')])`);

/** The number of the frame that is shown. */
const frame = `Number(/frames\\/(\\d+)$/.exec(document.querySelector('.frame')?.src)?.[1])`;
const shownFrame = (page: Page) => page.evaluate(frame) as Promise<number>;
const waitForFrame = (page: Page, from: number) => page.waitForFunction(`${frame} >= ${from}`);

interface Facts {
  state: string;
  index: number;
  losses: number[];
}
const factsOf = async (page: Page): Promise<Facts> => {
  const id = page.url().split('/').at(-1)!;
  return page.evaluate(`fetch('drawings/${id}').then((answer) => answer.json())`) as Promise<Facts>;
};

async function choose(page: Page, preset: string): Promise<void> {
  await page.click('.more summary');
  const own = await page.waitForSelector('input[accept^=".json"]');
  await (own as unknown as { uploadFile(path: string): Promise<void> }).uploadFile(join(folder, `${preset}.json`));
  await waitForText(page, '.chips', new RegExp(preset));
}

/** Downloads what a link is for. @returns its bytes. */
async function download(page: Page, selector: string): Promise<string> {
  const client = await page.createCDPSession();
  await client.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: folder, eventsEnabled: true });
  const done = new Promise<string>((resolve) => {
    let name = '';
    client.on('Browser.downloadWillBegin', ({ suggestedFilename }) => {
      name = suggestedFilename;
    });
    client.on('Browser.downloadProgress', ({ state }) => state === 'completed' && resolve(name));
  });
  await page.locator(selector).click();
  return join(folder, await done);
}

/** A viewer that has asked for news and reads nothing. */
async function sleeper(): Promise<Socket> {
  const { hostname, port, pathname } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.pause();
  socket.write(`GET ${pathname}events HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`);
  return socket;
}

testWithChromium(
  'a person drops a photo, watches, pauses, goes back, goes on, stops, and keeps the video',
  async () => {
    process.stdout.write(`screenshots of the studio: ${folder}\n`);
    browser = await launchChromium();
    await startStudio();
    const page = await openPage();

    // What is no picture is refused, in words.
    await drop(page, 'song.mp3', Buffer.from('ID3 no picture'));
    await waitForText(page, '#notices', /it is not a picture/);
    await drop(page, 'apple.png', await readFile(join(folder, 'apple.png')));
    await page.waitForSelector('.sitter');
    await choose(page, 'endless');
    await shoot(page, 'desk');
    await page.focus('.choices .primary');
    await page.keyboard.press('Enter');

    // Frames arrive, and are shown.
    await page.waitForSelector('.drawing');
    await waitForFrame(page, 3);
    const seen = await shownFrame(page);
    await waitForFrame(page, seen + 1);
    await page.waitForSelector('.plot canvas');
    await shoot(page, 'drawing');

    // It is paused: but for the frames that were under way nothing more comes.
    const asleep = await sleeper();
    await press(page, 'Pause');
    await waitForText(page, '.status', /^Paused at \d+ of 5000$/);
    const paused = await factsOf(page);

    // Another tab, and the first one after it is loaded again in the middle, show the same.
    const second = await openPage(`#${page.url().split('#')[1]}`, { width: 390, height: 844, isDark: true });
    await page.reload();
    for (const tab of [second, page]) {
      // The one behind it is told nothing until it is seen again.
      await tab.bringToFront();
      await waitForText(tab, '.status', /^Paused at \d+ of 5000$/);
      await waitForFrame(tab, paused.index);
      await shoot(tab, tab === second ? 'paused-phone-dark' : 'paused');
    }
    const still = await factsOf(page);
    expect(still.state).toBe('paused');
    expect(still.index - paused.index).toBeLessThanOrEqual(3);
    expect(still.losses).toHaveLength(still.index);

    // Back over the frames, by keyboard; the other tab stays where it is.
    await page.focus('.scrub');
    await page.keyboard.press('Home');
    await page.waitForFunction(`${frame} === 0`);
    expect(await text(page, '.place')).toBe('0 of 5000');
    await page.keyboard.press('End');
    await waitForFrame(page, still.index);

    // Beside the photo, by keyboard too.
    await page.focus('.tools input');
    await page.keyboard.press('Space');
    await page.keyboard.press('Home');
    expect(await page.evaluate(`document.querySelector('.paper').style.getPropertyValue('--split')`)).toBe('0%');
    await page.keyboard.press('End');
    await shoot(page, 'compared');

    // On: both tabs see more, though somebody sleeps.
    await press(page, 'Go on');
    await waitForFrame(page, still.index + 5);
    await second.bringToFront();
    await waitForFrame(second, still.index + 5);
    await page.bringToFront();
    await press(page, 'Stop, and keep it');
    await waitForText(page, '.status', /^Stopped early, and kept$/);
    asleep.destroy();
    const stopped = await factsOf(page);
    expect(stopped.losses).toHaveLength(stopped.index);
    expect(stopped.index).toBeGreaterThan(still.index);

    const video = await readVideo(await download(page, 'a[href$="files/output"]'));
    expect(video).toMatchObject({ width: 32, height: 24, codec: 'h264', pixelFormat: 'yuv420p' });
    // What was drawn, and the finished picture for two seconds.
    expect(video.frames.length).toBeGreaterThan(60);
    await shoot(page, 'stopped');

    // What the network sees in the photo, and what one of its channels likes.
    await page.click('.sight summary');
    await waitForPictures(page, '.channel img', 24);
    expect(await text(page, '.all')).toMatch(/^block1_conv2: the 24 strongest of 64 channels/);
    await shoot(page, 'sight');
    await page.click('.channel');
    // Its map, what it likes, and a patch at the least.
    await waitForPictures(page, '.liking img', 3);
    await shoot(page, 'liking');
    expect(complaints).toEqual([]);

    // What was drawn is there after a restart.
    studio!.child.kill('SIGINT');
    expect(await studio!.finished).toMatchObject({ code: 130, signal: null });
    await waitForText(page, '#now', /^The studio has ended/);
    await Promise.all([page, second].map((tab) => tab.close()));
    complaints.length = 0;
    await startStudio();
    const later = await openPage();
    await later.click('.card');
    await waitForText(later, '.status', /^Stopped early, and kept$/);
    await later.waitForSelector('.plot canvas');
  },
);

testWithChromium('a drawing of strokes is watched stroke by stroke, and kept as an SVG and for a plotter', async () => {
  const page = await openPage();
  await drop(page, 'apple.png', await readFile(join(folder, 'apple.png')));
  await page.waitForSelector('.sitter');
  await choose(page, 'short');
  await press(page, 'Draw');
  await waitForText(page, '.status', /^Finished$/);
  // It has no pixels: what is shown is its SVG.
  await page.waitForFunction(`document.querySelector('.frame').src.endsWith('/files/svg')`);

  await page.click('.tools .chip:not([hidden]) ~ .chip');
  await page.waitForSelector('.strokes path');
  const visible = () => page.evaluate(`document.querySelectorAll('.strokes path:not(.hidden)').length`);
  const count = (await visible()) as number;
  expect(await text(page, '.place')).toBe(`${count} of ${count} strokes`);
  await page.focus('.scrub');
  await page.keyboard.press('Home');
  expect(await visible()).toBe(0);
  await page.keyboard.press('ArrowRight');
  expect(await visible()).toBe(1);
  await page.keyboard.press('End');
  await page.focus('.window');
  await page.keyboard.press('+');
  await shoot(page, 'strokes');

  expect(await readFile(await download(page, 'a[href$="files/svg"]'), 'utf8')).toMatch(/^<svg.*<title>apple<.title>/s);
  expect(await readFile(await download(page, 'a[href$="files/steps"]'), 'latin1')).toMatch(/^%PDF-/);
  expect(JSON.parse(await readFile(await download(page, 'a[href$="files/preset"]'), 'utf8'))).toMatchObject(
    presets.short,
  );
  await page.click('.downloads summary');
  await press(page, 'Make the file');
  expect(await readFile(await download(page, '.result a'), 'utf8')).toMatch(/<svg[^>]* width="210mm"/);
  expect(complaints).toEqual([]);

  page.on('dialog', (dialog) => dialog.accept());
  await press(page, 'Remove');
  await page.waitForSelector('.easel');
  expect((await readdir(join(folder, 'kept'))).filter((name) => !name.startsWith('.'))).toHaveLength(1);
});
