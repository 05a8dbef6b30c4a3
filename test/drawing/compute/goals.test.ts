import { describe, expect, test } from '@jest/globals';
import { caffe } from '../../../src/colour/spaces.js';
import { engineFor } from '../../../src/drawing/compute/engine.js';
import { openGoals } from '../../../src/drawing/compute/goals.js';
import { beginTraining, goalsGraph } from '../../../src/drawing/compute/graphs.js';
import { networkFrom } from '../../../src/networks/onnx/model.js';
import { onnxNetwork } from '../../../src/networks/onnx/network.js';
import { findLayer } from '../../../src/networks/vgg19/layers.js';
import { vgg19 } from '../../../src/networks/vgg19/vgg19.js';
import { loadWeights } from '../../../src/networks/vgg19/weights/load.js';
import { colour } from '../../../src/objectives/colour.js';
import { contentShare } from '../../../src/objectives/content.js';
import { goalsOf } from '../../../src/objectives/objective.js';
import { style } from '../../../src/objectives/style.js';
import type { Goal } from '../../../src/objectives/term.js';
import { siteOf } from '../../support/loop.js';
import { NetworkGraph } from '../../support/networks.js';
import { uniforms } from '../../support/random.js';

const size = { height: 37, width: 53 };
const photo = Float32Array.from(uniforms([3, size.height, size.width]), (value) => 128 * value);
// Before a convolution, before a pool and a pool itself: see appendVgg19.
const goals = ['block1_conv2', 'block3_conv1', 'block2_pool', 'block3_conv4'].map((name) => ({ name, layer: name }));

describe.each([
  ['by their definition', false],
  ["in Winograd's form", true],
] as const)('convolutions %s', (_, winograd) => {
  test('one pass gives what a pass for each goal gives, bit for bit', async () => {
    const network = vgg19(await loadWeights('seeded', findLayer('block3_conv4')));
    const site = { ...siteOf(size), network };
    const engine = engineFor(network, { choose: () => ({ tile: 4, parts: 1 }) });
    const plan = { bands: undefined, winograd };
    const together = await openGoals(site, goals, engine, plan);
    const all = await together.of(photo);
    await together.release();
    expect([...all.keys()]).toEqual(goals.map(({ name }) => name));
    for (const goal of goals) {
      const alone = await openGoals(site, [goal], engine, plan);
      const { dims, data } = (await alone.of(photo)).get(goal.name)!;
      await alone.release();
      expect(all.get(goal.name)!.dims).toEqual(dims);
      expect(all.get(goal.name)!.data).toEqual(data);
      expect((data as Float32Array).some((value) => value > 0)).toBe(true);
    }
  });
});

test('layers may be called as anything in the graphs of drawings is', async () => {
  const net = new NetworkGraph();
  const file = net.file(net.relu('counted photo', net.relu('photo', net.conv('colours', 'picture', 4))));
  const site = { ...siteOf(size), network: onnxNetwork(await networkFrom(file, 'net.onnx', 'raw')) };
  const layers = ['photo', 'colours', 'counted photo'];
  const terms = [colour(1, caffe), ...layers.flatMap((layer) => [contentShare(layer, 1), style(layer, 1, [1, 1])])];
  const goals = goalsOf({ terms });
  expect(goals).toHaveLength(2 + layers.length * (2 + 2));
  expect(goalsGraph(site, goals).outputs).toEqual(goals.map(({ name }) => name));
  const { graph } = beginTraining('training', site, { terms });
  expect(new Set(graph.inputs).size).toBe(1 + goals.length);
});

test('a goal that is made of an activation', async () => {
  const network = vgg19(await loadWeights('seeded', findLayer('block1_conv1')));
  const halved: Goal = {
    name: 'half',
    layer: 'block1_conv1',
    make: ({ o, activation }) => o.mul(activation, 0.5),
  };
  const whole = { name: 'whole', layer: 'block1_conv1' };
  const site = { ...siteOf(size), network };
  const session = await openGoals(site, [whole, halved], engineFor(network), { bands: undefined, winograd: false });
  const made = await session.of(photo);
  await session.release();
  const halves = Float32Array.from(made.get('whole')!.data as Float32Array, (value) => value / 2);
  expect(made.get('half')!.data).toEqual(halves);
});
