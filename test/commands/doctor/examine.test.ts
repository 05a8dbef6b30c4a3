import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { cacheFinding, ffmpegFinding, nodeFinding, providerFinding } from '../../../src/commands/doctor/examine.js';
import { printed } from '../../../src/commands/doctor.js';

test('a Node.js that is too old', () => {
  expect(nodeFinding('18.20.1').lack).toEqual({ isNeeded: true, remedy: 'install Node.js 20.19 or later' });
  expect(nodeFinding('20.18.9').lack).toBeDefined();
  for (const version of ['20.19.0', '22.1.0']) expect(nodeFinding(version).lack).toBeUndefined();
});

test('a cache folder that is not there and can be made, and one that cannot: neither is there then', () => {
  const folder = join(import.meta.dirname, 'no', 'cache');
  expect(cacheFinding(folder, 2.5e9)).toEqual({
    ...{ name: 'cache', key: 'cache', found: [`${folder}, writable, 2.5 GB free`], lack: undefined },
    facts: { folder, writable: true, free: 2.5e9 },
  });
  const { found, lack } = cacheFinding(join(import.meta.filename, 'cache'), undefined);
  expect(found).toEqual([join(import.meta.filename, 'cache')]);
  expect(lack).toEqual({
    isNeeded: false,
    remedy: expect.stringMatching(/examine\.test\.js is not a folder, and no weights .* set VGGDRAW_CACHE to a folder/),
  });
  expect(existsSync(join(import.meta.dirname, 'no'))).toBe(false);
});

test('the ffmpeg that is used, and what it writes', async () => {
  expect(await ffmpegFinding()).toMatchObject({
    found: [expect.stringMatching(/^\S+, .*ffmpeg/), expect.stringMatching(/^encoders libx264/)],
    facts: { encoders: { libx264: true, gif: true } },
  });
});

test('a provider that this build does not have says why, and needs no advice', () => {
  const not = { installed: false, usable: false, device: null, isSoftware: false };
  const dml = { name: 'dml', known: false, reason: 'it is for Windows only', ...not } as const;
  expect(providerFinding(dml)).toMatchObject({ found: ['not usable: it is for Windows only'], lack: undefined });
  const cuda = { name: 'cuda', known: true, reason: 'install its files', ...not } as const;
  expect(providerFinding(cuda)).toMatchObject({
    found: ['not usable'],
    lack: { isNeeded: false, remedy: 'install its files' },
  });
});

test('what is missing stands under what was found', () => {
  const finding = { name: 'ffmpeg', key: 'ffmpeg', found: ['one', 'tw\x1bo'], facts: null };
  expect(printed(finding)).toBe('ffmpeg        one\n              tw\\x1bo\n');
  expect(printed({ ...finding, lack: { isNeeded: true, remedy: 'install it' } })).toMatch(
    /\n {14}NEEDED: install it\n$/,
  );
  expect(printed({ ...finding, lack: { isNeeded: false, remedy: 'x' } })).toMatch(/\n {14}not needed: x\n$/);
});
