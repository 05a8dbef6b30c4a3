/** Every graph that we build is computed whole by the provider it is written for. */
import { describe, expect, test } from '@jest/globals';
import { channelMeans } from '../../../src/colour/spaces.js';
import { toneNames } from '../../../src/colour/tones.js';
import { mediumOf, phasesOf } from '../../../src/drawing/compose.js';
import { canvasGradientGraph, iterationGraph } from '../../../src/drawing/compute/graphs.js';
import { presets } from '../../../src/drawing/recipe/presets.js';
import { isApart } from '../../../src/media/medium.js';
import { findLayer, layers } from '../../../src/networks/vgg19/layers.js';
import { vgg19 } from '../../../src/networks/vgg19/vgg19.js';
import { loadWeights } from '../../../src/networks/vgg19/weights/load.js';
import { encodeModel, Graph, Operators, type Target, targets, unsupportedNodes } from '../../../src/onnx/index.js';
import { lbfgs } from '../../../src/onnx/optimizers/lbfgs.js';
import {
  evalModel,
  iterationModel,
  type ModelSite,
  optimizerModel,
  trainingModel,
} from '../../../src/outputs/models.js';
import { openSession, Tensor } from '../../../src/runtime/session.js';

const sizes = [
  { height: 64, width: 48 },
  { height: 53, width: 37 },
];
const unsupported = (graph: Graph, target: Target) =>
  unsupportedNodes(graph, target).map(({ opType, outputs }) => [graph.name, opType, outputs]);

describe.each(targets)('%s has a kernel for every node', (target) => {
  const sites: ModelSite[] = sizes.flatMap((size) => layers.map((layer) => ({ ...size, layer, target })));

  test.each([undefined, [0.5, -1, 2]] as const)(
    'of networks and gradients at every layer, pixels moved by %j',
    (offset) => {
      for (const site of sites) {
        for (const model of [evalModel, trainingModel]) {
          expect(unsupported(model({ ...site, pixelOffset: offset }), target)).toEqual([]);
        }
      }
    },
  );

  // Graphs name the weights; with a border, as weights of a formula want it, they have a node more.
  test.each([undefined, 'repeated'] as const)(
    'of an iteration of every preset, in every tone, border: %j',
    (border) => {
      const network = vgg19({ source: 'none', data: new Float32Array(), border });
      for (const preset of Object.values(presets)) {
        const site = { ...sizes[1]!, network, medium: mediumOf(preset) };
        const tones = preset.canvas.colours === 'grey' ? (['photo'] as const) : toneNames;
        for (const phase of phasesOf(preset, { weights: [1, 2], factor: 1 })) {
          if (isApart(site.medium)) {
            expect(unsupported(canvasGradientGraph(site, phase.objective, { target }), target)).toEqual([]);
            continue;
          }
          for (const optimizer of [phase.optimizer, lbfgs]) {
            for (const tone of tones) {
              expect(unsupported(iterationGraph(site, { ...phase, optimizer }, tone, { target }), target)).toEqual([]);
            }
          }
        }
      }
    },
  );
});

test.each(targets)('the exported optimizer on %s', (target) => {
  // It counts its steps in int64, as the exported model's contract says; WebGPU has no 64-bit numbers.
  const lacking = target === 'webgpu' ? ['Add', 'Cast'] : [];
  const nodes = unsupportedNodes(optimizerModel(sizes[0]!), target);
  expect(nodes.map(({ opType }) => opType)).toEqual(lacking);
});

test('what a provider lacks is found', () => {
  const graph = new Graph('lacking');
  const x = graph.input('x', 'float32', [1, 2, 4, 4]);
  const o = new Operators(graph);
  graph.node('MaxPool', [x], { attributes: { kernel_shape: [2, 2], strides: [2, 2] }, outputs: ['y', 'indices'] });
  o.transpose(o.cast(o.sign(x), 'uint8'), [0, 2, 3, 1]);
  const found = (target: Target) => unsupportedNodes(graph, target).map(({ opType }) => opType);
  expect(found('cpu')).toEqual([]);
  expect(found('cuda')).toEqual([]);
  expect(found('dml')).toEqual(['MaxPool']);
  expect(found('webgpu')).toEqual(['MaxPool', 'Sign', 'Transpose']);
});

test('an iteration computes the same in the form for any provider', async () => {
  const layer = findLayer('block3_conv1');
  const { data } = await loadWeights('seeded', layer);
  const externalData = [{ path: 'vgg19.weights', data: new Uint8Array(data.buffer) }];
  const { height, width } = sizes[1]!;
  const shape = [1, 3, height, width];
  const float = (values: Float32Array | number[], dims: number[]) => new Tensor('float32', values, dims);
  // On blank paper all values of a window are equal maxima.
  const paper = Float32Array.from(
    { length: 3 * height * width },
    (_, i) => 255 - channelMeans[Math.floor(i / height / width)]!,
  );
  const run = async (target: Target | undefined) => {
    const site = { layer, height, width, target };
    const session = await openSession(encodeModel(iterationModel(site)), { externalData });
    const result = await session.run({
      pixels: float(paper, shape),
      target: float(new Float32Array(256 * 13 * 9).fill(1), [1, 256, 13, 9]),
      exp_avg: float(new Float32Array(paper.length), shape),
      exp_avg_sq: float(new Float32Array(paper.length), shape),
      step_size: float([70], []),
      second_moment_scale: float([0.03], []),
    });
    await session.release();
    return Object.fromEntries(Object.entries(result).map(([name, value]) => [name, (value as Tensor).data]));
  };
  const plain = await run(undefined);
  for (const target of targets) expect(await run(target)).toEqual(plain);
});
