/** The package, as programs use it. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { Graph, Operators } from '../src/onnx/index.js';
import { encodeModel } from '../src/onnx/model.js';
import { samplePath } from './golden/drawings.js';

const run = promisify(execFile);
const library = new URL('../src/index.js', import.meta.url).href;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-library-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('draw in a program that Node was given as an argument', async () => {
  const program = `
    import { draw } from '${library}';
    const preset = { phases: [{ layer: 'block1_conv2', iterations: 1, learningRate: 8 }] };
    for await (const { index } of draw('${samplePath}', { size: 32, weights: 'seeded', preset })) console.log(index);`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program]);
  expect(stdout).toBe('0\n1\n');
});

test('gradients in a bundle, which holds nothing else of the package', async () => {
  const graph = new Graph('cube');
  const o = new Operators(graph);
  const x = graph.input('x', 'float32', []);
  graph.output(o.mul(x, o.mul(x, x)), 'loss');
  await writeFile(join(folder, 'model.onnx'), encodeModel(graph));
  const stdin = {
    contents: `
      import { readFile } from 'node:fs/promises';
      import { onnx } from 'vggdraw';
      const graph = onnx.loadModel(await readFile(process.argv[2]));
      const [gradient] = onnx.differentiate(graph, { of: 'loss', wrt: ['x'] });
      console.log(graph.type(gradient).dtype);`,
    resolveDir: process.cwd(),
  };
  // In dist/, where onnx-proto is found, which is loaded by require().
  const outfile = 'dist/bundle/program.mjs';
  const external = ['onnxruntime-node', 'sharp'];
  try {
    const settings = { bundle: true, platform: 'node', format: 'esm', external, outfile, metafile: true } as const;
    const { metafile } = await build({ stdin, ...settings });
    const used = Object.entries(metafile.outputs[outfile]!.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
    const others = used.map(([path]) => path).filter((path) => !path.startsWith('dist/src/onnx/'));
    // Winograd's method takes random numbers.
    expect(others.filter((path) => !path.startsWith('node_modules/pure-rand/')).sort()).toEqual([
      '<stdin>',
      'dist/src/errors.js',
      'dist/src/index.js',
      'dist/src/one-line.js',
    ]);
    const { stdout } = await run(process.execPath, [outfile, join(folder, 'model.onnx')]);
    expect(stdout).toBe('float32\n');
  } finally {
    await rm('dist/bundle', { recursive: true, force: true });
  }
});
