/** `vggdraw gradient`, `artifacts` and `inspect`. */
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { naming } from '../../src/commands/model-file.js';
import {
  encodeModel,
  encodeModelAndData,
  Graph,
  loadModel,
  Operators,
  openSide,
  tensor,
} from '../../src/onnx/index.js';
import { openSession, Tensor } from '../../src/runtime/session.js';
import { samplePath } from '../golden/drawings.js';
import { runInTurn } from '../support/command-lines.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-models-'));
  await writeFile(join(folder, 'net.onnx'), encodeModel(net()));
});
afterEach(() => rm(folder, { recursive: true }));

const vggdraw = (...args: string[]) => runInTurn(args, { cwd: folder });

/** loss = Σ weight · x², and the picture's edges as a layer. */
function net(): Graph {
  const graph = new Graph('net');
  const o = new Operators(graph);
  const x = graph.input('x', 'float32', [1, 1, 2, 3]);
  const weight = graph.initializer('weight', tensor('float32', [2], [1, 1, 1, 1]));
  const [edges] = graph.node('Conv', [o.mul(x, x), weight], { outputs: ['edges'] });
  graph.output(o.reduceSum(edges!, [0, 1, 2, 3], false), 'loss');
  return graph;
}

/** A model whose one node nobody knows, from x to loss. */
function odd(): Uint8Array {
  const graph = new Graph('odd');
  const types = [{ dtype: 'float32', shape: [] }] as const;
  const x = graph.input('x', 'float32', [4]);
  graph.node('Odd', [x], { domain: 'mine', name: 'strange', outputs: ['loss'], types });
  graph.output('loss');
  return encodeModel(graph);
}

