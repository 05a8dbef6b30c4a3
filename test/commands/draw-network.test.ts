/** `vggdraw draw --network`, and what `vggdraw inspect` says of its layers. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { samplePath } from '../golden/drawings.js';
import { events } from '../support/cli.js';
import { runInTurn } from '../support/command-lines.js';
import { residual } from '../support/networks.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-network-'));
  await writeFile(join(folder, 'small.onnx'), residual().file('scores'));
  const phase = { layer: 'block2.inside', iterations: 2, learningRate: 5 };
  await writeFile(join(folder, 'own.json'), JSON.stringify({ phases: [phase] }));
});
afterAll(() => rm(folder, { recursive: true }));

const vggdraw = (...args: string[]) => runInTurn(args, { cwd: folder });
const drawing = [
  'draw',
  samplePath,
  '--network',
  'small.onnx',
  '--preset',
  'own.json',
  '--size',
  '24',
  '--provider',
  'cpu',
];

describe('vggdraw draw --network', () => {
  test('draws by layers of its own, says how its picture is prepared, and that nobody said so', async () => {
    const result = await vggdraw(...drawing, '-o', 'out.mp4', '--json');
    expect(result.code).toBe(0);
    const [start, iteration] = events(result);
    expect(start).toMatchObject({
      event: 'start',
      network: 'small.onnx',
      preprocess: 'torchvision',
      weights: 'small.onnx',
    });
    expect(iteration).toMatchObject({ event: 'iteration', layer: 'block2.inside' });
    expect(result.stderr).toContain(
      'preset own.json, network small.onnx, its picture as torchvision (its file does not say; --preprocess does), cpu',
    );
  });

  test('refuses weights beside it in one line, and writes nothing', async () => {
    const result = await vggdraw(...drawing, '--weights', 'contour', '-o', 'no.mp4');
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toBe(
      'vggdraw: --weights: they are for VGG-19, and a network from a file has its own; leave one of the two out\n',
    );
    expect(await readdir(folder)).not.toContain('no.mp4');
  });
});

test('vggdraw inspect lists layers with stride and depth, and what they stand in for', async () => {
  const { stdout } = await vggdraw('inspect', 'small.onnx');
  const line = (name: string) =>
    stdout
      .split('\n')
      .find((one) => one.startsWith(`${name} `))
      ?.split(/ {2,}/);
  expect(line('layer')).toEqual(['layer', 'shape', 'stride', 'depth', 'by', 'in presets']);
  expect(line('stem')).toEqual(['stem', '1×16×16×16', '2', '1', 'Relu', 'block1_conv1 … block1_pool']);
  expect(line('block1')).toEqual(['block1', '1×16×8×8', '4', '3', 'Relu', 'block2_conv1 … block3_conv2']);
  expect(line('block1.inside')).toEqual(['block1.inside', '1×16×8×8', '4', '2', 'Relu']);
});
