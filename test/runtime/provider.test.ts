import { expect, test } from '@jest/globals';
import { InputError } from '../../src/errors.js';
import { type Provider, parseProviders, providerLabel, providerNames } from '../../src/runtime/provider.js';

test.each<[string, ReturnType<typeof parseProviders>]>([
  ['auto', 'auto'],
  ['cpu', [{ name: 'cpu' }]],
  ['cuda:1', [{ name: 'cuda', device: 1 }]],
  ['dml:0', [{ name: 'dml', device: 0 }]],
  ['cuda,cpu', [{ name: 'cuda' }, { name: 'cpu' }]],
  ['cuda:12, webgpu , cpu', [{ name: 'cuda', device: 12 }, { name: 'webgpu' }, { name: 'cpu' }]],
])('%s', (text, expected) => {
  expect(parseProviders(text)).toEqual(expected);
});

test('every name is a provider, and is written as it is read', () => {
  for (const name of providerNames) expect(parseProviders(name)).toEqual([{ name }]);
  const labelled: Provider[] = [{ name: 'webgpu' }, { name: 'cuda', device: 0 }, { name: 'dml', device: 3 }];
  expect(parseProviders(labelled.map(providerLabel).join())).toEqual(labelled);
});

test.each([
  ['', "'' is not a provider; choose auto, cpu, cuda, dml, webgpu, coreml"],
  ['abacus', "'abacus' is not a provider"],
  ['CUDA', "'CUDA' is not a provider"],
  ['cuda,', "'' is not a provider"],
  ['cuda:', "'cuda:' is not a provider"],
  ['cuda:-1', "'cuda:-1' is not a provider"],
  ['cuda:1.5', "'cuda:1.5' is not a provider"],
  ['auto:1', "'auto:1' is not a provider"],
  ['auto,cpu', "'auto' stands alone"],
  ['cpu:1', "'cpu:1': only cuda and dml take the index of a device; leave ':1' out"],
  ['webgpu:1', 'only cuda and dml'],
  ['coreml:0', 'only cuda and dml'],
])("'%s' is refused", (text, message) => {
  expect(() => parseProviders(text)).toThrow(InputError);
  expect(() => parseProviders(text)).toThrow(message);
  expect(() => parseProviders(text)).toThrow(expect.objectContaining({ field: 'provider' }));
});
