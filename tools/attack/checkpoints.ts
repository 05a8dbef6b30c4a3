/** Checkpoints of drawings, and the frames beside them: damaged, made up, of another drawing; gone on with by `vggdraw resume`. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run as runCli } from '../../test/support/cli.js';
import type { Broken, Case, Draw, Family } from './case.js';
import { damage, hostileTexts, type Json, putHostile } from './damage.js';
import { drawArgs, makeInputs, photo, video } from './drawing.js';
import { takesLong } from './presets.js';
import type { Random } from './random.js';

const checkpoint = 'photo.mp4.checkpoint';
const frames = `${checkpoint}.frames`;

/** A checkpoint and its frames. */
interface Kept {
  readonly checkpoint: Buffer;
  readonly frames: Buffer;
}

/** A file's header, with the JSON that is text in it as JSON. */
interface Header {
  __metadata__: { drawing: { [key: string]: Json }; given: { [key: string]: Json } } & { [key: string]: Json };
  [tensor: string]: { [key: string]: Json };
}

let sample: Kept;

/** One that ffmpeg has kept from being finished; then its preset gets more iterations, so that it can be gone on with. */
async function makeSample(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vggdraw-attack-checkpoint-'));
  try {
    makeInputs(folder);
    const ffmpeg = join(folder, 'ffmpeg');
    const double = '#!/bin/sh\n[ "$2" = -encoders ] && echo " V..... libx264" || cat > /dev/null\n';
    writeFileSync(ffmpeg, double, { mode: 0o755 });
    const args = drawArgs({ size: '16', 'checkpoint-every': '0' });
    const { stderr } = await runCli(args, { cwd: folder, env: { FFMPEG_PATH: ffmpeg } });
    if (!existsSync(join(folder, checkpoint))) throw new Error(`no checkpoint was made: ${stderr}`);
    const made = { checkpoint: readFileSync(join(folder, checkpoint)), frames: readFileSync(join(folder, frames)) };
    sample = {
      ...made,
      checkpoint: rewritten(made.checkpoint, ({ __metadata__: { drawing } }) => {
        const { preset } = drawing.recipe as { preset: { phases: { iterations: number }[] } };
        preset.phases[0]!.iterations += 2;
      }),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A copy whose header is another one. */
function rewritten(bytes: Buffer, change: (header: Header) => void): Buffer {
  const end = 8 + Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.toString('utf8', 8, end));
  const said = header.__metadata__;
  for (const name of ['drawing', 'given']) said[name] = JSON.parse(said[name]);
  change(header);
  for (const name of ['drawing', 'given']) if (name in said) said[name] = JSON.stringify(said[name]);
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, bytes.subarray(end)]);
}

interface Given {
  /** What of the sample is another one. */
  readonly make?: () => Partial<Kept>;
  /** What else in the folder is. */
  readonly prepare?: (folder: string) => void;
  readonly ends?: readonly number[];
  /** What is given instead of the checkpoint. */
  readonly file?: string;
}

/** Goes on with it. What could not go on still has its checkpoint. */
function resumed(what: string, { make = () => ({}), prepare, ends, file = checkpoint }: Given = {}): Case {
  let kept = sample;
  const gone = { kind: 'other', optional: true } as const;
  return {
    what,
    prepare: (folder) => {
      kept = { ...sample, ...make() };
      makeInputs(folder);
      writeFileSync(join(folder, checkpoint), kept.checkpoint);
      writeFileSync(join(folder, frames), kept.frames);
      prepare?.(folder);
    },
    runs: [{ args: ['resume', file, '--quiet'], memory: 1e9, ...(ends ? { ends } : {}) }],
    outputs: [video, { path: checkpoint, ...gone }, { path: frames, ...gone }],
    look: (folder, [ended]) => (ended!.code === 0 ? [] : lostOf(folder, kept)),
  };
}

function lostOf(folder: string, kept: Kept): Broken[] {
  const path = join(folder, checkpoint);
  if (existsSync(path) && readFileSync(path).equals(kept.checkpoint)) return [];
  return [{ promised: 'inputs', seen: 'the checkpoint is another one, or gone' }];
}

const refused = [1];

/** With another header. */
const said =
  (what: string, change: (header: Header) => void, ends?: readonly number[]): Draw =>
  () =>
    resumed(what, { make: () => ({ checkpoint: rewritten(sample.checkpoint, change) }), ...(ends ? { ends } : {}) });

const bytesRefused =
  (what: string, make: () => Partial<Kept>): Draw =>
  () =>
    resumed(what, { make, ends: refused });

const folderRefused =
  (what: string, prepare: (folder: string) => void): Draw =>
  () =>
    resumed(what, { prepare, ends: refused });

const fileRefused =
  (what: string, file: string, prepare: (folder: string) => void = () => {}): Draw =>
  () =>
    resumed(what, { file, prepare, ends: refused });

/** A checkpoint whose header is said to have so many bytes. */
const headerOf = (length: bigint) => (): Partial<Kept> => {
  const bytes = Buffer.from(sample.checkpoint);
  bytes.writeBigUInt64LE(length);
  return { checkpoint: bytes };
};

/** All of a checkpoint's values are this one. */
const valuesOf = (value: number) => (): Partial<Kept> => {
  const bytes = Buffer.from(sample.checkpoint);
  for (let at = 8 + Number(bytes.readBigUInt64LE()); at + 4 <= bytes.length; at += 4) bytes.writeFloatLE(value, at);
  return { checkpoint: bytes };
};

const tensorsIn = (header: Header) =>
  Object.entries(header).flatMap(([name, one]) => (name.includes('/') ? [one] : []));
const recipeIn = ({ __metadata__: { drawing } }: Header) => drawing.recipe as { [key: string]: Json };

