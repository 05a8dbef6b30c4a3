/** A drawing that goes on from a checkpoint is the one that nobody interrupted, to the bit; and it goes on with nothing else. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Checkpoint, encodeCheckpoint, readCheckpoint } from '../../src/drawing/checkpoint.js';
import { draw } from '../../src/drawing/draw.js';
import type { Frame } from '../../src/drawing/frame.js';
import type { DrawOptions } from '../../src/drawing/recipe/options.js';
import { samplePath } from '../golden/drawings.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-resume-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const usual = { size: 32, weights: 'contour', provider: 'cpu', threads: 1 };
const phases = [
  { layer: 'block2_conv1', iterations: 3, learningRate: { from: 8, to: 3, decay: 'cosine' as const } },
  { layers: { block1_conv2: 1 }, ink: 0.1, iterations: 3, learningRate: 4, keepOptimizer: true },
  { layer: 'block1_conv1', iterations: 2, learningRate: 3 },
];
const strokes = {
  ...{ kind: 'strokes' as const, count: 12, rounds: 3, width: [3, 2] as [number, number] },
  ...{ lengths: [20, 60] as [number, number], colours: 'photo' as const },
};

async function framesOf(options: DrawOptions): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of draw(samplePath, options)) frames.push(frame);
  return frames;
}

/** As it comes out of its file. */
async function stored(checkpoint: Checkpoint): Promise<Checkpoint> {
  const path = join(folder, 'drawing.checkpoint');
  await writeFile(path, encodeCheckpoint(checkpoint));
  return (await readCheckpoint(path)).checkpoint;
}

const shown = ({ index, picture, canvas, strokes }: Frame) => ({ index, picture, canvas, strokes });

describe.each<[string, DrawOptions, number[]]>([
  ['pixels by Adam at two sizes', { preset: { scales: [0.5, 1], phases } }, [1, 3, 4, 5, 8]],
  [
    'pixels by L-BFGS, grey',
    { preset: { optimizer: 'lbfgs', canvas: { colours: 'grey', start: 'noise' }, phases } },
    [2, 4],
  ],
  ['strokes in rounds, at two sizes', { preset: { medium: strokes, scales: [0.5, 1], phases } }, [1, 4, 6]],
  [
    'a style with the colours of the photo',
    {
      preset: { phases: [{ layer: 'block1_conv2', style: { block1_conv1: 1 }, iterations: 3, learningRate: 5 }] },
      ...{ style: samplePath, styleSize: 20, styleWeight: 2, keepColours: true },
    },
    [1],
  ],
])('%s', (_, options, moments) => {
  let frames: Frame[];
  beforeAll(async () => {
    frames = await framesOf({ ...usual, ...options, checkpoints: 0 });
  });

  test.each(moments)('go on after iteration %d', async (moment) => {
    const resume = await stored(frames[moment]!.checkpoint!);
    const { style } = options;
    const rest = await framesOf({ provider: 'cpu', resume, style });
    expect(rest.map(shown)).toEqual(frames.slice(moment).map((frame, i) => shown(i === 0 ? rest[0]! : frame)));
    expect(rest[0]!.picture).toEqual(frames[moment]!.picture);
  });
});

