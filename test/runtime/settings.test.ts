import { expect, test } from '@jest/globals';
import { providerNames } from '../../src/runtime/provider.js';
import { keepsTensors, sessionSettings, targetOf } from '../../src/runtime/settings.js';

test('the CPU may do everything, an accelerator leaves nothing to it', () => {
  const { executionProviders, extra } = sessionSettings({ name: 'cpu' });
  expect(executionProviders).toEqual(['cpu']);
  expect(extra).not.toHaveProperty('session.disable_cpu_ep_fallback');
  for (const name of providerNames.filter((each) => each !== 'cpu')) {
    expect(sessionSettings({ name })).toMatchObject({
      executionProviders: [name],
      extra: { session: { disable_cpu_ep_fallback: '1' } },
    });
  }
});

test('no thread goes on looking for work after a run', () => {
  for (const name of providerNames) {
    expect(sessionSettings({ name })).toMatchObject({ extra: { session: { force_spinning_stop: '1' } } });
  }
});

test('a device is passed on by its index', () => {
  expect(sessionSettings({ name: 'cuda', device: 1 }).executionProviders).toEqual([{ name: 'cuda', deviceId: 1 }]);
});

test('DirectML computes one operator after the other', () => {
  expect(sessionSettings({ name: 'dml' })).toMatchObject({ executionMode: 'sequential' });
});

test('graphs are written for the provider that computes them', () => {
  expect(providerNames.map((name) => targetOf({ name }))).toEqual(['cpu', 'cuda', 'dml', 'webgpu', 'webgpu']);
});

test('tensors stay on the device where onnxruntime-node can leave them there', () => {
  expect(providerNames.filter((name) => keepsTensors({ name }))).toEqual(['webgpu']);
});