describe('vggdraw gradient', () => {
  test('adds gradients to the outputs, which any ONNX Runtime computes', async () => {
    const result = await vggdraw('gradient', 'net.onnx', '--wrt', 'x,weight', '--of', 'loss', '-o', 'out.onnx');
    expect(result).toEqual({
      code: 0,
      signal: null,
      stdout: 'out.onnx  0.0 MB\nx_grad  float32[1, 1, 2, 3]\nweight_grad  float32[1, 1, 1, 1]\n',
      stderr: '',
    });
    const session = await openSession(join(folder, 'out.onnx'));
    const made = await session.run({ x: new Tensor('float32', [1, 2, 3, 4, 5, 6], [1, 1, 2, 3]) });
    expect(made.loss!.data[0]).toBe(2 * 91);
    expect(Array.from(made.x_grad!.data as Float32Array)).toEqual([4, 8, 12, 16, 20, 24]);
    expect(Array.from(made.weight_grad!.data as Float32Array)).toEqual([91]);
    await session.release();
  });

  const wanted = ['--wrt', 'x', '--of', 'loss', '-o', 'out.onnx'];

  test('weights go beside the model where that is asked for, and never over those that are read', async () => {
    const graph = new Graph('wide');
    const o = new Operators(graph);
    const weight = graph.initializer('weight', tensor('float32', Array<number>(512).fill(2), [512]));
    graph.output(o.reduceSum(o.mul(graph.input('x', 'float32', [512]), weight), [0], false), 'loss');
    await writeFile(join(folder, 'wide.onnx'), encodeModel(graph));
    const made = await vggdraw('gradient', 'wide.onnx', ...wanted, '--data', 'beside');
    expect([made.code, made.stdout]).toEqual([0, 'out.onnx  0.0 MB\nout.onnx.data  0.0 MB\nx_grad  float32[512]\n']);
    const session = await openSession(join(folder, 'out.onnx'));
    const { x_grad } = await session.run({ x: new Tensor('float32', new Float32Array(512), [512]) });
    expect(x_grad!.data).toEqual(new Float32Array(512).fill(2));
    await session.release();
    await rename(join(folder, 'out.onnx'), join(folder, 'moved.onnx'));
    const again = await vggdraw(
      'gradient',
      'moved.onnx',
      '--wrt',
      'weight',
      ...wanted.slice(2),
      '--data',
      'beside',
      '--overwrite',
    );
    expect([again.code, again.stderr]).toEqual([
      1,
      'vggdraw: --output: out.onnx.data is the data of the model itself; choose another\n',
    ]);
    const over = ['moved.onnx', '--wrt', 'weight', '--of', 'loss', '-o', 'out.onnx.data', '--overwrite'];
    expect(await vggdraw('gradient', ...over)).toMatchObject({
      code: 1,
      stderr: 'vggdraw: --output: out.onnx.data is the data of the model itself; choose another\n',
    });
    const { model, data } = encodeModelAndData(graph, 'checkpoint');
    await writeFile(join(folder, 'trained.onnx'), model);
    await writeFile(join(folder, 'checkpoint'), data);
    const training = ['trained.onnx', '--loss-output', 'loss', '-o', '.', '--overwrite'];
    expect((await vggdraw('artifacts', ...training)).stderr).toBe(
      'vggdraw: --output: checkpoint is the data of the model itself; choose another\n',
    );
    // Of a picture's name, as an output of a drawing has.
    const named = encodeModelAndData(graph, 'wide.png');
    await writeFile(join(folder, 'wide.onnx'), named.model);
    await writeFile(join(folder, 'wide.png'), named.data);
    const outputs = [
      ['draw', samplePath, '--network', 'wide.onnx', '-o', 'a.mp4', '--still', 'wide.png'],
      ['look', 'text', '--network', 'wide.onnx', '--layer', 'l', '-o', 'wide.png'],
      ['record', 'text', '--network', 'wide.onnx', '-o', 'wide.png'],
    ];
    for (const args of outputs) {
      expect((await vggdraw(...args, '--overwrite')).stderr).toMatch(
        /^vggdraw: --(still|output): wide\.png is the data of the network itself; choose another\n$/,
      );
    }
  });

  test.each<[string, string[], RegExp]>([
    ['no such file', ['nix.onnx', ...wanted], /^can't read nix\.onnx: there is no such file; check the name$/],
    [
      'a device without an end',
      ['/dev/zero', ...wanted],
      /^\/dev\/zero is not a regular file; copy its contents to one$/,
    ],
    ['no model', ['text', ...wanted], /^text: this is not an ONNX model/],
    [
      'no such value',
      ['net.onnx', '--wrt', 'y', '--of', 'loss', '-o', 'out.onnx'],
      /^--wrt: net\.onnx has no value 'y'/,
    ],
    ['a near name', ['net.onnx', '--wrt', 'x', '--of', 'los', '-o', 'out.onnx'], /^--of: .*; did you mean 'loss'\?$/],
    [
      'no single float',
      ['net.onnx', '--wrt', 'x', '--of', 'edges', '-o', 'out.onnx'],
      /^net\.onnx: only a single float can be differentiated; 'edges' is float32\[1, 1, 2, 3\]$/,
    ],
    ['an operator without a rule', ['odd.onnx', ...wanted], /^odd\.onnx: .*Odd.*'strange'/],
    [
      'a shape of no input',
      ['net.onnx', ...wanted, '--shape', 'y=1'],
      /^--shape: net\.onnx has no input 'y'; its inputs are x$/,
    ],
    ['a shape that is none', ['net.onnx', ...wanted, '--shape', 'x=a'], /^--shape: expected NAME=SIDES/],
    ['an unknown target', ['net.onnx', ...wanted, '--target', 'gpu'], /^--target: expected 'cpu' or/],
    [
      'the file that is read',
      ['net.onnx', '--wrt', 'x', '--of', 'loss', '-o', './net.onnx', '--overwrite'],
      /^--output: \.\/net\.onnx is the model itself; choose another$/,
    ],
    [
      'a file that is there',
      ['net.onnx', '--wrt', 'x', '--of', 'loss', '-o', 'text'],
      /^--output: text exists; add --overwrite/,
    ],
  ])('%s: one line, exit code 1, nothing written', async (_, args, message) => {
    await writeFile(join(folder, 'text'), 'nothing of the kind');
    await writeFile(join(folder, 'odd.onnx'), odd());
    const result = await vggdraw('gradient', ...args);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(/^vggdraw: [^\n]+\n$/);
    expect(result.stderr.slice('vggdraw: '.length).trim()).toMatch(message);
    expect((await readdir(folder)).sort()).toEqual(['net.onnx', 'odd.onnx', 'text']);
  });
});

describe('vggdraw artifacts', () => {
  const names = ['checkpoint', 'eval_model.onnx', 'optimizer_model.onnx', 'training_model.onnx'];

  test('writes three models and a checkpoint, the same bytes every time', async () => {
    for (const output of ['a/one', 'two']) {
      const result = await vggdraw('artifacts', 'net.onnx', '--loss-output', 'loss', '-o', output);
      expect(result).toMatchObject({ code: 0, stderr: '1 weight is trained\n' });
      expect((await readdir(join(folder, output))).sort()).toEqual(names);
    }
    for (const name of names) {
      const [one, two] = await Promise.all(['a/one', 'two'].map((output) => readFile(join(folder, output, name))));
      expect({ name, isSame: one!.equals(two!) }).toEqual({ name, isSame: true });
    }
    const training = loadModel(await readFile(join(folder, 'two/training_model.onnx')));
    expect(training.inputs).toEqual(['x', 'weight', 'weight_grad.accumulation.buffer', 'lazy_reset_grad']);
    expect(training.outputs).toEqual(['loss', 'weight_grad.accumulation.out']);
  });

  test('SGD without momentum keeps nothing', async () => {
    await vggdraw('artifacts', 'net.onnx', '--loss-output', 'loss', '--optimizer', 'sgd', '-o', 'out');
    const { inputs, outputs } = loadModel(await readFile(join(folder, 'out/optimizer_model.onnx')));
    expect([inputs, outputs]).toEqual([['learning_rate', 'step', 'weight', 'weight_grad'], ['weight_out']]);
  });

  test.each<[string, string[], RegExp]>([
    ['no loss', [], /^--loss: it is missing; choose mse, l1, bce, cross-entropy, or name the model's own$/],
    ['two losses', ['--loss', 'mse', '--loss-output', 'loss'], /^--loss-output: /],
    ['an unknown loss', ['--loss', 'mes'], /^--loss: expected .*'mes'$/],
    ['no such loss', ['--loss-output', 'los'], /^net\.onnx: there is no value 'los' to be the loss; outputs are loss$/],
    [
      'nothing to train',
      ['--loss-output', 'loss', '--train', '^conv'],
      /^net\.onnx: nothing matches \/\^conv\/; there are weight$/,
    ],
    ['no expression', ['--loss-output', 'loss', '--train', '('], /^--train: it is no regular expression/],
    ['momentum of AdamW', ['--loss-output', 'loss', '--momentum', '0.9'], /^--momentum: only SGD has one$/],
    ['no number', ['--loss-output', 'loss', '--clip-norm', 'much'], /^--clip-norm: expected a number, not 'much'$/],
  ])('%s: one line, exit code 1, nothing written', async (_, args, message) => {
    const result = await vggdraw('artifacts', 'net.onnx', ...args, '-o', 'out');
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(/^vggdraw: [^\n]+\n$/);
    expect(result.stderr.slice('vggdraw: '.length).trim()).toMatch(message);
    expect(await readdir(folder)).toEqual(['net.onnx']);
  });
});

test('a side that is needed as a number is given with --shape, as the line says', () => {
  const graph = new Graph('open');
  const x = graph.input('x', 'float32', [openSide('N', 'x'), 3]);
  expect(() => naming('open.onnx', () => graph.shape(x))).toThrow(
    "open.onnx: it takes the side N as a number: N of the input 'x' is open; give it with --shape NAME=SIDES",
  );
});

describe('vggdraw inspect', () => {
  test('says what a model is', async () => {
    expect(await vggdraw('inspect', 'net.onnx')).toEqual({
      code: 0,
      signal: null,
      stderr: '',
      stdout: [
        'net.onnx: operator set 15, 1 parameters (0.0 MB)',
        'input   x  float32[1, 1, 2, 3]',
        'output  loss  float32[]',
        'work    1.20e-8 GFLOP in convolutions and products',
        'memory  0.0 MB of values at most',
        '',
        'operator   nodes  lacks',
        'Conv       1',
        'Mul        1',
        'ReduceSum  1',
        '',
        'layer       shape    stride  depth  by    in presets',
        'Mul_output  1×1×2×3  1       0      Mul',
        'edges       1×1×2×3  1       1      Conv  block1_conv1 … block5_pool',
        '',
      ].join('\n'),
    });
  });

  test('of a model with open sides says their names, and with which numbers it counts', async () => {
    const graph = new Graph('open');
    const x = graph.input('x', 'float32', [openSide('N'), 3, openSide('height'), 8]);
    const weight = graph.initializer('weight', tensor('float32', Array(6).fill(1), [2, 3, 1, 1]));
    graph.node('Conv', [x, weight], { outputs: ['y'], attributes: { strides: [2, 2] } });
    graph.output('y');
    await writeFile(join(folder, 'open.onnx'), encodeModel(graph));
    const { stdout } = await vggdraw('inspect', 'open.onnx');
    expect(stdout.split('\n').slice(1, 5)).toEqual([
      'input   x  float32[N, 3, height, 8]',
      'output  y  float32[N, 2, floor((height - 1)/2) + 1, 4]',
      'work    0.00000538 GFLOP in convolutions and products, with N = 1, height = 224',
      'memory  0.1 MB of values at most, with N = 1, height = 224',
    ]);
    expect(stdout).toMatch(/^y +1×2×112×4 +2 +1 +Conv/m);
  });

  test('says what operators lack', async () => {
    await writeFile(join(folder, 'odd.onnx'), odd());
    const { stdout } = await vggdraw('inspect', 'odd.onnx');
    expect(stdout).toMatch(/^mine\.Odd +1 +shapes; gradient by input 0; kernels of cpu, cuda, dml, webgpu$/m);
  });

  test('as JSON, with the shapes of all values', async () => {
    const { stdout } = await vggdraw('inspect', 'net.onnx', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      opset: 15,
      flops: 12,
      parameters: { count: 1, bytes: 4 },
      nodes: [{ operator: 'Mul' }, { operator: 'Conv', outputs: [{ name: 'edges', shape: [1, 1, 2, 3] }] }, {}],
    });
  });
});
