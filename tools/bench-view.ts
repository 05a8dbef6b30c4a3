/**
 * What it costs a drawing to be watched: pairs of drawings, without `--view` and with it and one viewer, who asks for every piece of news
 * and every frame as the page does. Processor time of the process that draws, all of it, with one thread: several spin while they wait for
 * each other, and more so on a busy machine. The sides take turns in being first. A browser's own time is not counted.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { machine, median, meter, metered, say } from './measuring.js';

const { size, pairs, preset, photo } = await yargs(hideBin(process.argv))
  .usage('npm run bench-view -- [options]')
  .option('photo', { type: 'string', default: 'tools/sample.png' })
  .option('size', { type: 'number', default: 512 })
  .option('preset', { type: 'string', default: 'pencil' })
  .option('pairs', { type: 'number', default: 5 })
  .strict()
  .parseAsync();

const cli = fileURLToPath(new URL('../src/cli.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'vggdraw-bench-view-'));

/** Seconds of processor time of a drawing, and how many frames its viewer has seen. */
async function measured(isWatched: boolean): Promise<{ seconds: number; frames: number }> {
  const report = join(folder, 'usage.json');
  const drawing = [
    '--size',
    String(size),
    '--preset',
    preset,
    '--weights',
    'contour',
    '--provider',
    'cpu',
    '--threads',
    '1',
  ];
  const output = ['-o', join(folder, 'drawing.mp4'), '--overwrite', '--json'];
  const view = isWatched ? ['--view'] : [];
  const child: ChildProcess = spawn(
    process.execPath,
    ['--import', meter, cli, 'draw', photo, ...drawing, ...output, ...view],
    { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, METER: report, BROWSER: 'none' } },
  );
  const closed = once(child, 'close');
  let frames = 0;
  let watching: Promise<unknown> | undefined;
  for await (const line of createInterface({ input: child.stdout! })) {
    const { event, url } = JSON.parse(line) as { event: string; url?: string };
    if (event === 'view') watching = watch(url!, () => frames++);
  }
  await watching;
  const [code] = (await closed) as [number];
  if (code !== 0) throw new Error(`a drawing ended with ${code}`);
  return { seconds: metered(report), frames };
}

/** Does what the page does, until the drawing is done. */
async function watch(url: string, onFrame: () => void): Promise<void> {
  const leaving = new AbortController();
  const { body } = await fetch(`${url}events`, { signal: leaving.signal });
  let text = '';
  let seen = -1;
  for await (const part of body!.pipeThrough(new TextDecoderStream())) {
    text += part;
    const pieces = text.split('\n\n');
    text = pieces.pop()!;
    for (const piece of pieces) {
      const [facts] = (JSON.parse(piece.replace(/^data: /, '')) as News).changed;
      if (facts?.frame !== undefined && facts.frame > seen) {
        seen = facts.frame;
        await (await fetch(`${url}drawings/${facts.id}/frames/${seen}`)).arrayBuffer();
        onFrame();
      }
      if (facts?.state === 'done') return leaving.abort();
    }
  }
}

interface News {
  readonly changed: readonly { readonly id: string; readonly state: string; readonly frame?: number }[];
}

try {
  say(`${machine()}; ${preset}, ${size} pixels`);
  const ratios: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const first = await measured(pair % 2 === 1);
    const second = await measured(pair % 2 === 0);
    const [alone, watched] = pair % 2 === 1 ? [second, first] : [first, second];
    ratios.push(watched.seconds / alone.seconds);
    const shown = `${alone.seconds.toFixed(2)} s alone, ${watched.seconds.toFixed(2)} s watched (${watched.frames} frames)`;
    say(`${pair + 1}: ${shown}, ratio ${ratios.at(-1)!.toFixed(4)}`);
  }
  process.stdout.write(`median of the ratios: ${median(ratios).toFixed(4)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
