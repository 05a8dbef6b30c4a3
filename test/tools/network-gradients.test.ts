import { readdirSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { compareGradients } from '../../tools/network-gradients/compare.js';

/** What npm run network-gradients -- --write has written: networks that PyTorch exported, with its gradients in float64. */
const stored = 'test/onnx/networks';
const names = readdirSync(stored).flatMap((file) => /^(.+)\.onnx$/.exec(file)?.[1] ?? []);

test.each(names)('the gradient of %s is that of float64 autograd', async (name) => {
  const { inputs = 0, parameters = 0, compared } = await compareGradients(stored, name);
  // Rounding of float32 in some hundred nodes, one after another.
  expect(inputs).toBeLessThan(5e-6);
  expect(parameters).toBeLessThan(5e-6);
  expect(compared).toBeGreaterThan(0);
});
