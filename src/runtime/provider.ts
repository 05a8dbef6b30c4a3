/** Execution providers by name: the accelerators that ONNX Runtime can compute on. */

/** Every name a person can choose, `auto` aside. */
export const providerNames = ['cpu', 'cuda', 'dml', 'webgpu', 'coreml'] as const;
export type ProviderName = (typeof providerNames)[number];

/** A provider and, where a machine has several of its devices, which of them. */
export interface Provider {
  readonly name: ProviderName;
  /** Index of the device, from 0. Default: the provider's own choice. */
  readonly device?: number | undefined;
}

export const cpu: Provider = { name: 'cpu' };
