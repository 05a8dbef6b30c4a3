/** Made-up machines, for providers whose hardware is not at hand. */
import type { Provider, ProviderName } from '../../../src/runtime/provider.js';
import { providerLabel } from '../../../src/runtime/provider.js';
import type { Machine } from '../../../src/runtime/providers/machine.js';
import type { Outcome } from '../../../src/runtime/providers/prove.js';

export interface MadeUp {
  readonly platform: string;
  readonly arch: string;
  /** What the build lists: as onnxruntime-node publishes it for the platform where it is left out. */
  readonly listed?: readonly { name: string; bundled: boolean }[];
  /** Libraries that lie beside ONNX Runtime's. */
  readonly libraries?: readonly string[];
  readonly mayHaveGpu?: boolean;
  readonly nvidiaGpus?: readonly string[];
  /** How proofs go, by the provider as it is written. What is not named is not to be tried. */
  readonly proofs?: Readonly<Record<string, Outcome>>;
}

export const cudaLibraries = ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'];

/** A machine, and the providers that had to be proven on it so far. */
export function madeUp(given: MadeUp): Machine & { readonly tried: string[] } {
  const tried: string[] = [];
  return {
    platform: given.platform,
    arch: given.arch,
    processor: 'a processor',
    tried,
    listed: async () => given.listed ?? published(given.platform, given.arch),
    hasLibrary: (name) => (given.libraries ?? []).includes(name),
    mayHaveGpu: () => given.mayHaveGpu ?? true,
    nvidiaGpus: async () => given.nvidiaGpus ?? [],
    prove: async (provider: Provider) => {
      const label = providerLabel(provider);
      tried.push(label);
      const outcome = given.proofs?.[label];
      if (!outcome) throw new Error(`${label} was not to be tried`);
      return outcome;
    },
  };
}

/** What the packages of onnxruntime-node 1.30 list. */
function published(platform: string, arch: string): { name: string; bundled: boolean }[] {
  const names: ProviderName[] = ['cpu'];
  if (`${platform} ${arch}` !== 'linux arm64') names.push('webgpu');
  if (platform === 'win32') names.push('dml');
  if (platform === 'darwin') names.push('coreml');
  const bundled = names.map((name) => ({ name, bundled: true }));
  return `${platform} ${arch}` === 'linux x64' ? [...bundled, { name: 'cuda', bundled: false }] : bundled;
}

/** A proof that agreed with the CPU. */
export const ran = (given: Partial<Extract<Outcome, { kind: 'ran' }>> = {}): Outcome => ({
  kind: 'ran',
  difference: 0,
  log: '',
  ...given,
});

export const threw = (message: string, log = ''): Outcome => ({ kind: 'threw', message, log });

/** What native code says, taken from ONNX Runtime 1.30, its Dawn and CUDA. */
export const said = {
  cudaFilesMissing: threw(
    'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
    '\u001b[1;31m2026-01-01 00:00:00.1 [E:onnxruntime:onnxruntime-node, provider_bridge_ort.cc:2146 Create] /onnxruntime_src/onnxruntime/core/session/provider_bridge_ort.cc:1988 onnxruntime::Provider& onnxruntime::ProviderLibrary::Get() [ONNXRuntimeError] : 1 : FAIL : Failed to load library /x/libonnxruntime_providers_shared.so with error: /x/libonnxruntime_providers_shared.so: cannot open shared object file: No such file or directory\n\u001b[m\n',
  ),
  cudaToolkitMissing: threw(
    'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
    '[E:onnxruntime:onnxruntime-node, provider_bridge_ort.cc:2146 Create] FAIL : Failed to load library /x/libonnxruntime_providers_cuda.so with error: libcublasLt.so.12: cannot open shared object file: No such file or directory\n',
  ),
  cudnnMissing: threw(
    'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
    'FAIL : Failed to load library /x/libonnxruntime_providers_cuda.so with error: libcudnn.so.9: cannot open shared object file: No such file or directory\n',
  ),
  cudaFailure: (number: number, text: string) =>
    threw(
      `/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_call.cc:122 std::conditional_t<THRW, void, onnxruntime::common::Status> onnxruntime::CudaCall(ERRTYPE, const char*, const char*, SUCCTYPE, const char*, const char*, int) CUDA failure ${number}: ${text} ; GPU=-1 ; hostname=h ; expr=cudaSetDevice(info_.device_id); `,
    ),
  noAdapter: (warning: string) =>
    threw(
      '/onnxruntime_src/onnxruntime/core/providers/webgpu/webgpu_context.cc:136 onnxruntime::webgpu::WebGpuContext::Initialize(const onnxruntime::webgpu::WebGpuContextConfig&)::<lambda()> adapter_result.status == wgpu::RequestAdapterStatus::Success was false. Failed to get a WebGPU adapter: No supported adapters\n',
      `${warning}\n`,
    ),
  lacksOperator: threw(
    'This session contains graph nodes that are assigned to the default CPU EP, but fallback to CPU EP has been explicitly disabled by the user.',
  ),
};

/** What ONNX Runtime logs of a Windows machine as it starts. */
export const windowsLog =
  '[I:onnxruntime:onnxruntime-node, device_discovery_common.cc:34] Discovered OrtHardwareDevice {vendor_id:0x8086, device_id:0x4680, vendor:Intel Corporation, type:1, metadata: [Description=Intel(R) UHD Graphics 770, Discrete=0, DxgiAdapterNumber=0, DxgiHighPerformanceIndex=1, DxgiVideoMemory=128 MB, LUID=56563, ]}\n' +
  '[I:onnxruntime:onnxruntime-node, device_discovery_common.cc:34] Discovered OrtHardwareDevice {vendor_id:0x1002, device_id:0x7448, vendor:Advanced Micro Devices, Inc., type:1, metadata: [Description=AMD Radeon PRO W7900, Discrete=1, DxgiAdapterNumber=1, DxgiHighPerformanceIndex=0, DxgiVideoMemory=49136 MB, LUID=56564, ]}\n' +
  '[I:onnxruntime:onnxruntime-node, device_discovery_common.cc:34] Discovered OrtHardwareDevice {vendor_id:0x8086, device_id:0x0, vendor:GenuineIntel, type:0, metadata: [Description=12th Gen Intel(R) Core(TM) i9, ]}\n';
