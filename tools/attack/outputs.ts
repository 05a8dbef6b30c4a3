/** Outputs: names that lead to the photo, to each other, to what is somebody else's, or nowhere. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, linkSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Broken, Case, Draw, Ended, Family, Output, Run } from './case.js';
import {
  allOutputs,
  drawArgs,
  drawing,
  exportArgs,
  frames,
  makeInputs,
  preset,
  still,
  strokesPreset,
  video,
} from './drawing.js';
import { desk } from './program.js';
import type { Random } from './random.js';

type Options = Readonly<Record<string, string | boolean>>;

/** A drawing in a folder that `prepare` has changed. */
const made = (
  what: string,
  options: Options,
  prepare: (folder: string) => void,
  more: Partial<Case> & { run?: Partial<Run> } = {},
): Case => ({
  ...drawing(what, options, more),
  prepare: (folder) => {
    makeInputs(folder);
    prepare(folder);
  },
});

const refused = { run: { ends: [1] }, outputs: [] } as const;
const overwrite = true;

/** Something of the person's own, which is no output of ours. */
const keepsake = (path: string) => (folder: string) => writeFileSync(join(folder, path), 'mine\n');

const asPhoto = (name: string) => (folder: string) => copyFileSync(join(folder, 'photo.png'), join(folder, name));

/** The second of two names for one file is a photo's. */
const aliases: readonly (readonly [how: string, path: string, prepare: (folder: string) => void])[] = [
  ['by its name', 'photo.png', () => {}],
  ['by ./', './photo.png', () => {}],
  ['by the folder above', `../${desk}/photo.png`, () => {}],
  ['by a symbolic link', 'link.png', (folder) => symlinkSync('photo.png', join(folder, 'link.png'))],
  ['by a hard link', 'hard.png', (folder) => linkSync(join(folder, 'photo.png'), join(folder, 'hard.png'))],
  ['by a link to its folder', 'here/photo.png', (folder) => symlinkSync('.', join(folder, 'here'))],
];

/** A drawing of strokes. */
const stroked = (what: string, options: Options, more: Parameters<typeof made>[3]): Case =>
  made(
    what,
    { preset: 'strokes.json', ...options },
    (folder) => writeFileSync(join(folder, 'strokes.json'), strokesPreset),
    more,
  );

const svgs: readonly Output[] = ['s.svg', 'a/moving.svg'].map((path) => ({ path, kind: 'svg' }));

const longName = (length: number, ending: string): string => 'n'.repeat(length - ending.length) + ending;

