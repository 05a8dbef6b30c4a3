/** Full disks: a small file system that fills up while something is written. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Case, Draw, Family, Output } from './case.js';
import { drawArgs, exportArgs, makeInputs, video } from './drawing.js';
import type { Random } from './random.js';

/** On the small disk, which is the folder `disk`. */
const on = (path: string): string => `disk/${path}`;

/** What is written to the disk; all else is written beside it. */
type Written = 'video' | 'still' | 'frames' | 'cache' | 'tmp' | 'all';

function fills(written: Written, options: string, side: number, iterations: number, readOnly = false): Case {
  const [isVideo, isStill, isFrames] = (['video', 'still', 'frames'] as const).map(
    (one) => written === one || written === 'all',
  );
  const paths = {
    output: isVideo ? on('x.mp4') : 'x.mp4',
    still: isStill ? on('s.png') : 's.png',
    frames: isFrames ? on('frames') : 'frames',
  };
  const outputs: Output[] = [
    { path: paths.output, kind: 'video' },
    { path: paths.still, kind: 'picture' },
    { path: paths.frames, kind: 'frames' },
  ];
  const env = written === 'cache' ? { VGGDRAW_CACHE: 'disk/cache' } : written === 'tmp' ? { TMPDIR: 'disk' } : {};
  if (written === 'cache') outputs.push({ path: 'disk/cache', kind: 'other', optional: true });
  return {
    what: `${written} on a disk of ${options}${readOnly ? ', read-only' : ''}, ${side} pixels a side, ${iterations} iterations`,
    prepare: (folder) => {
      makeInputs(folder, { side, iterations });
      mkdirSync(join(folder, 'disk'));
    },
    runs: [{ args: drawArgs({ ...paths, size: String(side) }), env, disk: { folder: 'disk', options, readOnly } }],
    outputs,
  };
}

const sizes = ['size=4k', 'size=8k', 'size=16k', 'size=64k', 'size=200k'] as const;
const all = ['video', 'still', 'frames', 'cache', 'tmp', 'all'] as const;

const known: readonly Draw[] = [
  ...all.flatMap((written) =>
    sizes.map(
      (options): Draw =>
        () =>
          fills(written, options, 96, 12),
    ),
  ),
  ...all.map(
    (written): Draw =>
      () =>
        fills(written, 'size=1m', 24, 2, true),
  ),
  ...[2, 3, 5, 8].map(
    (files): Draw =>
      () =>
        fills('all', `size=10m,nr_inodes=${files}`, 24, 10),
  ),
  () => ({
    what: 'export to a disk of 4k',
    prepare: (folder) => mkdirSync(join(folder, 'disk')),
    runs: [
      {
        args: exportArgs('disk/models'),
        ends: [1],
        disk: { folder: 'disk', options: 'size=4k' },
      },
    ],
    // A folder that was made for it may stay.
    outputs: [{ path: 'disk/models', kind: 'other' }],
  }),
  () => ({
    what: 'the photo on the disk that fills',
    prepare: (folder) => {
      makeInputs(folder, { side: 96, iterations: 20 });
      mkdirSync(join(folder, 'disk'));
      copyFileSync(join(folder, 'photo.png'), join(folder, 'disk', 'photo.png'));
    },
    runs: [
      {
        args: drawArgs({ frames: 'disk/frames', overwrite: true }, 'disk/photo.png'),
        disk: { folder: 'disk', options: 'size=60k' },
      },
    ],
    outputs: [video, { path: 'disk/frames', kind: 'frames' }],
  }),
];

export const disks: Family = {
  name: 'disks',
  what: 'a small disk that fills, has room for no more files, or may not be written',
  share: 7,
  known: () => known,
  draw: (random: Random) =>
    fills(random.pick(all), `size=${4 * random.integer(1, 60)}k`, random.integer(16, 128), random.integer(1, 20)),
  obstacle() {
    try {
      execFileSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=4k attack /tmp'], { stdio: 'pipe' });
      return undefined;
    } catch {
      return 'no disk of its own can be made here: it needs root, or user namespaces (unshare -rm)';
    }
  },
};
