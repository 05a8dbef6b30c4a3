import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Jimp } from 'jimp';
import { InputError } from '../../src/errors.js';
import { encodePng } from '../../src/image/encode-png.js';
import { maxMegapixels, openPhoto, readPhoto } from '../../src/image/photo.js';
import { pngChunk } from './formats/encoders.js';
import { largestDifference, noise, refusalOf } from './reading.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-photo-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('readPhoto', () => {
  test.each(['jpeg', 'png', 'bmp', 'gif', 'tiff'] as const)('reads %s, whatever the file is called', async (format) => {
    const path = join(folder, `${format}.txt`);
    const image = new Jimp({ width: 32, height: 16, color: 0x3366ccff });
    await writeFile(path, await image.getBuffer(format === 'bmp' ? 'image/bmp' : (`image/${format}` as 'image/png')));
    const { width, height, rgb } = await readPhoto(path);
    const wanted = Uint8Array.from({ length: 32 * 16 * 3 }, (_, i) => [0x33, 0x66, 0xcc][i % 3]!);
    expect([width, height]).toEqual([32, 16]);
    expect(largestDifference(rgb, wanted)).toBeLessThanOrEqual(format === 'jpeg' ? 2 : 0);
  });

  test('follows a link', async () => {
    const path = join(folder, 'target.png');
    await writeFile(path, await encodePng({ width: 1, height: 1, rgb: Uint8Array.of(1, 2, 3) }));
    await symlink(path, join(folder, 'link'));
    expect(await readPhoto(join(folder, 'link'))).toEqual({ width: 1, height: 1, rgb: Uint8Array.of(1, 2, 3) });
  });
});

describe('a photo may be given as', () => {
  const picture = { width: 2, height: 1, rgb: Uint8Array.of(1, 2, 3, 4, 5, 6) };

  test('a path, a file: URL, a Buffer, or any Uint8Array', async () => {
    const path = join(folder, 'a photo.png');
    const bytes = await encodePng(picture);
    await writeFile(path, bytes);
    const part = new Uint8Array([...noise(3), ...bytes, ...noise(3)]).subarray(3, -3);
    for (const source of [path, pathToFileURL(path), bytes, part]) expect(await readPhoto(source)).toEqual(picture);
  });

  test.each([undefined, null, 7, {}, [1, 2, 3], new ArrayBuffer(8), Promise.resolve('photo.png')])(
    'nothing else: %p',
    async (source) => {
      const error: unknown = await readPhoto(source as never).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(InputError);
      expect((error as InputError).message).toMatch(/^photo: expected a path, a file: URL/);
    },
  );

  test('an address of another kind is refused', async () => {
    const error: unknown = await readPhoto(new URL('https://example.org/photo.jpg')).catch((thrown: unknown) => thrown);
    expect(error).toEqual(new InputError("photo: https: addresses can't be read; give the path of a file"));
  });

  test('bytes that are no photo are called photo', async () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('hello')]) {
      await expect(readPhoto(bytes)).rejects.toThrow(/^can't read photo: (the file is empty|it is not a picture)/);
    }
  });
});

describe('openPhoto', () => {
  const turned = (orientation: number): Buffer => {
    const exif = Buffer.from('MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0', 'latin1');
    exif.writeUInt16BE(orientation, 18);
    return pngChunk('eXIf', exif);
  };

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'tells the size of the upright picture before it is decoded, orientation %i',
    async (orientation) => {
      const path = join(folder, `turned-${orientation}.png`);
      const png = await encodePng({ width: 3, height: 2, rgb: new Uint8Array(18) });
      await writeFile(path, Buffer.concat([png.subarray(0, 33), turned(orientation), png.subarray(33)]));
      const photo = await openPhoto(path);
      const size = orientation >= 5 ? { width: 2, height: 3 } : { width: 3, height: 2 };
      expect(photo).toMatchObject(size);
      expect(await photo.decode()).toMatchObject(size);
    },
  );

  test('damage that only decoding finds is said as any other, with the name', async () => {
    const path = join(folder, 'broken.jpg');
    const jpeg = await new Jimp({ width: 64, height: 64, color: 0x3366ccff }).getBuffer('image/jpeg');
    await writeFile(path, jpeg.subarray(0, -20));
    const photo = await openPhoto(path);
    expect(photo).toMatchObject({ width: 64, height: 64 });
    const error: unknown = await photo.decode().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).message).toMatch(/^can't read .*broken\.jpg: the JPEG is damaged/);
    expect(await readPhoto(path).catch((thrown: unknown) => thrown)).toEqual(error);
  });
});

