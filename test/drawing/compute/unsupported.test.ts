import { expect, test } from '@jest/globals';
import { mediumOf, phasesOf } from '../../../src/drawing/compose.js';
import { checkKernels } from '../../../src/drawing/compute/unsupported.js';
import { parsePreset } from '../../../src/drawing/recipe/preset.js';
import { networkFrom } from '../../../src/networks/onnx/model.js';
import { onnxNetwork } from '../../../src/networks/onnx/network.js';
import type { Target } from '../../../src/onnx/index.js';
import { NetworkGraph, residual } from '../../support/networks.js';

/** Checks drawing by the last layer of a network. */
async function checked(net: NetworkGraph, layer: string, target: Target): Promise<void> {
  const network = onnxNetwork(await networkFrom(net.file(layer), 'net.onnx'));
  const preset = parsePreset({ phases: [{ layer, iterations: 1, learningRate: 1 }] }, 'p', network);
  const site = { network, medium: mediumOf(preset), height: 32, width: 24 };
  checkKernels(site, phasesOf(preset), target, target);
}

test('what a provider does not compute is named before a drawing begins', async () => {
  const net = new NetworkGraph();
  const scaled = net.node('Selu', 'scaled', [net.conv('conv', 'picture', 4)]);
  await expect(checked(net, net.relu('last', scaled), 'webgpu')).rejects.toThrow(
    "provider: webgpu does not compute all of net.onnx and its gradient: it has no Selu as there (at 'network/scaled'); choose the provider cpu",
  );
});

test.each(['cuda', 'dml', 'webgpu'] as const)(
  'a residual network, whose pool has windows that overlap, %s computes',
  async (target) => {
    await expect(checked(residual(), 'block2', target)).resolves.toBeUndefined();
  },
);
