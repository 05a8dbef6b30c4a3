import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { samplePath } from '../golden/drawings.js';
import { start } from '../support/cli.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-interruption-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const source = (path: string) => new URL(`../../src/${path}.js`, import.meta.url).href;

/** A program that listens to signals and does this. */
async function program(...lines: string[]) {
  const script = join(folder, 'program.mjs');
  const head = [
    "import { existsSync, writeFileSync, writeSync } from 'node:fs';",
    `import { Interruption, listenToSignals } from '${source('commands/interruption')}';`,
    `import { beginFile } from '${source('files/unfinished')}';`,
    'listenToSignals();',
  ];
  await writeFile(script, [...head, ...lines].join('\n'));
  return start([], { cli: script, cwd: folder });
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

describe.each(signals)('%s', (signal) => {
  test('ends what knows nothing of it, with nothing half-written and 130', async () => {
    const { child, finished, printed } = await program(
      "writeFileSync(beginFile('a').temporary, 'half');",
      "console.log('ready');",
      'setInterval(() => {}, 1000);',
    );
    await printed(/ready/);
    child.kill(signal);
    expect(await finished).toMatchObject({ code: 130, signal: null });
    expect(await readdir(folder)).toEqual(['program.mjs']);
  });

  test.each([
    ['process', ''],
    // What is left of a program once nothing is left to do.
    ['last moment', "process.on('exit', () => { writeSync(1, 'leaving'); while (!existsSync('go')); });"],
  ])('interrupts nothing that is finished, up to the %s', async (_, last) => {
    const { child, finished, printed } = await program(
      last,
      'const work = new Interruption(() => true);',
      'work.finished();',
      'await work.release();',
      "console.log('done');",
      last === '' ? "const timer = setInterval(() => existsSync('go') && clearInterval(timer), 5);" : '',
    );
    await printed(last === '' ? /done/ : /leaving/);
    child.kill(signal);
    await writeFile(join(folder, 'go'), '');
    expect(await finished).toMatchObject({ code: 0, signal: null });
  });

  test('does not undo a drawing that is done', async () => {
    const preset = join(folder, 'preset.json');
    await writeFile(preset, JSON.stringify({ phases: [{ layer: 'block1_conv1', iterations: 1, learningRate: 8 }] }));
    const args = ['draw', samplePath, '--size', '32', '--weights', 'seeded', '--preset', preset, '--json', '--quiet'];
    const { child, finished, printed } = start([...args, '-o', 'out.mp4'], { cwd: folder });
    await printed(/"event":"done"/);
    child.kill(signal);
    expect(await finished).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(existsSync(join(folder, 'out.mp4'))).toBe(true);
  });
});

test('the first Ctrl-C is for the work, where it has something to finish, and the second ends it', async () => {
  const { child, finished, printed } = await program(
    "const work = new Interruption(() => true, () => console.log('stopped'));",
    "work.signal.addEventListener('abort', () => console.log('finishing'));",
    "console.log('ready');",
    'setInterval(() => {}, 1000);',
  );
  await printed(/ready/);
  child.kill('SIGINT');
  await printed(/finishing/);
  child.kill('SIGINT');
  expect(await finished).toMatchObject({ code: 130, signal: null, stdout: 'ready\nfinishing\nstopped\n' });
});
