import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openSession, Tensor } from '../../src/runtime/session.js';
import { runInTurn } from '../support/command-lines.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-export-'));
});
afterEach(() => rm(folder, { recursive: true }));

const names = ['eval_model.onnx', 'optimizer_model.onnx', 'training_model.onnx', 'vgg19.weights'];
const exported = (output: string, ...more: string[]) =>
  runInTurn(
    ['export', '--layer', 'conv2_1', '--height', '20', '--width', '31', '--weights', 'seeded', '-o', output, ...more],
    { cwd: folder },
  );

describe('vggdraw export', () => {
  test('writes three models and one file of weights, the same bytes every time', async () => {
    for (const output of ['one', 'two']) {
      const result = await exported(output);
      expect(result).toMatchObject({ code: 0, stderr: 'block2_conv1 at 31×20, weights seeded:1\n' });
      expect(
        result.stdout
          .trim()
          .split('\n')
          .map((line) => line.split('  ')[0]),
      ).toEqual(
        ['eval_model.onnx', 'training_model.onnx', 'optimizer_model.onnx', 'vgg19.weights'].map((name) =>
          join(output, name),
        ),
      );
    }
    expect((await readdir(join(folder, 'one'))).sort()).toEqual(names);
    for (const name of names) {
      const [one, two] = await Promise.all(['one', 'two'].map((output) => readFile(join(folder, output, name))));
      expect({ name, isSame: one!.equals(two!) }).toEqual({ name, isSame: true });
    }
    // block1_conv1, block1_conv2 and block2_conv1: nothing deeper.
    const floats = 64 * 27 + 64 + 64 * 576 + 64 + 128 * 576 + 128;
    expect((await readFile(join(folder, 'one', 'vgg19.weights'))).length).toBe(4 * floats);
  });

  test('the files make a drawing: a step against the gradient brings the loss down', async () => {
    await exported('out');
    const model = (name: string) => openSession(join(folder, 'out', name));
    const [evaluation, training, optimizer] = await Promise.all(
      ['eval_model.onnx', 'training_model.onnx', 'optimizer_model.onnx'].map(model),
    );
    const shape = [1, 3, 20, 31];
    const picture = (value: (i: number) => number) =>
      new Tensor(
        'float32',
        Float32Array.from({ length: 3 * 20 * 31 }, (_, i) => value(i)),
        shape,
      );
    const target = (await evaluation!.run({ pixels: picture((i) => 90 * Math.sin(i / 5)) })).activation!;
    expect(target.dims).toEqual([1, 128, 10, 15]);
    let state: Record<string, Tensor> = {
      pixels: picture(() => 50),
      exp_avg: picture(() => 0),
      exp_avg_sq: picture(() => 0),
      step: new Tensor('int64', [0n], []),
    };
    const bounds = {
      lower: new Tensor('float32', [-60, -60, -60], [1, 3, 1, 1]),
      upper: new Tensor('float32', [45, 150, 150], [1, 3, 1, 1]),
    };
    const losses: number[] = [];
    for (let i = 0; i < 5; i++) {
      const { loss, pixels_grad } = await training!.run({ pixels: state.pixels!, target });
      losses.push((loss!.data as Float32Array)[0]!);
      const next = await optimizer!.run({
        ...state,
        ...bounds,
        pixels_grad: pixels_grad!,
        learning_rate: new Tensor('float32', [5], []),
      });
      state = {
        pixels: next.pixels_out!,
        exp_avg: next.exp_avg_out!,
        exp_avg_sq: next.exp_avg_sq_out!,
        step: next.step_out!,
      };
    }
    expect(losses).toEqual([...losses].sort((a, b) => b - a));
    expect(losses[4]).toBeLessThan(losses[0]! * 0.9);
    expect(state.step!.data[0]).toBe(5n);
    const blue = (state.pixels!.data as Float32Array).subarray(0, 20 * 31);
    expect(Math.max(...blue)).toBeLessThanOrEqual(45);
  });

  test('folders that do not exist are made', async () => {
    expect(await exported(join('a', 'b'))).toMatchObject({ code: 0 });
    expect((await readdir(join(folder, 'a', 'b'))).sort()).toEqual(names);
  });

  test('replaces files only with --overwrite', async () => {
    await exported('out');
    await writeFile(join(folder, 'out', 'eval_model.onnx'), 'mine');
    const refused = await exported('out');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(
      /^vggdraw: --output: out\/eval_model\.onnx exists; add --overwrite to replace it\n$/,
    );
    expect(await readFile(join(folder, 'out', 'eval_model.onnx'), 'utf8')).toBe('mine');
    expect(await exported('out', '--overwrite')).toMatchObject({ code: 0 });
    expect((await readdir(join(folder, 'out'))).sort()).toEqual(names);
  });

  test('makes the folders on the way', async () => {
    expect(await exported('a/b/out')).toMatchObject({ code: 0 });
    expect((await readdir(join(folder, 'a', 'b', 'out'))).sort()).toEqual(names);
  });

  test('replaces no model that it reads its weights from', async () => {
    await exported('out');
    const result = await exported('./out', '--overwrite', '--weights', 'out/eval_model.onnx');
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(/--output: out\/eval_model\.onnx is the file of weights itself; choose another\n$/);
    // Nor what lies beside one that is not replaced.
    await rename(join(folder, 'out', 'eval_model.onnx'), join(folder, 'out', 'mine.onnx'));
    const beside = await exported('./out', '--overwrite', '--weights', 'out/mine.onnx');
    expect(beside.stderr).toMatch(/out\/vgg19\.weights is the data of the file of weights itself; choose another\n$/);
  });

  test.each<[string, string[], RegExp]>([
    ['no layer', ['-o', 'out'], /layer/],
    ['an unknown layer', ['--layer', 'conv9_9', '-o', 'out'], /unknown layer 'conv9_9'/],
    [
      'a side too short for the layer',
      ['--layer', 'conv5_1', '--height', '15', '-o', 'out'],
      /--height: block5_conv1 needs 16 pixels or more, not 15/,
    ],
    ['a side of a fraction', ['--layer', 'conv1_1', '--width', '3.5', '-o', 'out'], /--width: /],
    ['a file as the folder', ['--layer', 'conv1_1', '-o', 'file'], /--output: file is not a folder/],
  ])('%s: one line, and nothing is left behind', async (_, args, message) => {
    await writeFile(join(folder, 'file'), 'mine');
    const result = await runInTurn(['export', '--weights', 'seeded', ...args], { cwd: folder });
    expect(result.stderr).toMatch(message);
    expect(result.stderr).toMatch(/^vggdraw: [^\n]+\n$/);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(await readdir(folder)).toEqual(['file']);
  });
});
