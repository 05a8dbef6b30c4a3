import { describe, expect, test } from '@jest/globals';
import { parseProviders, providerNames } from '../../../src/runtime/provider.js';
import { chooseProvider } from '../../../src/runtime/providers/choose.js';
import { inspectProvider, inspectProviders } from '../../../src/runtime/providers/inspect.js';
import { cudaLibraries, type MadeUp, madeUp, ran, said, threw, windowsLog } from './machines.js';

const linux = { platform: 'linux', arch: 'x64' };
const linuxArm = { platform: 'linux', arch: 'arm64' };
const windows = { platform: 'win32', arch: 'x64' };
const mac = { platform: 'darwin', arch: 'arm64' };
const withCuda = { ...linux, libraries: cudaLibraries };

/** Usable: known, installed, proven on that device. */
const usable = (device: string | null) => ({ known: true, installed: true, usable: true, device, reason: null });
/** Known and installed, and yet not usable. */
const broken = (reason: RegExp) => ({
  known: true,
  installed: true,
  usable: false,
  device: null,
  reason: expect.stringMatching(reason),
});
const unknown = (reason: RegExp) => ({ ...broken(reason), known: false, installed: false });
const notInstalled = (reason: RegExp) => ({ ...broken(reason), installed: false });

const gone = { kind: 'ended', how: 'SIGABRT', log: 'terminate called after throwing an exception\n' } as const;
const hung = { kind: 'silent', seconds: 60, log: '' } as const;
const wrong = ran({ difference: 0.25, nodes: ['/dev/dri/renderD128'], log: windowsLog });