const known: readonly Draw[] = [
  () => drawing('every output', allOutputs, { run: { ends: [0] }, outputs: [video, still, frames] }),
  () =>
    stroked(
      'every output of strokes',
      {
        ...allOutputs,
        'still-size': '300',
        svg: 's.svg',
        'svg-animated': 'a/moving.svg',
        replay: 'by-hand.mp4',
        steps: 'steps.png',
      },
      {
        run: { ends: [0] },
        outputs: [
          video,
          still,
          frames,
          ...svgs,
          { path: 'by-hand.mp4', kind: 'video' },
          { path: 'steps.png', kind: 'picture' },
        ],
      },
    ),
  () => drawing('--still and --steps are one', { still: 'x.png', steps: './x.png', preset: 'pen' }, refused),
  () => stroked('--svg-style without an SVG', { 'svg-style': 'outline' }, refused),
  () => stroked('--svg and --svg-animated are one', { svg: 's.svg', 'svg-animated': './s.svg' }, refused),
  () => stroked('--svg is a folder', { svg: 'x.svg/', overwrite }, refused),
  () => drawing('--svg of a drawing of pixels', { svg: 's.svg' }, refused),
  () => drawing('--svg-animated of a drawing of pixels', { 'svg-animated': 's.svg' }, refused),
  ...aliases.map(
    ([how, path, prepare]): Draw =>
      () =>
        made(`--still is the photo ${how}`, { still: path, overwrite }, prepare, refused),
  ),
  ...aliases.slice(3).map(
    ([how, path, prepare]): Draw =>
      () => {
        const name = path.replace('.png', '.mp4');
        const links = (folder: string) => {
          asPhoto('photo.mp4')(folder);
          if (name === 'link.mp4') symlinkSync('photo.mp4', join(folder, name));
          else if (name === 'hard.mp4') linkSync(join(folder, 'photo.mp4'), join(folder, name));
          else prepare(folder);
        };
        return {
          ...made(`-o is the photo ${how}`, { output: name, overwrite }, links, refused),
          runs: [{ args: drawArgs({ output: name, overwrite }, 'photo.mp4'), ends: [1] }],
        };
      },
  ),
  () => ({
    ...drawing('--frames holds the photo'),
    prepare: (folder) => {
      makeInputs(folder);
      mkdirSync(join(folder, 'in'));
      copyFileSync(join(folder, 'photo.png'), join(folder, 'in', 'photo.png'));
    },
    runs: [{ args: drawArgs({ frames: 'in', overwrite }, 'in/photo.png') }],
    outputs: [video, { path: 'in', kind: 'frames' }],
  }),
  () => ({
    ...drawing('--frames holds the photo, which is called as a frame is', {}, { outputs: [video] }),
    prepare: (folder) => {
      makeInputs(folder);
      mkdirSync(join(folder, 'in'));
      copyFileSync(join(folder, 'photo.png'), join(folder, 'in', 'frame-00001.png'));
    },
    runs: [{ args: drawArgs({ output: 'photo.mp4', frames: 'in', overwrite }, 'in/frame-00001.png') }],
  }),
  () => drawing('--frames is this folder, with photo and preset in it', { frames: '.', overwrite }, { outputs: 'any' }),
  () =>
    made(
      '--frames has a photo of theirs called as a frame',
      { frames: 'frames', overwrite },
      (folder) => {
        mkdirSync(join(folder, 'frames'));
        keepsake('frames/holiday.png')(folder);
        mkdirSync(join(folder, 'frames', 'sub'));
        keepsake('frames/sub/frame-00000.png')(folder);
      },
      { outputs: [video, frames] },
    ),
  () =>
    made(
      '--frames is a link to a folder of theirs',
      { frames: 'link', overwrite },
      (folder) => {
        mkdirSync(join(folder, 'theirs'));
        keepsake('theirs/notes.txt')(folder);
        symlinkSync('theirs', join(folder, 'link'));
      },
      { outputs: [video, { path: 'theirs', kind: 'frames' }] },
    ),
  () => made('--frames is a file', { frames: 'frames', overwrite }, keepsake('frames'), refused),
  () =>
    made(
      '--still is the preset, by a link',
      { still: 'link.png', overwrite },
      (folder) => symlinkSync('preset.json', join(folder, 'link.png')),
      { outputs: [video, { path: 'link.png', kind: 'picture' }] },
    ),
  () => drawing('-o and --frames are one', { output: 'x.mp4', frames: 'x.mp4' }, refused),
  () => drawing('--still and --frames are one', { still: 'st.png', frames: 'st.png' }, refused),
  () => drawing('--still and --frames are one, by ./', { still: 'st.png', frames: './st.png/' }, refused),
  () =>
    drawing(
      '-o in the --frames folder',
      { output: 'frames/x.mp4', frames: 'frames' },
      { outputs: [frames, { path: 'frames/x.mp4', kind: 'video' }] },
    ),
  () =>
    drawing(
      '--still as a frame',
      { still: 'frames/frame-00000.png', frames: 'frames', overwrite },
      { outputs: [video, frames] },
    ),
  () =>
    drawing(
      '-o in a folder that is not there',
      { output: 'a/b/c.mp4' },
      { outputs: [{ path: 'a/b/c.mp4', kind: 'video' }], run: { ends: [0] } },
    ),
  () =>
    drawing(
      '--still and --frames in folders that are not there',
      { still: 'a/s.png', frames: 'b/c/frames' },
      {
        outputs: [video, { path: 'a/s.png', kind: 'picture' }, { path: 'b/c/frames', kind: 'frames' }],
        run: { ends: [0] },
      },
    ),
  () => drawing('-o below a file', { output: 'preset.json/c.mp4' }, refused),
  () => drawing('-o below /proc', { output: '/proc/c.mp4' }, refused),
  () => drawing('-o below /proc, in a folder', { output: '/proc/a/b/c.mp4' }, refused),
  () => drawing('--frames below /sys', { frames: '/sys/frames' }, refused),
  ...[240, 250, 255, 256, 300].flatMap((length): Draw[] => [
    () => {
      const name = longName(length, '.mp4');
      return drawing(
        `-o of ${length} characters`,
        { output: name },
        { outputs: [{ path: name, kind: 'video' }], run: { ends: length > 255 ? [1] : [0] } },
      );
    },
    () => {
      const name = longName(length, '.png');
      return drawing(
        `--still of ${length} characters`,
        { still: name },
        { outputs: [video, { path: name, kind: 'picture' }], run: { ends: length > 255 ? [1] : [0] } },
      );
    },
    () => {
      const name = longName(length, '');
      return drawing(
        `--frames of ${length} characters`,
        { frames: name },
        { outputs: [video, { path: name, kind: 'frames' }], run: { ends: length > 255 ? [1] : [0] } },
      );
    },
  ]),
  () => drawing('-o of 5,000 characters', { output: `${'a/'.repeat(2500)}x.mp4` }, refused),
  () => drawing('--still of 20,000 characters', { still: `${'a'.repeat(20_000)}.png` }, refused),
  () =>
    drawing(
      '-o with a newline and an escape, there already',
      { output: 'a\n\u001b[31m.mp4' },
      {
        prepare: (folder) => {
          makeInputs(folder);
          keepsake('a\n\u001b[31m.mp4')(folder);
        },
        ...refused,
      },
    ),
  () => made('-o is there', {}, keepsake('photo.mp4'), refused),
  () => made('-o is there, with --overwrite', { overwrite }, keepsake('photo.mp4'), { run: { ends: [0] } }),
  () => made('-o is a folder', { overwrite }, (folder) => mkdirSync(join(folder, 'photo.mp4')), refused),
  () =>
    made(
      '-o is a link to something of theirs',
      { overwrite },
      (folder) => {
        keepsake('theirs.mp4')(folder);
        symlinkSync('theirs.mp4', join(folder, 'photo.mp4'));
      },
      { outputs: [video, { path: 'theirs.mp4', kind: 'video', optional: true }] },
    ),
  () => made('-o is a link to nothing', {}, (folder) => symlinkSync('nothing.mp4', join(folder, 'photo.mp4'))),
  () => made('-o is a link to itself', { overwrite }, (folder) => symlinkSync('photo.mp4', join(folder, 'photo.mp4'))),
  () => made('-o is a FIFO', { overwrite: false }, (folder) => writeFifo(join(folder, 'photo.mp4')), refused),
  () =>
    made(
      '-o in a folder that may not be written',
      { output: 'shut/x.mp4' },
      (folder) => {
        mkdirSync(join(folder, 'shut'));
        chmodSync(join(folder, 'shut'), 0o555);
      },
      { outputs: [{ path: 'shut/x.mp4', kind: 'video' }] },
    ),
  () => twoRuns('two runs with one output', 2, false),
  () => twoRuns('five runs with one output', 5, false),
  () => twoRuns('two runs with one output, with --overwrite', 2, true),
  () => ({
    ...drawing('export over files of theirs', {}, { outputs: [] }),
    prepare: (folder) => {
      mkdirSync(join(folder, 'models'));
      keepsake('models/vgg19.weights')(folder);
    },
    runs: [
      {
        args: exportArgs('models'),
        ends: [1],
      },
    ],
  }),
  () => ({
    what: 'export into a folder that is not there',
    runs: [
      {
        args: exportArgs('a/b/models'),
        ends: [0],
        talks: true,
      },
    ],
    outputs: [{ path: 'a/b/models', kind: 'other' }],
  }),
];

