import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import * as vggdraw from '../src/index.js';
import { run } from './support/cli.js';

const codeBlocks = async (path: string, language: string): Promise<string[]> =>
  [...(await readFile(path, 'utf8')).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, code]) => code!,
  );

test("what the README's examples import is there", async () => {
  const examples = await codeBlocks('README.md', 'ts');
  expect(examples).toHaveLength(2);
  for (const example of examples) {
    const [, names] = /import \{ (.*) \} from 'vggdraw'/.exec(example)!;
    for (const name of names!.split(', ')) expect(vggdraw).toHaveProperty(name);
    for (const [, name] of example.matchAll(/onnx\.(\w+)\(/g)) expect(vggdraw.onnx).toHaveProperty(name!);
  }
});

test("the README's examples compile, with the strictest of TypeScript's checks", async () => {
  // In dist/, where the package is found by its own name.
  const folder = 'dist/readme-types';
  const examples = await codeBlocks('README.md', 'ts');
  try {
    await mkdir(folder, { recursive: true });
    for (const [i, example] of examples.entries()) await writeFile(join(folder, `example-${i}.mts`), example);
    const strict = ['strict', 'noUncheckedIndexedAccess', 'exactOptionalPropertyTypes', 'verbatimModuleSyntax'];
    const compilerOptions = {
      ...Object.fromEntries(strict.map((name) => [name, true])),
      ...{ target: 'es2023', module: 'nodenext', types: ['node'], noEmit: true, skipLibCheck: true },
    };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
    const compiler = fileURLToPath(import.meta.resolve('typescript/package.json')).replace(/package\.json$/, 'bin/tsc');
    const compiling = promisify(execFile)(process.execPath, [compiler, '--project', folder]);
    await expect(compiling).resolves.toEqual({ stdout: '', stderr: '' });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("the README's preset is one", async () => {
  const [preset] = await codeBlocks('README.md', 'json');
  expect(vggdraw.parsePreset(JSON.parse(preset!), 'README').phases).toHaveLength(3);
});

test('the example in models/README.md runs, without us', async () => {
  const [example] = await codeBlocks('models/README.md', 'js');
  // In dist/, where the packages are found.
  const folder = 'dist/readme-example';
  try {
    const args = ['--layer', 'block2_conv2', '--height', '32', '--width', '48', '--weights', 'seeded', '-o', folder];
    expect(await run(['export', ...args])).toMatchObject({ code: 0 });
    await writeFile(`${folder}/example.mjs`, example!.replace('models/block2_conv2', folder));
    const { stdout } = await promisify(execFile)(process.execPath, [`${folder}/example.mjs`]);
    expect(stdout).toMatch(/^[\d.]+ Float32Array\(4608\) \[/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
