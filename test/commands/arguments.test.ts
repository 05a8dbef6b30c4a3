import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { asksForHelp, flagOf, forYargs } from '../../src/commands/arguments.js';
import { samplePath } from '../golden/drawings.js';
import { events, run } from '../support/cli.js';
import { runInTurn } from '../support/command-lines.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-arguments-'));
});
afterAll(() => rm(folder, { recursive: true }));

const vggdraw = (...args: string[]) => run(args, { cwd: folder });

test.each<[string[], string[]]>([
  [
    ['draw', 'a.png', '-o', 'b.mp4'],
    ['draw', 'a.png', '-o', 'b.mp4'],
  ],
  [
    ['draw', '--', 'a.png'],
    ['draw', 'a.png'],
  ],
  [
    ['draw', '--quiet', '--', '-a.png'],
    ['draw', './-a.png', '--quiet'],
  ],
  [
    ['draw', '--', '--help'],
    ['draw', './--help'],
  ],
  [
    ['weights', 'info', '--json', '--', 'w.h5'],
    ['weights', 'info', 'w.h5', '--json'],
  ],
  [
    ['draw', 'a.png', '-ob=c.mp4'],
    ['draw', 'a.png', '--output=b=c.mp4'],
  ],
  [
    ['draw', 'a.png', '-o=b.mp4'],
    ['draw', 'a.png', '-o=b.mp4'],
  ],
  [['help'], ['--help']],
  [
    ['help', 'weights', 'fetch'],
    ['weights', 'fetch', '--help'],
  ],
  [['version'], ['--version']],
])('%j', (args, given) => {
  expect(forYargs(args)).toEqual(given);
});

test('help is asked for in several ways, and not behind --', () => {
  for (const args of [['-h'], ['draw', '--help'], ['help', 'draw'], ['draw', '-h']])
    expect(asksForHelp(args)).toBe(true);
  for (const args of [['draw', 'help'], ['draw', '--', '-h'], ['draw', 'a.png', '-ophoto.mp4'], []])
    expect(asksForHelp(args)).toBe(false);
});

test('an option is called by its flag, what has none by its name', () => {
  expect(['size', 'photo'].map(flagOf)).toEqual(['--size', 'photo']);
});

