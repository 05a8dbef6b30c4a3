import { afterEach, expect, test } from '@jest/globals';
import { parsePreset } from '../../../src/drawing/recipe/preset.js';
import { noStyle } from '../../../src/drawing/recipe/style.js';
import type { FrameMessage, Place, StartMessage } from '../../../src/drawing/thread/messages.js';
import { DrawingThread } from '../../../src/drawing/thread/thread.js';
import { endWaiting, startWaiting } from '../../../src/drawing/thread/workers.js';

const phases = [
  { layer: 'block2_conv1', iterations: 2, learningRate: 5 },
  { layer: 'block1_conv2', iterations: 1, learningRate: 5 },
];
const input = {
  layers: phases.map(({ layer }) => layer),
  weights: 'seeded',
  threads: undefined,
  exact: false,
  canvases: false,
};
const place: Place = {
  preset: parsePreset({ phases }, 'test'),
  style: noStyle,
  height: 12,
  width: 16,
  styles: [],
  decodingBytes: 1e6,
  provider: { name: 'cpu' },
  memory: { bytes: 8e9, isGiven: true },
};
const rgb = new Uint8Array(3 * place.height * place.width).fill(90);

afterEach(() => endWaiting());

/** What comes next, by its kind. */
async function next(results: AsyncGenerator<StartMessage | FrameMessage>): Promise<string> {
  const { value } = await results.next();
  if (!value) return 'the end';
  return value.kind === 'frame' ? (value.iteration?.layer ?? 'blank paper') : value.kind;
}

test('the thread says that the drawing fits, and shows blank paper, before there is a photo; then it draws', async () => {
  const thread = new DrawingThread(input);
  try {
    thread.prepare(place);
    const results = thread.results();
    expect([await next(results), await next(results)]).toEqual(['start', 'blank paper']);
    thread.draw(rgb);
    const drawn = [await next(results), await next(results), await next(results), await next(results)];
    expect(drawn).toEqual(['block2_conv1', 'block2_conv1', 'block1_conv2', 'the end']);
  } finally {
    await thread.end();
  }
});

test('a photo may be there before the thread is ready for it', async () => {
  const thread = new DrawingThread(input);
  thread.prepare(place);
  thread.draw(rgb);
  const seen: string[] = [];
  for await (const { kind } of thread.results()) seen.push(kind);
  expect(seen).toEqual(['start', 'frame', 'frame', 'frame', 'frame']);
  await thread.end();
});

test('a drawing that begins as the photo shows it first, once it is there', async () => {
  const thread = new DrawingThread(input);
  thread.prepare({ ...place, preset: parsePreset({ canvas: { start: 'photo' }, phases }, 'test') });
  thread.draw(rgb);
  const frames: Uint8Array[] = [];
  for await (const result of thread.results()) if (result.kind === 'frame') frames.push(result.picture.rgb);
  expect(frames).toHaveLength(4);
  expect(frames[0]).toEqual(rgb);
  await thread.end();
});

test('one that waits for the photo to begin with ends where there is none', async () => {
  const thread = new DrawingThread(input);
  thread.prepare({ ...place, preset: parsePreset({ canvas: { start: 'photo' }, phases }, 'test') });
  await thread.end();
});

test('what does not fit into memory is said before anything is begun', async () => {
  const thread = new DrawingThread(input);
  thread.prepare({ ...place, memory: { bytes: 1e6, isGiven: true } });
  await expect(thread.results().next()).rejects.toThrow(/may be used/);
  await thread.end();
});

test.each(['nothing', 'a place', 'a place and its start'])(
  'it ends when it was given no more than %s',
  async (given) => {
    const thread = new DrawingThread(input);
    if (given !== 'nothing') thread.prepare(place);
    if (given === 'a place and its start') await thread.results().next();
    await thread.end();
  },
);

test('a thread that was started ahead is taken by the first drawing', async () => {
  startWaiting();
  const [first, second] = [new DrawingThread(input), new DrawingThread(input)];
  for (const thread of [first, second]) {
    thread.prepare(place);
    thread.draw(rgb);
    const results = thread.results();
    expect(await next(results)).toBe('start');
    await thread.end();
  }
});
