import { describe, expect, test } from '@jest/globals';
import { InputError } from '../../../src/errors.js';
import { parseProviders } from '../../../src/runtime/provider.js';
import { chooseProvider } from '../../../src/runtime/providers/choose.js';
import { cudaLibraries, madeUp, ran, said, windowsLog } from './machines.js';

const linux = { platform: 'linux', arch: 'x64' };
const windows = { platform: 'win32', arch: 'x64' };
const onHardware = ran({ nodes: ['/dev/dri/renderD128'] });
const onSoftware = ran({ nodes: [], renderer: 'SwiftShader' });

const choose = async (text: string, machine: ReturnType<typeof madeUp>) => {
  const { provider, passedOver } = await chooseProvider(parseProviders(text), machine);
  return { provider, passedOver: passedOver.map((other) => other.provider.name), tried: machine.tried };
};

describe('auto', () => {
  test('takes CUDA first', async () => {
    const proofs = { cuda: ran(), webgpu: onHardware };
    expect(await choose('auto', madeUp({ ...linux, libraries: cudaLibraries, proofs }))).toEqual({
      provider: { name: 'cuda' },
      passedOver: [],
      tried: ['cuda'],
    });
  });

  test('takes WebGPU on hardware where CUDA is not installed', async () => {
    expect(await choose('auto', madeUp({ ...linux, proofs: { webgpu: onHardware } }))).toEqual({
      provider: { name: 'webgpu' },
      passedOver: ['cuda'],
      tried: ['webgpu'],
    });
  });

  test.each([
    ['a software renderer', onSoftware],
    ['what may be one', ran()],
    ['a proof that failed', said.noAdapter('')],
    ['a proof that disagreed', ran({ nodes: ['/dev/dri/renderD128'], difference: 0.1 })],
  ])('takes the CPU rather than WebGPU on %s', async (_, webgpu) => {
    const machine = madeUp({ ...linux, proofs: { webgpu } });
    expect(await choose('auto', machine)).toMatchObject({ provider: { name: 'cpu' }, passedOver: ['cuda', 'webgpu'] });
  });

  test('DirectML before WebGPU on Windows, and neither without a GPU', async () => {
    const proofs = { dml: ran({ log: windowsLog }), webgpu: ran({ log: windowsLog }) };
    expect(await choose('auto', madeUp({ ...windows, proofs }))).toMatchObject({ provider: { name: 'dml' } });
    const withoutGpu = madeUp({ ...windows, proofs: { dml: ran(), webgpu: ran() } });
    expect(await choose('auto', withoutGpu)).toMatchObject({
      provider: { name: 'cpu' },
      passedOver: ['dml', 'webgpu'],
    });
  });

  test('CoreML before WebGPU on a Mac, where it can do it', async () => {
    const mac = { platform: 'darwin', arch: 'arm64' };
    expect(await choose('auto', madeUp({ ...mac, proofs: { coreml: ran() } }))).toMatchObject({
      provider: { name: 'coreml' },
    });
    const proofs = { coreml: said.lacksOperator, webgpu: ran() };
    expect(await choose('auto', madeUp({ ...mac, proofs }))).toMatchObject({
      provider: { name: 'webgpu' },
      passedOver: ['coreml'],
    });
  });

  test('where there is no GPU, nothing is tried, nor ONNX Runtime loaded', async () => {
    const machine = madeUp({ ...linux, libraries: cudaLibraries, mayHaveGpu: false });
    const listed = () => Promise.reject(new Error('was not to be asked'));
    expect(await chooseProvider('auto', { ...machine, listed })).toEqual({ provider: { name: 'cpu' }, passedOver: [] });
    expect(machine.tried).toEqual([]);
  });
});

describe('what is named', () => {
  test('cpu is taken without a proof', async () => {
    expect(await choose('cpu', madeUp(linux))).toEqual({ provider: { name: 'cpu' }, passedOver: [], tried: [] });
  });

  test('is taken, whatever it runs on', async () => {
    const machine = madeUp({ ...linux, mayHaveGpu: false, proofs: { webgpu: onSoftware } });
    expect(await choose('webgpu', machine)).toMatchObject({ provider: { name: 'webgpu' }, passedOver: [] });
  });

  test('a device is tried itself', async () => {
    const machine = madeUp({ ...linux, libraries: cudaLibraries, proofs: { 'cuda:1': ran() } });
    expect(await choose('cuda:1', machine)).toEqual({
      provider: { name: 'cuda', device: 1 },
      passedOver: [],
      tried: ['cuda:1'],
    });
  });

  test('never becomes another: it fails', async () => {
    await expect(choose('cuda', madeUp({ ...linux, proofs: { webgpu: onHardware } }))).rejects.toThrow(InputError);
  });

  test('a list falls back, in its order, and says why', async () => {
    const machine = madeUp({
      ...linux,
      proofs: { webgpu: said.noAdapter('Warning: vkCreateInstance: Found no drivers!') },
    });
    const { provider, passedOver } = await chooseProvider(parseProviders('cuda,webgpu,cpu'), machine);
    expect(provider).toEqual({ name: 'cpu' });
    expect(passedOver).toEqual([
      { provider: { name: 'cuda' }, reason: expect.stringContaining('not installed') },
      { provider: { name: 'webgpu' }, reason: expect.stringContaining('Vulkan finds no driver') },
    ]);
  });

  test('a list without a usable one fails with every reason', async () => {
    await expect(choose('cuda,dml:1', madeUp(linux))).rejects.toThrow(
      /^provider: cuda,dml:1 cannot be used: cuda: its files .*; dml:1: onnxruntime-node has it for Windows only/,
    );
  });
});
