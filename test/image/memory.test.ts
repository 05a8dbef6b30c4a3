import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { draw } from '../../src/drawing/draw.js';
import { InputError } from '../../src/errors.js';
import { openPhoto } from '../../src/image/photo.js';

const [width, height] = [9000, 7000];
let folder: string;
const path = (kind: string) => join(folder, `${kind}.jpg`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-memory-'));
  for (const kind of ['baseline', 'progressive']) {
    const large = sharp({ create: { width, height, channels: 3, background: '#3366cc' } });
    await writeFile(path(kind), await large.jpeg({ progressive: kind === 'progressive' }).toBuffer());
  }
});
afterAll(() => rm(folder, { recursive: true }));

/** The most memory that a process takes which decodes the photo at this size, and what it should be at most; bytes. */
function peak(kind: string, longest: number): { taken: number; counted: number } {
  const script = `
    import { readFileSync } from 'node:fs';
    import { openPhoto } from '${new URL('../../src/image/photo.js', import.meta.url)}';
    import { fittedSize } from '${new URL('../../src/image/fitted-size.js', import.meta.url)}';
    const photo = await openPhoto(process.argv[1]);
    const size = fittedSize(photo, ${longest});
    await photo.decode(size);
    const [, peak] = /VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'));
    console.log(JSON.stringify({ taken: 1024 * peak, counted: photo.decodingBytes(size) }));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script, path(kind)]);
  if (stdout.length === 0) throw new Error(stderr.toString());
  return JSON.parse(stdout.toString());
}

const testOnLinux = process.platform === 'linux' ? test : test.skip;

testOnLinux('63 megapixels of JPEG are made smaller within 300 MB', () => {
  const { taken, counted } = peak('baseline', 64);
  expect(taken).toBeLessThan(300e6);
  expect(counted).toBeLessThan(50e6);
});

testOnLinux('what is counted is what decoding takes beside Node.js and the code', () => {
  for (const [kind, longest] of [
    ['progressive', 64],
    ['baseline', 9000],
  ] as const) {
    const { taken, counted } = peak(kind, longest);
    expect(taken).toBeLessThan(150e6 + counted);
    expect(taken).toBeGreaterThan(counted / 2);
  }
});

test('a drawing within less memory than decoding takes is refused, and the photo is named', async () => {
  const frames = draw(path('progressive'), { size: 64, memory: '300M', weights: 'seeded', provider: 'cpu' });
  const error: unknown = await frames.next().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InputError);
  expect((error as InputError).message).toMatch(
    /^can't read .*progressive\.jpg: decoding its 9000×7000 pixels takes \d+M of memory at the least, and 300M may be used; make the photo smaller first, or give more memory$/,
  );
});

test('the size is known before anything is decoded', async () => {
  expect(await openPhoto(path('progressive'))).toMatchObject({ width, height });
});
