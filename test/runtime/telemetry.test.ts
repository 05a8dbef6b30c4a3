import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { samplePath } from '../golden/drawings.js';
import { canIsolate, canTrace, type Seen, watch } from '../support/watched.js';

const cli = fileURLToPath(new URL('../../src/cli.js', import.meta.url));
const library = new URL('../../src/index.js', import.meta.url).href;
const allowed = { VGGDRAW_ALLOW_ORT_TELEMETRY: '1' };

let folder: string;
let preset: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-telemetry-'));
  preset = join(folder, 'preset.json');
  await writeFile(preset, JSON.stringify({ phases: [{ layer: 'block1_conv2', iterations: 3, learningRate: 8 }] }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const draw = () => [cli, 'draw', samplePath, '--size', '64', '--weights', 'seeded', '--preset', preset];

/** A program that uses the library. */
async function script(name: string, lines: readonly string[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, lines.join('\n'));
  return path;
}

const libraryDraws = () => [
  `import { draw } from '${library}';`,
  `const options = { size: 64, weights: 'seeded', preset: '${preset}', provider: 'cpu' };`,
  `for await (const { index } of draw('${fileURLToPath(new URL(samplePath, `file://${process.cwd()}/`))}', options)) console.log(index);`,
];

/** A program that does `lines` in a thread of its own, and says what went wrong there. */
const inThread = async (name: string, main: readonly string[], lines: readonly string[]) => [
  await script(`${name}.mjs`, [
    ...main,
    "import { Worker } from 'node:worker_threads';",
    `const worker = new Worker(new URL('file://${await script(`${name}-thread.mjs`, lines)}'));`,
    "worker.on('error', ({ name, message }) => console.log(name + ': ' + message));",
  ]),
];

function expectSilence({ files, temporary, lookups, sockets }: Seen): void {
  expect(temporary).toEqual([]);
  expect(
    files.filter((file) => !file.startsWith('.cache/vggdraw/') && !file.startsWith('Library/Caches/vggdraw/')),
  ).toEqual([]);
  expect({ lookups, sockets }).toEqual({ lookups: [], sockets: [] });
}

const posix = process.platform === 'win32' ? describe.skip : describe;

posix(`ONNX Runtime is silent (watched: files${canIsolate ? ', look-ups' : ''}${canTrace ? ', sockets' : ''})`, () => {
  test('in a drawing, which leaves nothing in the home folder but our cache', async () => {
    const seen = await watch([...draw(), '-o', join(folder, 'silent.mp4')]);
    expect(seen).toMatchObject({ code: 0, stderr: expect.stringContaining('3 iterations') });
    expect(seen.files).not.toEqual([]);
    expectSilence(seen);
  });

  test('even where the variable says otherwise', async () => {
    const seen = await watch([...draw(), '-o', join(folder, 'otherwise.mp4')], { env: { ORT_DISABLE_TELEMETRY: '0' } });
    expect(seen.code).toBe(0);
    expectSilence(seen);
  });

  test('in a drawing that can not be made', async () => {
    const seen = await watch([cli, 'draw', 'missing.png', '--weights', 'seeded', '-o', join(folder, 'missing.mp4')]);
    expect(seen).toMatchObject({ code: 1, stderr: expect.stringContaining('missing.png'), files: [] });
    expectSilence(seen);
  });

  test('in an export', async () => {
    const args = ['--layer', 'block1_conv2', '--height', '16', '--width', '16', '--weights', 'seeded'];
    const seen = await watch([cli, 'export', ...args, '-o', join(folder, 'models')]);
    expect(seen.code).toBe(0);
    expectSilence(seen);
  });

  test('in the processes that providers are proven in', async () => {
    const seen = await watch([cli, 'providers']);
    expect(seen.stdout).toMatch(/^cpu +yes +yes +yes/m);
    expectSilence(seen);
  });

  test('in a program that uses the library', async () => {
    const seen = await watch([await script('library.mjs', libraryDraws())]);
    expect(seen).toMatchObject({ code: 0, stdout: '0\n1\n2\n3\n' });
    expectSilence(seen);
  });

  test('in one that has loaded onnxruntime-node itself before', async () => {
    const early = `import '${import.meta.resolve('onnxruntime-node')}';`;
    const seen = await watch([await script('early.mjs', [early, ...libraryDraws()])]);
    expect(seen).toMatchObject({ code: 0, stdout: '0\n1\n2\n3\n' });
    expectSilence(seen);
  });

  test("in a thread of a program's own, where its main thread has imported the library as well", async () => {
    const seen = await watch(await inThread('threads', [`import '${library}';`], libraryDraws()));
    expect(seen).toMatchObject({ code: 0, stdout: '0\n1\n2\n3\n' });
    expectSilence(seen);
  });

  test('and a thread that cannot silence it ends at the blank paper, and says what to do', async () => {
    const args = await inThread('alone', [], libraryDraws());
    const seen = await watch(args);
    expect(seen.stdout).toMatch(
      /^0\nInputError: ONNX Runtime would send telemetry, .*import vggdraw in the main thread.*\n$/,
    );
    expectSilence(seen);
    expect(await watch(args, { env: { ORT_DISABLE_TELEMETRY: '1' } })).toMatchObject({
      code: 0,
      stdout: '0\n1\n2\n3\n',
    });
  });

  test('a name of 16,000 characters is refused in one line', async () => {
    const seen = await watch([cli, 'draw', 'a'.repeat(16_000), '--weights', 'seeded', '-o', join(folder, 'long.mp4')]);
    expect(seen.code).toBe(1);
    expect(seen.stderr).toMatch(/^vggdraw: [^\n]{1,2100}\n$/);
  });
});

// Only where nothing gets out: these do send.
const isolated = canIsolate ? describe : describe.skip;

isolated('and these tests would see it', () => {
  test('files, where the person lets it', async () => {
    const { code, files, temporary } = await watch([...draw(), '-o', join(folder, 'allowed.mp4')], { env: allowed });
    expect(code).toBe(0);
    expect(temporary).toContainEqual(expect.stringMatching(/\.ses$/));
    expect(files).toContain('.cache/Microsoft/DeveloperTools/.onnxruntime/deviceid');
  });

  test('look-ups and sockets, once it is time to send', async () => {
    const lines = [...libraryDraws(), 'setInterval(() => {}, 1000);'];
    const { lookups, sockets } = await watch([await script('allowed.mjs', lines)], { env: allowed, untilAsked: true });
    expect(lookups).toContain('mobile.events.data.microsoft.com');
    if (canTrace) expect(sockets).not.toEqual([]);
  });
});
