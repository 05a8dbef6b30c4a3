/** Execution providers by name: what ONNX Runtime can compute on, and how a person asks for it. */
import { InputError } from '../errors.js';
import { didYouMean } from '../nearest.js';
import { shownName } from '../one-line.js';

/** Every name a person can choose, `auto` aside. */
export const providerNames = ['cpu', 'cuda', 'dml', 'webgpu', 'coreml'] as const;
export type ProviderName = (typeof providerNames)[number];

/** Those that can be told which of a machine's devices to take: onnxruntime-node passes an index on to no others. */
const withDevices: readonly ProviderName[] = ['cuda', 'dml'];

/** A provider and, where a machine has several of its devices, which of them. */
export interface Provider {
  readonly name: ProviderName;
  /** Index of the device, from 0. Default: the provider's own choice. */
  readonly device?: number | undefined;
}

/** What a person asked for: the first usable accelerator, or the first usable of a list. */
export type ProviderChoice = 'auto' | readonly [Provider, ...Provider[]];

export const cpu: Provider = { name: 'cpu' };

/** A provider as it is written: `cpu`, `cuda:1`. */
export const providerLabel = ({ name, device }: Provider): string =>
  device === undefined ? name : `${name}:${device}`;

/**
 * Reads `auto`, a provider (`cuda`, `cuda:1`) or a list of them in order of preference (`cuda,cpu`).
 * @throws InputError that says which part is not a provider.
 */
export function parseProviders(text: string): ProviderChoice {
  if (text.trim() === 'auto') return 'auto';
  const [first, ...others] = text.split(',').map((part) => parseProvider(part.trim()));
  return [first!, ...others];
}

function parseProvider(text: string): Provider {
  const [, written, index] = /^([^:]*)(?::(\d{1,3}))?$/.exec(text) ?? [];
  const name = providerNames.find((known) => known === written);
  if (!name) {
    throw new InputError(
      text === 'auto'
        ? "'auto' stands alone, without a list"
        : `'${shownName(text)}' is not a provider; choose auto, ${providerNames.join(', ')}, a device (cuda:1) or a list (cuda,cpu)${didYouMean(written ?? text, ['auto', ...providerNames])}`,
      { field: 'provider' },
    );
  }
  if (index === undefined) return { name };
  if (withDevices.includes(name)) return { name, device: Number(index) };
  throw new InputError(
    `'${text}': only ${withDevices.join(' and ')} take the index of a device; leave ':${index}' out`,
    { field: 'provider' },
  );
}
