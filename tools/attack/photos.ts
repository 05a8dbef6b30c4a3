/** Photos: damaged, claiming to be what they are not, and files that are no photos. */
import { execFileSync } from 'node:child_process';
import { symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { av1Data, heifFile } from '../../test/image/formats/heif-files.js';
import type { Case, Draw, Family, Run } from './case.js';
import { damage } from './damage.js';
import { drawArgs, makeInputs } from './drawing.js';
import { exifSegment, slowJpeg } from './samples/jpeg.js';
import { claimingPng, pictureKinds, pictureOf, type Sample } from './samples/pictures.js';

/** By the library, in a process that reads many. */
const reading = (what: string, { kind, bytes }: Sample, sound = false): Case => ({
  what: `${kind}: ${what}`,
  prepare: (folder) => writeFileSync(join(folder, kind), bytes),
  read: { kind: 'photo', file: kind, sound },
});

/** By the command line. The photo is at `path`; or the style picture, where `as` says so. */
const drawn = (
  what: string,
  path: string,
  prepare: (folder: string) => void,
  run: Partial<Run> = {},
  as: 'photo' | 'style' = 'photo',
): Case => ({
  what: as === 'photo' ? what : `${what}, as style`,
  prepare: (folder) => {
    makeInputs(folder);
    prepare(folder);
  },
  runs: [{ args: argsFor(path, as), ...run }],
  outputs: [{ path: 'out.mp4', kind: 'video' }],
});

const argsFor = (path: string, as: 'photo' | 'style'): string[] => {
  const options = { output: 'out.mp4', size: '32' };
  return as === 'photo' ? drawArgs(options, path) : drawArgs({ ...options, preset: 'styled.json', style: path });
};

const file =
  (what: string, bytes: () => Buffer, run: Partial<Run> = {}): Draw =>
  () =>
    drawn(what, 'bad.photo', (folder) => writeFileSync(join(folder, 'bad.photo'), bytes()), run);

const refused = { ends: [1] } as const;

const av1Bomb = (side: number, frames: number): Buffer =>
  heifFile('avif', { width: 24, height: 16 }, [{ type: 'av01', data: av1Data(side, side, frames) }]);

const known: readonly Draw[] = [
  ...pictureKinds.map(
    (kind): Draw =>
      (random) =>
        reading('sound', pictureOf(kind, random), true),
  ),
  file('an empty file', () => Buffer.alloc(0), refused),
  file('text', () => Buffer.from('not a photo\n'.repeat(50)), refused),
  file('WebP', () => Buffer.from('RIFF\0\0\0\0WEBPVP8 ', 'latin1'), refused),
  file('an AVIF of 8000 by 8000 pixels in 10,000 frames', () => av1Bomb(8000, 10_000), refused),
  file('an AVIF of 24 by 16 pixels whose frame has 60,000 by 60,000', () => av1Bomb(60_000, 1), refused),
  file('a PNG of 2^31 by 2^31 pixels', () => claimingPng(2 ** 31 - 1, 2 ** 31 - 1, deflateSync('')), refused),
  file('a PNG of 8000 by 8000 pixels, without data', () => claimingPng(8000, 8000, deflateSync('')), refused),
  file('a PNG of 1 by 1 pixel that holds 512 MB', () => claimingPng(1, 1, deflateSync(Buffer.alloc(2 ** 29))), {
    memory: 1e9,
  }),
  file('a JPEG of 8000 by 8000 pixels in 1,000 scans', () => slowJpeg(8000, 1000), { seconds: 20, memory: 3e9 }),
  file('a JPEG of 1000 by 1000 pixels in 10,000 scans', () => slowJpeg(1000, 10_000), { seconds: 20 }),
  file('a JPEG of 8000 by 8000 pixels in 1,000 scans, Ctrl-C twice', () => slowJpeg(8000, 1000), {
    kills: [
      { signal: 'SIGINT', lines: 0, delay: 2500, to: 'process' },
      { signal: 'SIGINT', lines: 0, delay: 100, to: 'process' },
    ],
  }),
  file('a JPEG of 8000 by 8000 pixels in 1,000 scans, SIGTERM', () => slowJpeg(8000, 1000), {
    kills: [{ signal: 'SIGTERM', lines: 0, delay: 2500, to: 'process' }],
  }),
  file('a JPEG whose EXIF points at itself', () => {
    const ring = Buffer.from('49492a0008000000010069870400010000000800000008000000', 'hex');
    const plain = slowJpeg(16, 1);
    return Buffer.concat([plain.subarray(0, 2), exifSegment(ring), plain.subarray(2)]);
  }),
  () => drawn('a folder', 'folder.png', (folder) => execFileSync('mkdir', [join(folder, 'folder.png')]), refused),
  () => drawn('a FIFO', 'pipe.png', (folder) => execFileSync('mkfifo', [join(folder, 'pipe.png')]), refused),
  () => drawn('/dev/zero', '/dev/zero', () => {}, refused),
  () => drawn('/dev/zero', '/dev/zero', () => {}, refused, 'style'),
  () => drawn('a folder', '.', () => {}, refused, 'style'),
  () => drawn('nothing', 'missing.png', () => {}, refused, 'style'),
  () => drawn('a weight that is none', 'photo.png:-1', () => {}, refused, 'style'),
  () => drawn('the photo', 'photo.png:2', () => {}, { ends: [0] }, 'style'),
  () => drawn('/dev/full', '/dev/full', () => {}, refused),
  () => drawn('stdin', '/dev/stdin', () => {}, refused),
  () => drawn('/proc/self/mem', '/proc/self/mem', () => {}, refused),
  () => drawn('a link to itself', 'ring.png', (folder) => symlinkSync('ring.png', join(folder, 'ring.png')), refused),
  () => drawn('a link to nothing', 'link.png', (folder) => symlinkSync('missing', join(folder, 'link.png')), refused),
  () =>
    drawn(
      'a hole of 100 GB',
      'hole.png',
      (folder) => {
        writeFileSync(join(folder, 'hole.png'), '');
        truncateSync(join(folder, 'hole.png'), 1e11);
      },
      { ...refused, memory: 5e8 },
    ),
  // Longer than any system takes, and longer than ONNX Runtime's telemetry did, which crashed.
  ...[300, 4095, 5000, 16_000, 16_384, 20_000, 100_000].flatMap((length): Draw[] => [
    () => drawn(`a path of ${length} characters`, 'a'.repeat(length), () => {}, refused),
    () => drawn(`a path of ${length} characters, in folders`, 'a/'.repeat(length / 2), () => {}, refused),
  ]),
  ...[
    'a\nb.png',
    '\u001b[31mred.png',
    '\u202egnp.exe',
    'a\u0007b.png',
    "it's $(here) `now`.png",
    '-x.png',
    'ä😀.png',
  ].map(
    (name): Draw =>
      () => {
        const shown = JSON.stringify(name);
        return drawn(`a missing photo ${shown}`, `./missing-${name}`, () => {}, refused);
      },
  ),
  ...['a\nb.png', '\u001b[31mred.png', "it's $(here) `now`.png", 'ä😀.png', '%s%n.png', ' .png'].map(
    (name): Draw =>
      (random) => {
        const { bytes } = pictureOf('rgb.png', random);
        return drawn(
          `a photo named ${JSON.stringify(name)}`,
          name,
          (folder) => writeFileSync(join(folder, name), bytes),
          {
            ends: [0],
          },
        );
      },
  ),
];

export const photos: Family = {
  name: 'photos',
  what: 'damaged pictures of every format, pictures that claim more than they are, devices, names',
  share: 60,
  known: () => known,
  draw(random) {
    const sample = pictureOf(random.pick(pictureKinds), random);
    const { bytes, how } = damage(sample.bytes, random, pictureOf(random.pick(pictureKinds), random).bytes);
    if (random.chance(0.85)) return reading(how, { ...sample, bytes });
    const path = `damaged-${sample.kind}`;
    const as = random.chance(0.8) ? 'photo' : 'style';
    return drawn(`${sample.kind}: ${how}`, path, (folder) => writeFileSync(join(folder, path), bytes), {}, as);
  },
};
