import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findPreset, presets } from '../../src/drawing/recipe/presets.js';
import { runInTurn } from '../support/command-lines.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-presets-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('vggdraw presets', () => {
  test('says of each preset in a line what it draws like, and which one is the default', async () => {
    const { code, stdout, stderr } = await runInTurn(['presets']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual(Object.keys(presets));
    for (const line of lines) expect(line).toMatch(/^[a-z]+ {2,}\S.{20,100}$/);
    expect(lines.filter((line) => line.endsWith(' (default)'))).toHaveLength(1);
  });

  test('--json: as one array', async () => {
    const { code, stdout } = await runInTurn(['presets', '--json']);
    expect(code).toBe(0);
    const listed = JSON.parse(stdout) as unknown[];
    expect(listed.map((one) => (one as { name: string }).name)).toEqual(Object.keys(presets));
    expect(listed).toContainEqual({
      name: 'sketch',
      description: presets.sketch.description,
      iterations: 23,
      default: false,
    });
  });

  test.each(Object.entries(presets))('show %s: a file that means the same preset', async (name, preset) => {
    const { code, stdout, stderr } = await runInTurn(['presets', 'show', name]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const path = join(folder, `${name}.json`);
    await writeFile(path, stdout);
    expect(await findPreset(path)).toEqual(preset);
    // Nothing is left to be known: it is complete.
    expect(JSON.parse(stdout)).toEqual(preset);
  });

  test('show FILE: what it leaves out too', async () => {
    const phases = [{ layer: 'conv1_2', iterations: 5, learningRate: 1 }];
    await writeFile(join(folder, 'short.json'), JSON.stringify({ $schema: 'x', phases }));
    const { stdout } = await runInTurn(['presets', 'show', 'short.json'], { cwd: folder });
    expect(JSON.parse(stdout)).toMatchObject({
      tone: 'photo',
      phases: [{ layer: 'block1_conv2', keepOptimizer: false }],
    });
  });

  test('schema: the one that the package has', async () => {
    expect((await runInTurn(['presets', 'schema'])).stdout).toBe(await readFile('docs/preset.schema.json', 'utf8'));
  });

  test.each([
    [['show', 'paintng'], /^vggdraw: there is no preset 'paintng'; .*; did you mean 'painting'\?\n$/],
    [['show'], /^vggdraw: PRESET is missing \(vggdraw presets show --help shows how\)\n$/],
    [['shw'], /^vggdraw: there is no command 'shw'; did you mean 'show'\? /],
    [['show', 'missing.json'], /^vggdraw: there is no file missing\.json\n$/],
    [['--jsn'], /^vggdraw: there is no option --jsn; did you mean --json\? /],
  ])('%j is refused in one line', async (args, message) => {
    const { code, stdout, stderr } = await runInTurn(['presets', ...args], { cwd: folder });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