function writeFifo(path: string): void {
  execFileSync('mkfifo', [path]);
}

/** Runs side by side, with the same outputs: without --overwrite nobody's files are taken away by another. */
function twoRuns(what: string, count: number, overwrite: boolean): Case {
  const options = { ...allOutputs, size: '48', overwrite };
  return {
    what,
    prepare: (folder) => {
      makeInputs(folder);
      // Of different lengths, so that files of one run do not pass for those of another.
      for (let i = 0; i < count; i++) writeFileSync(join(folder, `preset-${i}.json`), preset(20 + 10 * i));
    },
    runs: Array.from({ length: count }, (_, i) => ({ args: drawArgs({ ...options, preset: `preset-${i}.json` }) })),
    together: true,
    outputs: 'any',
    look: (folder, ended) => (overwrite ? [] : everyOne(folder, ended)),
  };
}

/** Each run that says that it is done has a video of its own. */
function everyOne(folder: string, ended: readonly Ended[]): Broken[] {
  const done = ended.filter(({ code }) => code === 0).length;
  const videos = readdirSync(folder).filter((name) => name.endsWith('.mp4')).length;
  return done === videos
    ? []
    : [{ promised: 'inputs', seen: `${done} of ${ended.length} runs are done, and ${videos} videos are there` }];
}

const places: readonly string[] = ['', './', 'a/', 'a/b/', `../${desk}/`, './/', 'here/'];
const words: readonly string[] = [
  'x',
  'photo',
  'frame-00000',
  ' ',
  'ä',
  '-',
  '..x',
  'X',
  '%d',
  "'",
  '\u001b[31m',
  'a\nb',
];

/** Outputs at random places, some of which are there already and some of which are one and the same. */
function anywhere(random: Random): Case {
  const name = (ending: string) => random.pick(places) + random.pick(words) + ending;
  const options = {
    output: name('.mp4'),
    ...(random.chance(0.6) ? { still: name('.png') } : {}),
    ...(random.chance(0.6)
      ? { frames: random.chance(0.2) ? random.pick(['.', 'a', 'here', 'photo.png', '..']) : name('') }
      : {}),
    overwrite: random.chance(0.5),
  };
  const isThere = random.chance(0.3);
  return {
    what: JSON.stringify(options),
    prepare: (folder) => {
      makeInputs(folder);
      symlinkSync('.', join(folder, 'here'));
      if (random.chance(0.5)) mkdirSync(join(folder, 'a'));
      if (isThere) keepsake('x.mp4')(folder);
      if (isThere) keepsake('x.png')(folder);
    },
    runs: [{ args: drawArgs(options) }],
    outputs: 'any',
  };
}

export const outputFiles: Family = {
  name: 'outputs',
  what: "outputs that are the photo, each other, somebody else's, too long, in no folder; runs side by side",
  share: 10,
  known: () => known,
  draw: anywhere,
};