const known: readonly Draw[] = [
  () => resumed('sound', { ends: [0] }),
  () => resumed('its preset is gone', { prepare: (folder) => rmSync(join(folder, 'preset.json')), ends: [0] }),
  folderRefused('without its frames', (folder) => rmSync(join(folder, frames))),
  folderRefused('a folder for its frames', (folder) => {
    rmSync(join(folder, frames));
    mkdirSync(join(folder, frames));
  }),
  folderRefused('a FIFO for its frames', (folder) => {
    rmSync(join(folder, frames));
    execFileSync('mkfifo', [join(folder, frames)]);
  }),
  folderRefused('a link to itself for its frames', (folder) => {
    rmSync(join(folder, frames));
    symlinkSync(frames, join(folder, frames));
  }),
  bytesRefused('frames of zeros', () => ({ frames: Buffer.alloc(sample.frames.length, 1) })),
  bytesRefused('frames without the last byte', () => ({ frames: sample.frames.subarray(0, -1) })),
  folderRefused('another photo', (folder) => writeFileSync(join(folder, 'photo.png'), photo(20))),
  folderRefused('no photo', (folder) => rmSync(join(folder, 'photo.png'))),
  folderRefused('a video that is there', (folder) => writeFileSync(join(folder, video.path), 'of somebody else')),
  bytesRefused('an empty file', () => ({ checkpoint: Buffer.alloc(0) })),
  bytesRefused('no values', () => ({ checkpoint: rewritten(sample.checkpoint, () => {}).subarray(0, -16) })),
  ...[0n, 1n, 2n ** 22n, 2n ** 32n, 2n ** 63n].map((length) =>
    bytesRefused(`a header of ${length} bytes`, headerOf(length)),
  ),
  bytesRefused('values that are no numbers', valuesOf(Number.NaN)),
  () => resumed('values of 3e38', { make: valuesOf(3e38) }),
  said('of another version', ({ __metadata__: one }) => Object.assign(one, { version: '2' }), refused),
  said('of another program', ({ __metadata__: one }) => Object.assign(one, { format: 'a drawing' }), refused),
  ...['drawing', 'given'].map((name) =>
    said(`without ${name}`, ({ __metadata__: one }) => void delete one[name], refused),
  ),
  said('losses that are none', ({ __metadata__: one }) => Object.assign(one, { losses: '{"0":"x"}' }), [0]),
  ...[[2 ** 31, 2 ** 31], [2 ** 53 - 1], [0], [], [-1], [1e308]].map((shape) =>
    said(`a shape of ${shape}`, (header) => Object.assign(tensorsIn(header)[0]!, { shape }), refused),
  ),
  said('shapes with a side of 1 more', (header) => {
    for (const tensor of tensorsIn(header)) tensor.shape = [1, ...(tensor.shape as Json[])];
  }),
  said('no tensors', (header) => {
    for (const name of Object.keys(header)) if (name.includes('/')) delete header[name];
  }),
  said('names of tensors with escapes', (header) => {
    for (const [name, tensor] of Object.entries(header)) {
      if (!name.includes('/')) continue;
      header[`${name}\n\u001b[31m`] = tensor;
      delete header[name];
    }
  }),
  ...[
    [1, 1],
    [16, 2 ** 14],
    [2 ** 53 - 1, 2 ** 53 - 1],
  ].map(([width, height]) =>
    said(`of ${width}×${height} pixels`, (header) => Object.assign(recipeIn(header).size!, { width, height }), refused),
  ),
  ...[0, -1, 1.5, 100, 2 ** 53].map((iterations) =>
    said(
      `after ${iterations} iterations`,
      ({ __metadata__: one }) => Object.assign(one.drawing, { iterations }),
      refused,
    ),
  ),
  ...hostileTexts.map((text) =>
    said(`the folder ${JSON.stringify(text).slice(0, 40)}`, ({ __metadata__: one }) =>
      Object.assign(one.given, { folder: text }),
    ),
  ),
  fileRefused('/dev/zero', '/dev/zero'),
  fileRefused('a folder', '.'),
  fileRefused('a file that is not there', 'none.checkpoint'),
  fileRefused('the photo', 'photo.png'),
  fileRefused('the frames', frames),
  fileRefused('a FIFO', 'pipe', (folder) => execFileSync('mkfifo', [join(folder, 'pipe')])),
  fileRefused('a link to itself', 'ring', (folder) => symlinkSync('ring', join(folder, 'ring'))),
];

/** A hostile value in what is said: of the drawing, of the command, of the tensors. */
function hostile(random: Random): { checkpoint: Buffer; how: string } | undefined {
  let how = '';
  let isLong = false;
  const checkpoint = rewritten(sample.checkpoint, (header) => {
    const { drawing, given } = header.__metadata__;
    how = putHostile(random.pick<{ [key: string]: Json }>([drawing, given, header]), random);
    const recipe = header.__metadata__?.drawing?.recipe as { preset?: Json } | undefined;
    isLong = takesLong(JSON.stringify(recipe?.preset ?? null));
  });
  return isLong ? undefined : { checkpoint, how };
}

export const checkpoints: Family = {
  name: 'checkpoints',
  what: 'what a drawing goes on from: damaged, made up, of another drawing, without its frames',
  share: 15,
  known: () => known,
  open: makeSample,
  draw(random) {
    const made = random.chance(0.5) ? hostile(random) : undefined;
    if (made) return resumed(made.how, { make: () => ({ checkpoint: made.checkpoint }) });
    const part = random.chance(0.8) ? 'checkpoint' : 'frames';
    const { bytes, how } = damage(sample[part], random, sample.frames);
    return resumed(`${part}: ${how}`, { make: () => ({ [part]: bytes }) });
  },
};