test('-h, -v, help and version', async () => {
  const [long, short, word, v, version] = await Promise.all([
    vggdraw('draw', '--help'),
    vggdraw('draw', '-h'),
    vggdraw('help', 'draw'),
    vggdraw('-v'),
    vggdraw('version'),
  ]);
  expect(long.stdout).toMatch(/--size/);
  for (const other of [short, word]) expect(other).toEqual(long);
  expect(v.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(version).toEqual(v);
});

test('of an option that is given twice the last one holds, and -- ends the options', async () => {
  await writeFile(
    join(folder, 'preset.json'),
    JSON.stringify({ phases: [{ layer: 'block1_conv1', iterations: 2, learningRate: 5 }] }),
  );
  const options = [
    '--preset',
    'preset.json',
    '--size',
    '64',
    '--size',
    '32',
    '--weights',
    'seeded',
    '--json',
    '--quiet',
  ];
  const result = await vggdraw('draw', ...options, '-o', 'out.mp4', '--fps', '24', '--fps', '30', '--', samplePath);
  expect(result).toMatchObject({ code: 0, stderr: '' });
  const [start] = events(result);
  // Two seconds are held, with 30 frames each.
  expect(start).toMatchObject({ size: { width: 32 }, frames: 3 + 60 });
});

describe('what is wrong is said in one line', () => {
  test.each<[string[], string]>([
    [['draw', 'a.png', '-o'], '-o: it needs a value (vggdraw draw --help shows how)'],
    [['draw', 'a.png', '--size'], '--size: it needs a value (vggdraw draw --help shows how)'],
    [['draw', 'a.png', '--size', '--quiet'], '--size: it needs a value (vggdraw draw --help shows how)'],
    [['weights', 'fetch', '--url'], '--url: it needs a value (vggdraw weights fetch --help shows how)'],
    [['export', '--layer'], '--layer: it needs a value (vggdraw export --help shows how)'],
    [['export'], '--layer and --output are missing (vggdraw export --help shows how)'],
    [['draw', '--'], 'a photo is missing (vggdraw draw --help shows how)'],
    [['record', 'a.png', 'b.png', '-o', 'c'], "'b.png' is one argument too many (vggdraw record --help shows how)"],
    [
      ['record', 'a.png', '-o', 'c', '--', 'b.png'],
      "'b.png' is one argument too many (vggdraw record --help shows how)",
    ],
    [['compare', 'a.mp4', 'b.mp4', '-'], "'-' is one argument too many (vggdraw compare --help shows how)"],
    [['drwa', 'a.png'], "there is no command 'drwa'; did you mean 'draw'? (vggdraw --help shows how)"],
    [['weights', 'verfy'], "there is no command 'verfy'; did you mean 'verify'? (vggdraw weights --help shows how)"],
    [
      ['draw', 'a.png', '--sise', '3'],
      'there is no option --sise; did you mean --size? (vggdraw draw --help shows how)',
    ],
    [['draw', 'a.png', '-q'], 'there is no option -q (vggdraw draw --help shows how)'],
    [
      ['draw', 'a.png', '--size.x', '3'],
      'there is no option --size.x; did you mean --size? (vggdraw draw --help shows how)',
    ],
    [['draw', 'a.png', '--size', 'abc'], "--size: expected a number, not 'abc'"],
    [['draw', 'a.png', '--fps='], "--fps: expected a number, not ''"],
    [['draw', 'a.png', '--hold='], "--hold: expected a number, not ''"],
    [['draw', 'a.png', '--size='], "--size: expected a number, not ''"],
    [['draw', 'a.png', '--threads='], "--threads: expected a number, not ''"],
    ...['photo', 'output', 'size', 'overwrite'].map((name): [string[], string] => [
      ['draw', 'a.png', `--no-${name}`],
      `there is no option --no-${name}${name === 'output' || name === 'overwrite' ? `; did you mean --${name}?` : ''} (vggdraw draw --help shows how)`,
    ]),
    ...['--_', '--_=x', '--$0=x'].map((arg): [string[], string] => [
      ['draw', 'a.png', arg],
      `there is no option ${arg.split('=')[0]}`,
    ]),
    ...['-_', '-q_', '-1_00=08'].map((arg): [string[], string] => [['draw', 'a.png', arg], 'there is no option -_']),
    [['draw', 'none.png', '-oa_b.mp4'], "can't read none.png: there is no such file; check the name"],
    [['draw', '--photo', 'a.png'], 'there is no option --photo; write the photo without it'],
    [['draw', 'a.png', '--photo=b.png'], 'there is no option --photo; write the photo without it'],
    [['draw', 'a.png', '--overwrite=yes'], '--overwrite: it takes no value (vggdraw draw --help shows how)'],
    [['draw', 'a.png', '--json=true'], '--json: it takes no value (vggdraw draw --help shows how)'],
    [
      ['record', 'a.png', '-o', 'c', '--overwrite', 'yes'],
      "'yes' is one argument too many (vggdraw record --help shows how)",
    ],
    [['draw', 'a.png', '-ofoo.avi'], '--output: give the video a name that ends in .mp4, .webm, .gif or .mov'],
    [['providers', '-ofoo.mp4'], 'there is no option --output (vggdraw providers --help shows how)'],
    [
      ['draw', samplePath, '--weights', 'sedeed', '-o', 'weights.mp4'],
      "--weights: there is no file 'sedeed'; give auto, seeded, seeded:N, contour, contour:N, pretrained, or the path of a file (Keras HDF5, ONNX, safetensors or TensorFlow.js model.json); did you mean 'seeded'?",
    ],
    [['weights', 'path', 'kears'], "there are no weights 'kears'; the sources are keras; did you mean 'keras'?"],
    [
      ['export', '--layer', 'conv1_1', '-o', 'x', '--height', '1e9'],
      '--height: expected 65536 or less, not 1000000000',
    ],
    [['weights', 'info', ''], 'file: it is empty'],
    [
      ['draw', samplePath, '--preset', 'paintng'],
      "--preset: there is no preset 'paintng'; choose one of pencil, ink, chalk, watercolour, pastel, pen, hatching, brush, crayon, painting, style, sketch, or give a JSON file; did you mean 'painting'?",
    ],
    [
      ['draw', samplePath, '--provider', 'cudda'],
      "--provider: 'cudda' is not a provider; choose auto, cpu, cuda, dml, webgpu, coreml, a device (cuda:1) or a list (cuda,cpu); did you mean 'cuda'?",
    ],
    [['providers', 'install', 'cudda'], "there is nothing to install for 'cudda', only for cuda; did you mean 'cuda'?"],
    [
      ['draw', samplePath, '--provider', '\x1b[31m\nnvidia'],
      "--provider: '\\x1b[31m\\nnvidia' is not a provider; choose auto, cpu, cuda, dml, webgpu, coreml, a device (cuda:1) or a list (cuda,cpu)",
    ],
    [['\x1b]0;a\x07\n.png'], "can't read \\x1b]0;a\\x07\\n.png: there is no such file; check the name"],
  ])('%j', async (args, message) => {
    expect(await runInTurn(args, { cwd: folder })).toEqual({
      code: 1,
      signal: null,
      stdout: '',
      stderr: `vggdraw: ${message}\n`,
    });
  });

  test('a photo whose name is too long, once and cut', async () => {
    const { code, stderr } = await runInTurn(['draw', 'x'.repeat(4000)], { cwd: folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^vggdraw: can't read x+ … x+: the name is too long for the file system; check it\n$/);
  });

  test('whatever a preset holds: on stderr, with --debug, and as an event', async () => {
    const path = join(folder, 'preset.json');
    await writeFile(path, JSON.stringify({ ['\x1b[2J\n'.repeat(5e4)]: 1, phases: [] }));
    for (const more of [[], ['--debug']]) {
      const { code, stdout, stderr } = await runInTurn(
        ['draw', samplePath, '--preset', 'preset.json', '--json', ...more],
        { cwd: folder },
      );
      expect(code).toBe(1);
      const [line, ...trace] = stderr.trimEnd().split('\n');
      expect(line).toMatch(/^vggdraw: preset preset\.json: \\x1b\[2J\\n.* … .*: there is no such field$/);
      expect(trace.every((frame) => /^ +at /.test(frame))).toBe(true);
      expect(trace.length > 0).toBe(more.length > 0);
      const event = JSON.parse(stdout) as { message: string };
      expect(`vggdraw: ${event.message}`).toBe(line);
      expect(line!.length).toBeLessThan(8000);
    }
    expect((await readdir(folder)).filter((name) => name !== 'preset.json' && name !== 'out.mp4')).toEqual([]);
  });
});
