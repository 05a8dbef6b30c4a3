/** What onnxruntime-node publishes: where each provider can be had, and what it needs. */
import type { ProviderName } from '../provider.js';

interface Facts {
  /** How a person calls the systems that it is published for. */
  readonly systems: string;
  /** The same as Node names them: platforms, or a platform and its processors. */
  readonly platforms: readonly string[];
  /** Libraries that are not in the package. */
  readonly libraries: readonly string[];
}

export const facts: Readonly<Record<ProviderName, Facts>> = {
  cpu: { systems: 'Linux, macOS and Windows', platforms: ['linux', 'darwin', 'win32'], libraries: [] },
  cuda: {
    systems: 'Linux on x64',
    platforms: ['linux x64'],
    libraries: ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'],
  },
  dml: { systems: 'Windows', platforms: ['win32'], libraries: [] },
  webgpu: { systems: 'Linux on x64, macOS and Windows', platforms: ['linux x64', 'darwin', 'win32'], libraries: [] },
  coreml: { systems: 'macOS', platforms: ['darwin'], libraries: [] },
};

/** The command that brings what a package leaves out. */
export const installCommand = 'vggdraw providers install cuda';

export const isPublishedFor = (name: ProviderName, platform: string, arch: string): boolean =>
  facts[name].platforms.some((where) => where === platform || where === `${platform} ${arch}`);