describe('says on one line what is wrong, where, and how to mend it', () => {
  async function messageFor(path: string): Promise<string> {
    const error: unknown = await readPhoto(path).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    return (error as InputError).message;
  }

  test('no such file', async () => {
    const path = join(folder, 'missing.jpg');
    expect(await messageFor(path)).toBe(`can't read ${path}: there is no such file; check the name`);
    expect(await messageFor(`${path}/photo.jpg`)).toMatch(/there is no such file; check the name$/);
  });

  test('a name that no file can have', async () => {
    for (const path of [`/${'x'.repeat(4000)}`, 'x/'.repeat(8000)]) {
      const message = await messageFor(path);
      expect(message).toMatch(/^can't read [x/]+ … [x/]+: the name is too long for the file system; check it$/);
      expect(message.length).toBeLessThan(400);
    }
    expect(await messageFor('a\0.png')).toBe("can't read a\\x00.png: no file can be called that; check the name");
  });

  test('a folder', async () => {
    expect(await messageFor(folder)).toBe(`can't read ${folder}: it is a folder; name a photo in it`);
  });

  test('not a file', async () => {
    expect(await messageFor('/dev/zero')).toBe(
      "can't read /dev/zero: it is not an ordinary file; save the photo in one",
    );
  });

  test('an empty file', async () => {
    const path = join(folder, 'empty.png');
    await writeFile(path, '');
    expect(await messageFor(path)).toBe(`can't read ${path}: the file is empty; get a whole copy of it`);
  });

  test('a file of many gigabytes, without reading it', async () => {
    const path = join(folder, 'large.jpg');
    await writeFile(path, '');
    await truncate(path, 5e9);
    expect(await messageFor(path)).toBe(`can't read ${path}: the file is larger than 1 GB; save it as JPEG or PNG`);
  });

  test('no permission', async () => {
    const path = join(folder, 'secret.png');
    await writeFile(path, 'secret');
    await chmod(path, 0);
    let message: string;
    if (process.getuid?.() === 0) {
      // Root may read everything, so this takes another user.
      await chmod(folder, 0o755);
      const script = `import { readPhoto } from '${new URL('../../src/image/photo.js', import.meta.url)}';
        process.setuid(65534);
        await readPhoto(process.argv[1]).catch((error) => console.log(error.name, error.message));`;
      const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script, path]);
      message = stdout.toString().trim().replace('InputError ', '');
    } else message = await messageFor(path);
    expect(message).toBe(`can't read ${path}: you have no permission to read it; change the file's permissions`);
  });

  test('a text file', async () => {
    const path = join(folder, 'text.jpg');
    await writeFile(path, 'This is not a photo.\nIt has two lines.\n');
    expect(await messageFor(path)).toBe(
      `can't read ${path}: it is not a picture; give a JPEG, PNG, WebP, AVIF, HEIC, TIFF, GIF or BMP file`,
    );
  });

  test.each(['\0\0\0\x20ftypisom', '\0\0\0\x14ftypqt  ', '\x1aE\xdf\xa3', 'RIFF\0\0\0\0AVI '])(
    'a film: %j',
    async (beginning) => {
      const path = join(folder, 'film.jpg');
      await writeFile(path, `${beginning} and more of it`, 'latin1');
      expect(await messageFor(path)).toBe(
        `can't read ${path}: it is a film, which 'vggdraw film' draws; give a JPEG, PNG or another picture`,
      );
    },
  );

  test.each([
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"></svg>')],
    ['Photoshop', Buffer.concat([Buffer.from('8BPS\0\x01\0\0\0\0\0\0\0\x03', 'latin1'), Buffer.alloc(30, 1)])],
    ['JPEG XL', Buffer.from('\0\0\0\x0cJXL \r\n\x87\n', 'latin1')],
  ])('another format: %s', async (name, bytes) => {
    expect(await refusalOf(bytes)).toMatch(new RegExp(`: ${name} files can't be read; convert it to JPEG or PNG$`));
  });

  test('more pixels than there is memory for, before any is taken', async () => {
    const header = Buffer.alloc(13);
    header.writeUInt32BE(100_000, 0);
    header.writeUInt32BE(80_000, 4);
    header.set([8, 2], 8);
    const chunks = [pngChunk('IHDR', header), pngChunk('IDAT', deflateSync(Buffer.alloc(100)))];
    const file = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...chunks]);
    expect(await refusalOf(file)).toMatch(
      new RegExp(`: 100000×80000 is more than ${maxMegapixels} megapixels; make it smaller first$`),
    );
  });
});

test('leaves stdout alone and never hangs, whatever the bytes', async () => {
  await mkdir(join(folder, 'hostile'));
  const image = new Jimp({ width: 40, height: 30, color: 0x3366ccff });
  const files = await Promise.all(
    (['jpeg', 'png', 'gif', 'tiff', 'bmp'] as const).map(async (format) => {
      const path = join(folder, 'hostile', format);
      await writeFile(path, await image.getBuffer(`image/${format}` as 'image/png'));
      return path;
    }),
  );
  // In a process of its own, whose output is its own and which can be stopped.
  const script = `
    import { readFileSync, writeFileSync } from 'node:fs';
    import { readPhoto } from '${new URL('../../src/image/photo.js', import.meta.url)}';
    let state = 7;
    const random = (n) => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % 65536 % n;
    for (const path of process.argv.slice(1)) {
      const whole = readFileSync(path);
      for (let i = 0; i < 300; i++) {
        const bytes = Buffer.from(whole);
        for (let n = random(5); n >= 0; n--) bytes[random(2) ? random(Math.min(200, bytes.length)) : random(bytes.length)] = random(256);
        writeFileSync(path, bytes);
        await readPhoto(path).catch((error) => {
          if (error.name !== 'InputError' || error.message.includes('\\n')) throw error;
        });
      }
    }`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script, ...files], {
    timeout: 30_000,
  });
  expect({ stdout: stdout.toString(), stderr: stderr.toString(), status }).toEqual({
    stdout: '',
    stderr: '',
    status: 0,
  });
});