/** A provider in one situation: what the machine is like, and the row of the table that comes of it. */
const rows: [situation: string, provider: string, machine: MadeUp, row: object][] = [
  ['usable', 'cpu', { ...linux, proofs: { cpu: ran() } }, usable('a processor')],
  [
    'no build for the system',
    'cpu',
    { platform: 'sunos', arch: 'x64', listed: [] },
    unknown(/only, and this is sunos/),
  ],
  ['its process is killed', 'cpu', { ...linux, proofs: { cpu: gone } }, broken(/ended the process \(SIGABRT\)/)],

  [
    'usable',
    'cuda',
    { ...withCuda, nvidiaGpus: ['NVIDIA H100'], proofs: { cuda: ran({ nodes: ['/dev/nvidia0'] }) } },
    usable('NVIDIA H100'),
  ],
  [
    'one of several that are alike',
    'cuda:1',
    { ...withCuda, nvidiaGpus: ['NVIDIA A40', 'NVIDIA A40'], proofs: { 'cuda:1': ran() } },
    usable('NVIDIA A40'),
  ],
  [
    'one of several that are not',
    'cuda:1',
    { ...withCuda, nvidiaGpus: ['NVIDIA A40', 'NVIDIA T4'], proofs: { 'cuda:1': ran() } },
    usable(null),
  ],
  ['files not installed', 'cuda', linux, notInstalled(/not installed; 'vggdraw providers install cuda' brings them/)],
  ['one file not installed', 'cuda', { ...linux, libraries: cudaLibraries.slice(0, 1) }, notInstalled(/not installed/)],
  [
    'files not readable',
    'cuda',
    { ...withCuda, proofs: { cuda: said.cudaFilesMissing } },
    broken(/missing or damaged/),
  ],
  [
    'files of another version',
    'cuda',
    { ...withCuda, proofs: { cuda: threw('Failed', 'x.so: undefined symbol: _ZN3Ort') } },
    broken(/do not fit each other \(undefined symbol: _ZN3Ort\); 'vggdraw providers install cuda'/),
  ],
  [
    'no CUDA toolkit',
    'cuda',
    { ...withCuda, proofs: { cuda: said.cudaToolkitMissing } },
    broken(/libcublasLt\.so\.12 is missing; install the CUDA toolkit that has it \(version 12/),
  ],
  [
    'no cuDNN',
    'cuda',
    { ...withCuda, proofs: { cuda: said.cudnnMissing } },
    broken(/libcudnn\.so\.9 is missing; install cuDNN/),
  ],
  [
    'no driver',
    'cuda',
    { ...withCuda, proofs: { cuda: threw('Failed', 'error: libcuda.so.1: cannot open shared object file') } },
    broken(/there is no NVIDIA driver/),
  ],
  [
    'an old driver',
    'cuda',
    {
      ...withCuda,
      proofs: { cuda: said.cudaFailure(35, 'CUDA driver version is insufficient for CUDA runtime version') },
    },
    broken(/driver is older than the CUDA libraries; update/),
  ],
  [
    'no device',
    'cuda',
    { ...withCuda, proofs: { cuda: said.cudaFailure(100, 'no CUDA-capable device is detected') } },
    broken(/no NVIDIA GPU that CUDA can use/),
  ],
  [
    'no such device',
    'cuda:7',
    { ...withCuda, proofs: { 'cuda:7': said.cudaFailure(101, 'invalid device ordinal') } },
    broken(/no device cuda:7 \('nvidia-smi --list-gpus' counts them\)/),
  ],
  [
    'memory taken',
    'cuda',
    { ...withCuda, proofs: { cuda: said.cudaFailure(2, 'out of memory') } },
    broken(/memory is taken/),
  ],
  [
    'its process is killed',
    'cuda',
    { ...withCuda, proofs: { cuda: gone } },
    broken(/SIGABRT.*; it said: terminate called/),
  ],
  ['it hangs', 'cuda', { ...withCuda, proofs: { cuda: hung } }, broken(/more than 60 s/)],
  ['another system', 'cuda', windows, unknown(/has it for Linux on x64 only, and this is win32 x64/)],
  ['another processor', 'cuda', linuxArm, unknown(/has it for Linux on x64 only, and this is linux arm64/)],
  [
    'a build without it',
    'cuda',
    { ...linux, listed: [{ name: 'cpu', bundled: true }] },
    unknown(/this build .* leaves it out/),
  ],

  ['usable', 'dml', { ...windows, proofs: { dml: ran({ log: windowsLog }) } }, usable('Intel(R) UHD Graphics 770')],
  [
    'usable, by its index',
    'dml:1',
    { ...windows, proofs: { 'dml:1': ran({ log: windowsLog }) } },
    usable('AMD Radeon PRO W7900'),
  ],
  [
    'no device',
    'dml',
    { ...windows, proofs: { dml: threw('Exception(1) 887A0004 unsupported') } },
    broken(/no device dml/),
  ],
  ['no such device', 'dml:9', { ...windows, proofs: { 'dml:9': threw('887A0002') } }, broken(/no device dml:9/)],
  [
    'its process is killed',
    'dml',
    { ...windows, proofs: { dml: { ...gone, how: 'code 3221225477' } } },
    broken(/3221225477/),
  ],
  [
    'it computes wrong',
    'dml',
    { ...windows, proofs: { dml: wrong } },
    { ...broken(/by 0.25/), device: expect.any(String) },
  ],
  ['another system', 'dml', linux, unknown(/for Windows only, and this is linux x64/)],

  [
    'usable',
    'webgpu',
    { ...linux, nvidiaGpus: ['NVIDIA T4'], proofs: { webgpu: ran({ nodes: ['/dev/nvidia0'] }) } },
    usable('NVIDIA T4'),
  ],
  [
    'usable, on Windows',
    'webgpu',
    { ...windows, proofs: { webgpu: ran({ log: windowsLog }) } },
    usable('AMD Radeon PRO W7900'),
  ],
  ['usable, on a Mac', 'webgpu', { ...mac, proofs: { webgpu: ran() } }, usable('a processor')],
  [
    'no Vulkan loader',
    'webgpu',
    {
      ...linux,
      proofs: {
        webgpu: said.noAdapter(
          "Warning: Couldn't load Vulkan: libvulkan.so.1: cannot open shared object file: No such file",
        ),
      },
    },
    broken(/no Vulkan loader \(libvulkan\.so\.1: cannot open .*apt-get install libvulkan1 mesa-vulkan-drivers/),
  ],
  [
    'no Vulkan driver',
    'webgpu',
    { ...linux, proofs: { webgpu: said.noAdapter('Warning: vkCreateInstance: Found no drivers!') } },
    broken(/Vulkan finds no driver; install the GPU's/),
  ],
  [
    'a device that lacks something',
    'webgpu',
    { ...linux, proofs: { webgpu: said.noAdapter('Warning: Vulkan robustBufferAccess required.') } },
    broken(/no GPU that WebGPU can use \(of one it says: Vulkan robustBufferAccess required\); install its driver/),
  ],
  [
    'no device',
    'webgpu',
    { ...windows, proofs: { webgpu: said.noAdapter('') } },
    broken(/no GPU that WebGPU can use;/),
  ],
  ['its process is killed', 'webgpu', { ...linux, proofs: { webgpu: { ...gone, how: 'SIGSEGV' } } }, broken(/SIGSEGV/)],
  [
    'it computes nonsense',
    'webgpu',
    { ...linux, proofs: { webgpu: ran({ difference: Number.NaN }) } },
    { ...broken(/computes wrong: .* is not finite/), device: expect.any(String) },
  ],
  ['a processor without it', 'webgpu', linuxArm, unknown(/for Linux on x64, macOS and Windows only, .* linux arm64/)],

  ['usable', 'coreml', { ...mac, proofs: { coreml: ran() } }, usable('a processor')],
  [
    'it lacks an operator',
    'coreml',
    { ...mac, proofs: { coreml: said.lacksOperator } },
    broken(/lacks an operator that gradients/),
  ],
  ['another system', 'coreml', windows, unknown(/for macOS only, and this is win32 x64/)],
];

const firstOf = (text: string) => {
  const choice = parseProviders(text);
  if (choice === 'auto') throw new Error('a provider was meant');
  return choice[0];
};

describe('a row of the table', () => {
  test.each(rows)('%s: %s', async (_, label, given, row) => {
    const { isSoftware: _software, ...report } = await inspectProvider(firstOf(label), madeUp(given));
    expect(report).toEqual({ name: firstOf(label).name, ...row });
    expect(report.reason ?? '').toMatch(/^[ -~–’…]*$/);
    expect(report.reason ?? '').not.toContain('onnxruntime_src');
  });

  test('libraries that cannot be loaded', async () => {
    const machine = { ...madeUp(linux), listed: () => Promise.reject(new Error('cannot find module x.node\nstack')) };
    for (const report of await inspectProviders(machine)) {
      expect(report).toMatchObject({ known: false, installed: false, usable: false });
      expect(report.reason).toBe('onnxruntime-node cannot be loaded on linux x64: cannot find module x.node');
    }
  });

  test('every provider has one, in order', async () => {
    const reports = await inspectProviders(madeUp({ ...mac, proofs: { cpu: ran(), webgpu: ran(), coreml: ran() } }));
    expect(reports.map(({ name }) => name)).toEqual(providerNames);
  });
});

describe('the error of the option provider', () => {
  const failing = rows.filter(([, label, , row]) => !('usable' in row && row.usable) && label !== 'cpu');

  test.each(failing)('%s: %s', async (_, label, given) => {
    const { reason } = await inspectProvider(firstOf(label), madeUp(given));
    await expect(chooseProvider(parseProviders(label), madeUp(given))).rejects.toThrow(
      `provider: ${label} cannot be used: ${reason} ('auto' takes what there is)`,
    );
  });
});
