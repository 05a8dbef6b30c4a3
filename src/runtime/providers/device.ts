/** Which device a provider ran on, and whether it is hardware, from what the system and ONNX Runtime's log tell. */
import type { Provider } from '../provider.js';
import type { Machine } from './machine.js';
import type { Outcome } from './prove.js';

export interface Device {
  /** What a person calls it; undefined where it cannot be learned. */
  readonly name: string | undefined;
  /** Whether a processor plays the GPU. Where that cannot be learned: true. */
  readonly isSoftware: boolean;
}

type Ran = Extract<Outcome, { kind: 'ran' }>;

export async function describeDevice(provider: Provider, ran: Ran, machine: Machine): Promise<Device> {
  if (provider.name === 'cuda') return hardware(onlyOne(await machine.nvidiaGpus()));
  // Apple's graphics processors are part of its processors and have no name of their own; Metal has no software renderer.
  if (provider.name === 'cpu' || machine.platform === 'darwin') return hardware(machine.processor);
  const gpus = loggedGpus(ran.log);
  if (machine.platform === 'win32') {
    // A WebGPU adapter is asked for by its performance, a DirectML device by its place in the list of adapters.
    const [field, index] = provider.name === 'dml' ? ['DxgiAdapterNumber', provider.device ?? 0] : [byPerformance, 0];
    const gpu = gpus.find(({ metadata }) => metadata[field] === String(index));
    return gpu ? hardware(gpu.name) : software(undefined);
  }
  // A driver of real hardware has the hardware's device node open.
  if (!ran.nodes?.length) return software(ran.renderer);
  const isNvidia = ran.nodes.some((node) => node.startsWith('/dev/nvidia'));
  return hardware(onlyOne(isNvidia ? await machine.nvidiaGpus() : gpus.map(({ name }) => name)));
}

const byPerformance = 'DxgiHighPerformanceIndex';

const hardware = (name: string | undefined): Device => ({ name, isSoftware: false });

const software = (renderer: string | undefined): Device => ({
  name: renderer === undefined ? 'a software renderer' : `${renderer} (software renderer)`,
  isSoftware: true,
});

/** The name that all have: each list has an order of its own, so that an index into another says nothing. */
function onlyOne(names: readonly string[]): string | undefined {
  return new Set(names).size === 1 ? names[0] : undefined;
}

interface LoggedGpu {
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The GPUs that ONNX Runtime logs as it starts; it leaves software renderers out. */
function loggedGpus(log: string): LoggedGpu[] {
  // Type 1 is a GPU, as OrtHardwareDeviceType has it.
  const device =
    /OrtHardwareDevice \{vendor_id:0x(\w+), device_id:0x(\w+), vendor:(.*?), type:1, metadata: \[(.*)\]\}/g;
  return [...log.matchAll(device)].map(([, vendorId, deviceId, vendor, fields]) => {
    const metadata = Object.fromEntries(
      [...fields!.matchAll(/(\w+)=(.*?)(?:, |$)/g)].map(([, key, value]) => [key!, value!]),
    );
    return { name: metadata.Description ?? `${vendor || 'GPU'} ${vendorId}:${deviceId}`, metadata };
  });
}
