/** What every store does, be it a folder or object storage. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bringFile, digestOfBytes, keepBytes, keepFile } from '../../../src/farm/blobs.js';
import { openStore } from '../../../src/farm/store/open.js';
import { keys, type Store } from '../../../src/farm/store/store.js';
import { S3Server, s3Keys } from '../../support/s3-server.js';

const folder = mkdtempSync(join(tmpdir(), 'vggdraw-store-'));
const file = (name: string) => join(folder, name);
const before = { ...process.env };
let s3: S3Server;
beforeAll(async () => {
  s3 = await S3Server.start('drawings');
  Object.assign(process.env, s3Keys, { AWS_ENDPOINT_URL: s3.url });
});
afterAll(async () => {
  await s3.stop();
  for (const name of [...Object.keys(s3Keys), 'AWS_ENDPOINT_URL']) delete process.env[name];
  Object.assign(process.env, before);
  rmSync(folder, { recursive: true });
});

describe.each([
  ['a folder', () => openStore(String(pathToFileURL(file('a store'))), { isMade: true })],
  ['object storage', () => openStore('s3://drawings/of/2026')],
])('%s', (_, open: () => Promise<Store>) => {
  test('keeps bytes and files, whole or in part, and gives them back', async () => {
    const store = await open();
    expect(await store.has('previews/a.jpg')).toBe(false);
    await store.write('previews/a.jpg', 'one');
    await store.write('previews/a.jpg', 'another');
    expect(String(Buffer.from(await store.read('previews/a.jpg')))).toBe('another');
    writeFileSync(file('long'), '0123456789');
    await store.writeFrom('previews/b.jpg', file('long'));
    await store.writeFrom('previews/c.jpg', file('long'), { from: 3, to: 7 });
    await store.readTo('previews/c.jpg', file('part'));
    expect(readFileSync(file('part'), 'utf8')).toBe('3456');
    expect((await store.list('previews/')).toSorted()).toEqual(['previews/a.jpg', 'previews/b.jpg', 'previews/c.jpg']);
    await store.remove('previews/b.jpg');
    await store.remove('previews/b.jpg');
    expect(await store.has('previews/b.jpg')).toBe(false);
    expect(await store.list('drawings/')).toEqual([]);
    store.close();
  });

  test('says what is missing', async () => {
    const store = await open();
    for (const ask of [() => store.read('blobs/none'), () => store.readTo('blobs/none', file('none'))])
      await expect(ask()).rejects.toMatchObject({
        isMissing: true,
        message: `blobs/none is not in the store ${store.label}`,
      });
    expect(existsSync(file('none'))).toBe(false);
    store.close();
  });

  const testWithFullDisk = existsSync('/dev/full') ? test : test.skip;
  testWithFullDisk('is not said to be full where the disk is that something is brought to', async () => {
    const store = await open();
    await store.write('blobs/a', 'a photo');
    await expect(store.readTo('blobs/a', '/dev/full')).rejects.toMatchObject({
      code: 'ENOSPC',
      message: expect.not.stringContaining(store.label),
    });
    store.close();
  });

  test('has no names that lead out of it', async () => {
    const store = await open();
    for (const name of ['../secret', 'blobs/../../secret', '/etc/passwd', 'blobs//x', 'blobs/.x', 'a\\b', 'A', ''])
      await expect((async () => store.read(name))()).rejects.toThrow(/is no name in a store/);
    store.close();
  });

  test('keeps a file once, by its digest, and finds out where it is not what it was', async () => {
    const store = await open();
    writeFileSync(file('photo'), 'a photo');
    const digest = digestOfBytes(Buffer.from('a photo'));
    expect(await keepFile(store, file('photo'))).toBe(digest);
    expect(await keepBytes(store, Buffer.from('a photo'))).toBe(digest);
    await bringFile(store, digest, file('brought'), 'the photo');
    expect(readFileSync(file('brought'), 'utf8')).toBe('a photo');
    // One that is too short, or too long, is replaced where the right one is at hand.
    for (const keep of [() => keepFile(store, file('photo')), () => keepBytes(store, Buffer.from('a photo'))]) {
      await store.write(keys.blob(digest), 'half');
      expect(await keep()).toBe(digest);
      expect(String(Buffer.from(await store.read(keys.blob(digest))))).toBe('a photo');
    }
    // One that is as long is removed by whoever has read it, and may be kept anew.
    await store.write(keys.blob(digest), 'b photo');
    await expect(bringFile(store, digest, file('brought'), 'the photo')).rejects.toMatchObject({
      isMissing: true,
      message: `the photo was damaged in the store ${store.label}, and is removed there; add it again`,
    });
    expect(readdirSync(folder)).not.toContain('brought');
    await keepFile(store, file('photo'));
    // Not one that was damaged on its way.
    let reads = 0;
    const readTo: Store['readTo'] = async (key, path) => {
      await store.readTo(key, path);
      if (reads++ === 0) writeFileSync(path, 'b photo');
    };
    const flawed: Store = new Proxy(store, { get: (of, name) => (name === 'readTo' ? readTo : Reflect.get(of, name)) });
    await bringFile(flawed, digest, file('brought'), 'the photo');
    expect(await store.has(keys.blob(digest))).toBe(true);
    store.close();
  });
});

describe('a folder', () => {
  const open = (name: string, how = {}) => openStore(String(pathToFileURL(file(name))), how);

  test('lists what lies in folders within, and nothing that is called otherwise than what a store has', async () => {
    const store = await open('deep', { isMade: true });
    await store.write('checkpoints/a/drawing', '');
    await store.write('checkpoints/b/frames-0', '');
    writeFileSync(join(file('deep'), 'checkpoints', 'Thumbs.db'), '');
    expect((await store.list('checkpoints/')).toSorted()).toEqual(['checkpoints/a/drawing', 'checkpoints/b/frames-0']);
  });

  test('loses what a process that was killed had begun when it is opened, and what it was for is not in it', async () => {
    const store = await open('killed', { isMade: true });
    await store.write('drawings/a/still.png', '');
    const module = new URL('../../../src/files/abandoned.js', import.meta.url);
    const script = `import { ownedName } from '${module}'; console.log(ownedName('partial'));`;
    const named = spawnSync(process.execPath, ['--input-type=module', '-e', script]).stdout.toString().trim();
    writeFileSync(join(file('killed'), '.unfinished', named), 'half');
    await open('killed');
    expect(readdirSync(file('killed'), { recursive: true, encoding: 'utf8' }).toSorted()).toEqual([
      '.unfinished',
      'drawings',
      join('drawings', 'a'),
      join('drawings', 'a', 'still.png'),
    ]);
  });

  test('that is not mounted any more is away, and not without what is asked for; nothing is written in its place', async () => {
    await (await open('mounted', { isMade: true })).write('blobs/a', 'a photo');
    const store = await open('mounted');
    rmSync(file('mounted'), { recursive: true });
    mkdirSync(file('mounted'));
    for (const ask of [
      () => store.has('blobs/a'),
      () => store.read('blobs/a'),
      () => store.list('blobs/'),
      () => store.write('blobs/b', ''),
    ])
      await expect(ask()).rejects.toMatchObject({
        isMissing: false,
        message: `the store ${store.label} is empty; mount it again`,
      });
    expect(readdirSync(file('mounted'))).toEqual([]);
  });
});

describe('object storage', () => {
  test('that is full, or refuses, or is not there: a clear line', async () => {
    const store = await openStore('s3://drawings');
    s3.status = 507;
    await expect(store.write('blobs/a', '')).rejects.toMatchObject({
      isMissing: false,
      message: 'the store s3://drawings/: it is full; make room',
    });
    s3.status = undefined;
    store.close();
    await expect(openStore('s3://others')).rejects.toThrow(
      "store: s3://others/ can't be used: there is no such bucket (404)",
    );
    process.env.AWS_SECRET_ACCESS_KEY = 'another';
    await expect(openStore('s3://drawings')).rejects.toThrow(
      "store: s3://drawings/ can't be used: its server refuses (403); look at the keys and what they may do",
    );
    Object.assign(process.env, s3Keys);
  });
});

describe('an address', () => {
  test.each([
    ['ftp://host/x', /^store: expected file:\/\/\/folder or s3:\/\/bucket\/prefix, not 'ftp:…'$/],
    ['/srv/drawings', /^store: expected file:\/\/\/folder or s3:\/\/bucket\/prefix$/],
    ['file:///no/such/folder', /^store: \/no\/such\/folder is no folder that is there; mount it/],
    ['file://host/x', /^store: a folder is written file:\/\/\//],
    ['file:///etc/passwd', /^store: \/etc\/passwd is no folder; name one, in which photos and drawings are to lie$/],
    ['s3://bucket/x?key=secret', /^store: expected .*, and nothing behind it$/],
    ['s3://AKID:secret@bucket', /^store: no keys belong into the address/],
  ])('%s is refused, and nothing secret is in the message', async (address, message) => {
    await expect(openStore(address)).rejects.toThrow(message);
    await expect(openStore(address)).rejects.not.toThrow(/secret/);
  });

  test.each([
    ['file:///proc/x', /^store: \/proc\/x can't be made( \(E\w+\))?; choose another folder$/],
    ['file:///etc/passwd', /^store: \/etc\/passwd is no folder; name one,/],
    ['file:///etc/passwd/x', /^store: \/etc\/passwd\/x can't be made \(ENOTDIR\); choose another folder$/],
  ])('%s can be no store: a line', async (address, message) => {
    await expect(openStore(address, { isMade: true })).rejects.toThrow(message);
  });
});
