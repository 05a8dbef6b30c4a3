/** A real browser, without a window. */
import { existsSync } from 'node:fs';
import { test } from '@jest/globals';
import type { Browser } from 'puppeteer-core';

/** Where Debian's package chromium has it. */
const path = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** A test that needs it: it says so where it is absent, and fails there if VGGDRAW_TEST_BROWSER=required. */
export function testWithChromium(name: string, body: () => Promise<void>, milliseconds = 300_000): void {
  if (existsSync(path) || process.env.VGGDRAW_TEST_BROWSER === 'required') test(name, body, milliseconds);
  else test.skip(`${name}: skipped, because ${path} is not there (Debian: apt-get install chromium)`, () => {});
}

export async function launchChromium(): Promise<Browser> {
  // Loaded here: tests that skip should not wait for it.
  const { launch } = await import('puppeteer-core');
  // It has a sandbox of its own, which root can't have.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return launch({ executablePath: path, args: [...sandbox, '--disable-gpu', '--disable-dev-shm-usage'] });
}
