/**
 * What checkpoints cost. In processor time, which a busy machine blurs less: the same calls, with the frames and the states of a drawing, by
 * themselves, over the drawing. In time: whole drawings with and without checkpoints, in turns.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import type { SavedTensor } from '../src/drawing/state.js';
import { draw, type Frame } from '../src/index.js';
import { JobCheckpoint } from '../src/jobs/checkpoint.js';
import { mapNamed, type Named } from '../src/onnx/named.js';
import { machine, median, say } from './measuring.js';

const options = await yargs(hideBin(process.argv))
  .usage('npm run bench-checkpoints -- [options]')
  .option('photo', { type: 'string', default: 'tools/sample.png', describe: 'What is drawn' })
  .option('presets', { type: 'array', string: true, default: ['pencil', 'painting', 'pen'], describe: 'With what' })
  .option('size', { type: 'number', default: 384, describe: 'Longest side' })
  .option('rounds', { type: 'number', default: 5, describe: 'How often the calls are measured, for their median' })
  .option('pairs', {
    type: 'number',
    default: 0,
    describe: 'Whole drawings with and without, for the median of ratios',
  })
  .strict()
  .parseAsync();
const { photo, size, rounds, pairs } = options;
const every = 5;
const folder = mkdtempSync(join(tmpdir(), 'vggdraw-checkpoints-'));
const processorMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

say(machine());
for (const preset of options.presets) {
  const frames: Frame[] = [];
  const before = processorMs();
  for await (const frame of draw(photo, { preset, size, weights: 'contour', provider: 'cpu', checkpoints: every }))
    frames.push(frame);
  const drawing = processorMs() - before;
  const kept: number[] = [];
  for (let round = 0; round < rounds; round++) kept.push(await keep(frames));
  const count = frames.filter(({ checkpoint }) => checkpoint).length;
  const share = ((100 * median(kept)) / drawing).toFixed(2);
  say(
    `${preset}, ${size}: ${frames.length} frames and ${count} checkpoints take ${median(kept).toFixed(0)} ms of a processor, ${share} % of ${drawing.toFixed(0)}`,
  );
  if (pairs > 0)
    say(`${preset}, ${size}: whole drawings take ${median(await ratios(preset)).toFixed(3)} of the time without`);
}
rmSync(folder, { recursive: true });

/** Milliseconds of a processor that keeping all of it takes, the copy of the state that a drawing makes included. */
async function keep(frames: readonly Frame[]): Promise<number> {
  const started = processorMs();
  const where = { path: join(folder, 'a.checkpoint'), every, resume: false, given: {} };
  const kept = await JobCheckpoint.open(where, true, say);
  for await (const _ of kept.begin(frames[0]!.drawing));
  for (const { picture, checkpoint } of frames) {
    await kept.add(picture);
    if (!checkpoint) continue;
    const copied = (tensors: Named<SavedTensor>) =>
      mapNamed(tensors, ({ shape, values }) => ({ shape, values: values.slice() }));
    const { parameters, slots, steps } = checkpoint.state;
    await kept.save({ ...checkpoint, state: { parameters: copied(parameters), slots: copied(slots), steps } }, []);
  }
  await kept.remove();
  await kept.close();
  return processorMs() - started;
}

async function ratios(preset: string): Promise<number[]> {
  const cli = fileURLToPath(new URL('../src/cli.js', import.meta.url));
  const seconds = (more: readonly string[]): number => {
    const how = ['--preset', preset, '--size', String(size), '--weights', 'contour', '--provider', 'cpu'];
    const args = ['draw', photo, ...how, '-o', join(folder, 'a.mp4'), '--overwrite', '--quiet', '--json', ...more];
    const { stdout } = spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8', maxBuffer: 1e9 });
    return (JSON.parse(stdout.trim().split('\n').at(-1)!) as { seconds: number }).seconds;
  };
  return Array.from({ length: pairs }, (_, i) => {
    const [first, second] = i % 2 === 0 ? [[], ['--no-checkpoint']] : [['--no-checkpoint'], []];
    const [a, b] = [seconds(first!), seconds(second!)];
    return i % 2 === 0 ? a / b : b / a;
  });
}
