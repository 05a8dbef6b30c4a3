/** The examples of docs/onnx.md: they compile, run, and do what they say. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { transform } from 'esbuild';
import { encodeModel, Graph, inspectModel, loadModel, tensor } from '../src/onnx/index.js';
import { uniforms } from './support/random.js';

const run = promisify(execFile);
const text = await readFile('docs/onnx.md', 'utf8');
const examples = new Map(
  [...text.matchAll(/^## (.*?)$(?:(?!^## ).)*?^```ts\n(.*?)^```/gms)].map(([, title, code]) => [title!, code!]),
);

// In dist/, where packages are found, our own by its name.
const folder = 'dist/docs-examples';
beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'model.onnx'), encodeModel(classifier(), { openSides: true }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A network like those that the examples take: x → features → scores of ten classes. */
function classifier(): Graph {
  const graph = new Graph('classifier');
  const weight = (name: string, shape: number[]) =>
    graph.initializer(name, tensor('float32', uniforms(shape, -0.3, 0.3), shape));
  const x = graph.input('x', 'float32', [1, 3, 32, 32]);
  const convolved = graph.add('Conv', [x, weight('stem.weight', [8, 3, 3, 3])], {
    pads: [1, 1, 1, 1],
    strides: [2, 2],
  });
  const [features] = graph.node('Relu', [convolved], { outputs: ['features'] });
  const pooled = graph.add('Flatten', [graph.add('GlobalAveragePool', [features!])]);
  const scores = graph.add('Gemm', [pooled, weight('head.weight', [10, 8]), weight('head.bias', [10])], { transB: 1 });
  graph.output(scores, 'scores');
  return graph;
}

/** What an example prints: lines of words. */
async function printed(title: string): Promise<string[][]> {
  const { code } = await transform(examples.get(title)!, { loader: 'ts' });
  await writeFile(join(folder, 'example.mjs'), code);
  const env = { ...process.env, ORT_DISABLE_TELEMETRY: '1' };
  const { stdout } = await run(process.execPath, ['example.mjs'], { cwd: folder, env });
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
}

const numbers = (lines: readonly string[][], column: number): number[] => lines.map((line) => Number(line[column]));

describe('docs/onnx.md', () => {
  test("its examples compile, with the strictest of TypeScript's checks", async () => {
    const types = join(folder, 'types');
    await mkdir(types, { recursive: true });
    for (const [i, code] of [...examples.values()].entries()) await writeFile(join(types, `example-${i}.mts`), code);
    const strict = ['strict', 'noUncheckedIndexedAccess', 'exactOptionalPropertyTypes', 'verbatimModuleSyntax'];
    const compilerOptions = {
      ...Object.fromEntries(strict.map((name) => [name, true])),
      ...{ target: 'es2023', module: 'nodenext', types: ['node'], noEmit: true, skipLibCheck: true },
    };
    await writeFile(join(types, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
    const compiler = fileURLToPath(import.meta.resolve('typescript/package.json')).replace(/package\.json$/, 'bin/tsc');
    await expect(run(process.execPath, [compiler, '--project', types])).resolves.toEqual({ stdout: '', stderr: '' });
  });

  test('the gradient of a model', async () => {
    await printed('The gradient of a model');
    const graph = loadModel(await readFile(join(folder, 'model-with-gradient.onnx')));
    expect(inspectModel(graph).outputs.map(({ name }) => name)).toEqual(['scores', 'loss', 'x_grad']);
  });

  test('training a classifier: it learns', async () => {
    const lines = await printed('Training a classifier');
    expect(numbers(lines.slice(0, -1), 0)).toEqual([50, 100, 150, 200]);
    const [, , heldOut] = lines.at(-1)!;
    // Of a coin it is log 2, 0.69.
    expect(Number(heldOut)).toBeLessThan(0.1);
    expect(loadModel(await readFile(join(folder, 'rings.onnx'))).inputs).toEqual(['points']);
  });

  test('training elsewhere: the loss falls', async () => {
    const losses = numbers(await printed('Training elsewhere'), 1);
    expect(losses).toHaveLength(10);
    expect(losses).toEqual(losses.toSorted((a, b) => b - a));
  });

  test('a saliency map has the size of the picture', async () => {
    expect((await printed('A saliency map'))[0]!.join(' ')).toMatch(/^\[ 1, 32, 32 \] Float32Array\(1024\)/);
  });

  test('what a channel looks for: it sees more and more of it', async () => {
    const seen = numbers(await printed('What a channel looks for'), 1);
    expect(seen.at(-1)!).toBeGreaterThan(2 * seen[0]!);
  });

  test('an adversarial example has a greater loss', async () => {
    const [[before, after]] = (await printed('An adversarial example')) as [[string, string]];
    expect(Number(after)).toBeGreaterThan(Number(before));
  });
});

test('vggdraw/onnx needs nothing that computes, and no other room', async () => {
  const program = `
    import { register } from 'node:module';
    register('data:text/javascript,' + encodeURIComponent(\`
      export async function resolve(name, context, next) {
        const found = await next(name, context);
        if (/onnxruntime|sharp|yargs|ffmpeg|h5wasm|dist.src.(?!onnx|errors|one-line)/.test(found.url)) {
          throw new Error('it imports ' + found.url);
        }
        return found;
      }\`));
    const { Graph } = await import('vggdraw/onnx');
    console.log(typeof Graph);`;
  await writeFile(join(folder, 'lean.mjs'), program);
  expect((await run(process.execPath, ['lean.mjs'], { cwd: folder })).stdout).toBe('function\n');
});