describe('checkpoints', () => {
  let frames: Frame[];
  beforeAll(async () => {
    // Far more seconds than it takes.
    frames = await framesOf({ ...usual, preset: { phases }, checkpoints: 1000 });
  });

  test('are taken at the end of each phase', () => {
    const at = frames.filter(({ checkpoint }) => checkpoint).map(({ index }) => index);
    expect(at).toEqual([3, 6, 8]);
  });

  test('there are none where nobody asks for any', async () => {
    const [first, second] = await framesOf({ ...usual, preset: { phases: [{ ...phases[2]!, iterations: 1 }] } });
    expect([first!.checkpoint, second!.checkpoint]).toEqual([undefined, undefined]);
  });

  test.each<[string, DrawOptions, RegExp]>([
    ['size', { size: 24 }, /^resume: the checkpoint is of a drawing of 32×24 pixels, and not of 24×18 pixels; /],
    [
      'preset',
      { preset: { phases: [{ ...phases[0]!, iterations: 9 }] } },
      /^resume: the checkpoint is of another preset; /,
    ],
    ['weights', { weights: 'seeded' }, /^resume: the checkpoint is of other weights; /],
    ['way to compute', { exact: true }, /^resume: the checkpoint is of a drawing without the option exact; /],
  ])('go on with no other %s', async (_, other, message) => {
    const resume = frames[3]!.checkpoint!;
    await expect(framesOf({ provider: 'cpu', resume, ...other })).rejects.toThrow(message);
  });

  test('go on with no other photo', async () => {
    const photo = { width: 32, height: 24, rgb: new Uint8Array(3 * 32 * 24) };
    const drawing = draw(photo, { provider: 'cpu', resume: frames[3]!.checkpoint! });
    await expect(drawing.next()).rejects.toThrow('resume: the checkpoint is of another photo; ');
  });

  test('a state that is no state of the drawing is an error', async () => {
    const { state, ...rest } = frames[3]!.checkpoint!;
    const resume = { ...rest, state: { ...state, slots: {} } };
    await expect(framesOf({ provider: 'cpu', resume })).rejects.toThrow('resume: its state does not fit: exp_avg');
  });
});

describe('the file of a checkpoint', () => {
  let path: string;
  let bytes: Buffer;
  beforeAll(async () => {
    const frames = await framesOf({ ...usual, preset: { phases: [{ ...phases[2]!, iterations: 1 }] }, checkpoints: 0 });
    path = join(folder, 'one.checkpoint');
    bytes = Buffer.concat(encodeCheckpoint(frames[1]!.checkpoint!, { note: 'of mine' }));
  });

  test('holds what else its writer says', async () => {
    await writeFile(path, bytes);
    expect((await readCheckpoint(path)).more).toEqual({ note: 'of mine' });
  });

  const replaced = (from: string, to: string) => () => {
    const text = bytes.toString('latin1');
    expect(text).toContain(from);
    return Buffer.from(text.replace(from, to.padEnd(from.length)), 'latin1');
  };
  test.each<[string, () => Buffer, RegExp]>([
    ['cut in its values', () => bytes.subarray(0, -4), /is cut or damaged/],
    ['cut in its header', () => bytes.subarray(0, 100), /is cut or damaged/],
    ['empty', () => Buffer.alloc(0), /is cut or damaged/],
    ['a picture', () => Buffer.from('\x89PNG\r\n\x1a\n and so on'), /is no checkpoint of a drawing; /],
    ['of other tensors', replaced('vggdraw drawing', 'weights'), /is no checkpoint of a drawing/],
    ['of another version', replaced('"version":"1"', '"version":"0"'), /is of another version of vggdraw/],
    ['without a size', replaced('\\"width\\"', '\\"breadth\\"'.slice(0, 9)), /is cut or damaged/],
    ['beyond its preset', replaced('\\"iterations\\":1,\\"steps', '\\"iterations\\":9,\\"steps'), /is cut or damaged/],
    [
      'of values that are no numbers',
      () => Buffer.concat([bytes.subarray(0, -4), Buffer.of(0, 0, 192, 127)]),
      /is cut or damaged/,
    ],
  ])('one that is %s is refused in one line', async (_, change, message) => {
    await writeFile(path, change());
    await expect(readCheckpoint(path)).rejects.toThrow(message);
    await expect(readCheckpoint(path)).rejects.toMatchObject({ name: 'InputError', field: 'resume' });
  });

  test('one that is not there, or a folder, is refused', async () => {
    for (const other of [join(folder, 'none'), folder]) {
      await expect(readCheckpoint(other)).rejects.toThrow(/is not there, or no file/);
    }
  });

  test('is a safetensors file that others read', async () => {
    const length = Number(bytes.readBigUInt64LE());
    const header = JSON.parse(bytes.toString('utf8', 8, 8 + length));
    expect(Object.keys(header)).toEqual([
      '__metadata__',
      ...['parameters/pixels', 'slots/exp_avg', 'slots/exp_avg_sq'],
    ]);
    expect(header['parameters/pixels']).toMatchObject({ dtype: 'F32', shape: [1, 3, 24, 32] });
    await rm(path, { force: true });
    await expect(readFile(path)).rejects.toThrow();
  });
});
