/**
 * What it saves to draw photos in one command: the same photos in one, and in a command each, in turns. Processor time of the processes that draw,
 * all of it, and the time that passes, in which ffmpeg's is. On one thread as a rule: several spin while they wait for each other, and more so
 * on a busy machine. The sides take turns in being first.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { machine, median, meter, metered, say } from './measuring.js';

const { photo, photos, size, preset, weights, threads, pairs } = await yargs(hideBin(process.argv))
  .usage('npm run bench-many -- [options]')
  .option('photo', { type: 'string', default: 'tools/sample.png', describe: 'What is drawn, time and again' })
  .option('photos', { type: 'number', default: 10, describe: 'How often' })
  .option('size', { type: 'number', default: 256, describe: 'Longest side' })
  .option('preset', { type: 'string', default: 'pencil' })
  .option('weights', { type: 'string', default: 'contour' })
  .option('threads', { type: 'number', default: 1 })
  .option('pairs', { type: 'number', default: 3, describe: 'For the median of ratios' })
  .strict()
  .parseAsync();

const cli = fileURLToPath(new URL('../src/cli.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'vggdraw-bench-many-'));
const report = join(folder, 'usage.json');
const copies = Array.from({ length: photos }, (_, i) => join(folder, `${i}${extname(photo)}`));
const output = ['-o', `${join(folder, 'drawn')}/`, '--overwrite', '--quiet'];
const how = [
  '--size',
  `${size}`,
  '--preset',
  preset,
  '--weights',
  weights,
  '--provider',
  'cpu',
  '--threads',
  `${threads}`,
];

interface Seconds {
  readonly processor: number;
  readonly passed: number;
}

/** What commands with these photos take, one after the other. */
async function secondsOf(commands: readonly (readonly string[])[]): Promise<Seconds> {
  const started = performance.now();
  let processor = 0;
  for (const given of commands) {
    const args = ['--import', meter, cli, 'draw', ...given, ...how, ...output];
    const child = spawn(process.execPath, args, { stdio: 'inherit', env: { ...process.env, METER: report } });
    const [code] = (await once(child, 'close')) as [number];
    if (code !== 0) throw new Error(`a drawing ended with ${code}`);
    processor += metered(report);
  }
  return { processor, passed: (performance.now() - started) / 1000 };
}

try {
  for (const copy of copies) copyFileSync(photo, copy);
  const inOne = () => secondsOf([copies]);
  const each = () => secondsOf(copies.map((copy) => [copy]));
  say(`${machine()}; ${photos} photos, ${preset}, ${size} pixels, weights ${weights}`);
  const ratios: Seconds[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const isOneFirst = pair % 2 === 0;
    const first = await (isOneFirst ? inOne : each)();
    const second = await (isOneFirst ? each : inOne)();
    const [one, many] = isOneFirst ? [first, second] : [second, first];
    const ratio = { processor: one.processor / many.processor, passed: one.passed / many.passed };
    ratios.push(ratio);
    const shown = ({ processor, passed }: Seconds) => `${processor.toFixed(1)} s (${passed.toFixed(1)} s passed)`;
    say(`${pair + 1}: ${shown(one)} in one, ${shown(many)} in ${photos}: ${percent(ratio)}`);
  }
  const middle = { processor: median(ratios.map((r) => r.processor)), passed: median(ratios.map((r) => r.passed)) };
  process.stdout.write(`median of the ratios: ${percent(middle)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function percent({ processor, passed }: Seconds): string {
  return `${processor.toFixed(3)} of the processor's time, ${passed.toFixed(3)} of the time that passes`;
}
