import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Block } from '../../src/commands/preview/block.js';
import { openPreview } from '../../src/commands/preview.js';
import type { Picture } from '../../src/image/picture.js';
import { samplePath } from '../golden/drawings.js';

/** Pictures that are told apart by their width. */
const picture = (width: number): Picture => ({ width, height: 1, rgb: new Uint8Array(3 * width) });

describe('pictures that come faster than they are shown', () => {
  test('are left out, but for the last one', async () => {
    const shown: string[] = [];
    const finish: (() => void)[] = [];
    const render = ({ width }: Picture) =>
      new Promise<Block>((resolve) => finish.push(() => resolve({ rows: 1, text: String(width) })));
    const preview = openPreview(render, ({ text }) => shown.push(text), fail);
    for (const width of [1, 2, 3]) preview.offer(picture(width));
    expect(finish).toHaveLength(1);
    finish.shift()!();
    await Promise.resolve();
    preview.offer(picture(4));
    const settled = preview.settle();
    while (finish.length === 0) await new Promise(setImmediate);
    finish.shift()!();
    await settled;
    expect(shown).toEqual(['1', '4']);
    // Of the next drawing.
    preview.offer(picture(5));
    finish.shift()!();
    await preview.settle();
    expect(shown).toEqual(['1', '4', '5']);
  });

  test('none is shown where none came', async () => {
    await openPreview(fail, fail, fail).settle();
  });
});

test('where a picture can not be made it is said once, and the drawing goes on', async () => {
  const said: string[] = [];
  const preview = openPreview(
    () => Promise.reject(new Error('no room')),
    fail,
    (text) => said.push(text),
  );
  preview.offer(picture(1));
  preview.offer(picture(2));
  await preview.settle();
  expect(said).toEqual(['no more previews: no room']);
});

function fail(): never {
  throw new Error('not to be called');
}

const testWithScript = process.platform === 'linux' && existsSync('/usr/bin/script') ? test : test.skip;

testWithScript('in a terminal: the drawing, and after Ctrl-C a terminal as it was', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vggdraw-preview-'));
  try {
    const long = { phases: [{ layer: 'block1_conv1', iterations: 50_000, learningRate: 5 }] };
    await writeFile(join(folder, 'long.json'), JSON.stringify(long));
    const drawing = `'${samplePath}' --size 32 --weights seeded --preset long.json -o out.mp4 --no-checkpoint --preview`;
    const command = `stty rows 30 cols 90; exec '${process.execPath}' '${resolve('dist/src/cli.js')}' ${drawing}`;
    // No more of the environment: how a picture is shown hangs on it, on `CI`, say, with which a terminal has no colours.
    const { PATH, HOME, TMPDIR } = process.env;
    const env = { PATH, HOME, TMPDIR, TERM: 'xterm-256color', COLORTERM: 'truecolor', ORT_DISABLE_TELEMETRY: '1' };
    // As if typed: Ctrl-C goes to the drawing by the terminal.
    const terminal = spawn('/usr/bin/script', ['-qefc', command, '/dev/null'], { cwd: folder, env });
    const ended = once(terminal, 'close');
    let output = '';
    for await (const text of terminal.stdout.setEncoding('utf8')) {
      const had = output.includes('▀');
      output += text;
      if (!had && output.includes('▀')) terminal.stdin.write('\x03');
    }
    expect((await ended)[0]).toBe(130);
    expect(output).toMatch(/\[38;2;\d+;\d+;\d+;48;2;\d+;\d+;\d+m▀/);
    // The cursor is there again, and lines are wrapped.
    expect(output.lastIndexOf('\x1b[?25h')).toBeGreaterThan(output.lastIndexOf('\x1b[?25l'));
    expect(output.lastIndexOf('\x1b[?7h')).toBeGreaterThan(output.lastIndexOf('\x1b[?7l'));
    expect(output).toMatch(/out\.mp4 \(ended early: \d+ iterations in [\d.]+ s\)\r\n$/);
    expect((await readdir(folder)).sort()).toEqual(['long.json', 'out.mp4']);
  } finally {
    await rm(folder, { recursive: true });
  }
});
