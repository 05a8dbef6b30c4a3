/** What native code says when a provider fails, put into a person's words, with the way to mend it. */
import { type Provider, type ProviderName, providerLabel } from '../provider.js';
import { installCommand } from './facts.js';
import type { Outcome } from './prove.js';

/** More than rounding can be on the numbers that a provider is proven with. */
const tolerance = 1e-3;

/** Why a provider cannot be used after how its proof went, in one line; undefined where it can. */
export function explain(provider: Provider, outcome: Outcome): string | undefined {
  if (outcome.kind === 'ran') return explainDifference(outcome.difference);
  const log = withoutColours(outcome.log);
  const text = outcome.kind === 'threw' ? `${outcome.message}\n${log}` : log;
  for (const { of, pattern, because } of failures) {
    const match = of === provider.name || of === 'any' ? pattern.exec(text) : null;
    if (match) return because(match, provider);
  }
  if (outcome.kind === 'silent') {
    return `a small graph took more than ${outcome.seconds} s; see whether the driver hangs, and restart or update it`;
  }
  const said = outcome.kind === 'threw' ? outcome.message : lastError(log);
  const ending =
    outcome.kind === 'ended' ? `its native code ended the process (${outcome.how}); update its driver` : '';
  return [ending, oneLine(said)].filter((part) => part !== '').join('; it said: ');
}

function explainDifference(difference: number): string | undefined {
  if (difference <= tolerance) return undefined;
  const amount = Number.isFinite(difference) ? `by ${difference.toPrecision(2)} (relative L2)` : 'and is not finite';
  return `it computes wrong: a small gradient differs from the CPU's ${amount}; update its driver`;
}

const memoryTaken = /out of (?:device )?memory|E_OUTOFMEMORY|8007000E|Failed to allocate memory|_ALLOC_FAILED/i;
const deviceLost = /device (?:was )?lost|DXGI_ERROR_DEVICE_|887A000[567]|CUDA failure (?:700|702|719|999)\b/i;

/** Why a drawing broke off on a provider that had been proven, in one line; undefined where it is not the device's doing. */
export function explainBreak(provider: Provider, message: string): string | undefined {
  const label = providerLabel(provider);
  if (provider.name === 'cpu') return undefined;
  if (memoryTaken.test(message)) {
    return `the memory of ${label} is not enough; draw at a smaller size, or on the processor (provider cpu)`;
  }
  if (!deviceLost.test(message)) return undefined;
  return `${label} lost its device, as drivers do when a graph takes too long; draw at a smaller size, or on the processor (provider cpu)`;
}

interface Failure {
  readonly of: ProviderName | 'any';
  readonly pattern: RegExp;
  because(match: RegExpExecArray, provider: Provider): string;
}

/** The first that fits counts. Patterns are as ONNX Runtime 1.30, Dawn, the Vulkan loader and CUDA word it. */
const failures: readonly Failure[] = [
  {
    of: 'cuda',
    pattern: /libonnxruntime_providers_\w+\.so: (?:cannot open shared object file|file too short|invalid ELF header)/,
    because: () => `its files are missing or damaged; '${installCommand}' brings them`,
  },
  {
    of: 'cuda',
    pattern: /(?:undefined symbol|symbol lookup error|version `?\S+' not found)[^\n]*/,
    because: ([said]) => `its files do not fit each other (${oneLine(said)}); '${installCommand}' brings them again`,
  },
  {
    of: 'cuda',
    pattern: /libcuda\.so\.1: cannot open shared object file/,
    because: () => "there is no NVIDIA driver (libcuda.so.1 is missing); install the GPU's",
  },
  {
    of: 'cuda',
    pattern: /(lib(\w+?)\.so\.(\d+)): cannot open shared object file/,
    because: ([, library, name, version]) =>
      `the library ${library} is missing; install ${name!.startsWith('cudnn') ? 'cuDNN' : 'the CUDA toolkit'} that has it ` +
      `(version ${version} of that library), and let the system find it (ldconfig or LD_LIBRARY_PATH)`,
  },
  {
    of: 'cuda',
    pattern: /CUDA failure (?:35|803|804)\b/,
    because: () => 'the NVIDIA driver is older than the CUDA libraries; update the driver',
  },
  {
    of: 'cuda',
    pattern: /CUDA failure 100\b|no CUDA-capable device/,
    because: () => "there is no NVIDIA GPU that CUDA can use ('nvidia-smi' lists those that the driver sees)",
  },
  {
    of: 'cuda',
    pattern: /CUDA failure 101\b|invalid device ordinal/,
    because: (_, provider) => `there is no device ${providerLabel(provider)} ('nvidia-smi --list-gpus' counts them)`,
  },
  {
    of: 'webgpu',
    pattern: /Couldn't load Vulkan: ([^\n]*)/,
    because: ([, said]) =>
      `there is no Vulkan loader (${oneLine(said)}); install it and the GPU's driver ` +
      "(Debian and Ubuntu: apt-get install libvulkan1 mesa-vulkan-drivers, or NVIDIA's driver)",
  },
  {
    of: 'webgpu',
    pattern: /Found no drivers|VK_ERROR_INCOMPATIBLE_DRIVER/,
    because: () =>
      "Vulkan finds no driver; install the GPU's (Debian and Ubuntu: apt-get install mesa-vulkan-drivers, or NVIDIA's driver), " +
      'and see that VK_ICD_FILENAMES, if set, names one',
  },
  {
    of: 'webgpu',
    pattern: /Failed to get a WebGPU adapter/,
    because: ({ input }) => {
      const lacks = /Warning: (Vulkan \S+ required)/.exec(input)?.[1];
      return (
        `there is no GPU that WebGPU can use${lacks ? ` (of one it says: ${lacks})` : ''}; ` +
        "install its driver or update it ('vulkaninfo --summary' lists what Vulkan sees)"
      );
    },
  },
  {
    of: 'dml',
    pattern: /887A0002|887A0004|80070057|DXGI_ERROR_(?:NOT_FOUND|UNSUPPORTED)/i,
    because: (_, provider) => `there is no device ${providerLabel(provider)} with DirectX 12; update its driver`,
  },
  {
    of: 'any',
    pattern: memoryTaken,
    because: () => "the device's memory is taken; end what else uses it",
  },
  {
    of: 'any',
    pattern: /fallback to CPU EP has been explicitly disabled/,
    because: () => 'it lacks an operator that gradients need, and no part of a drawing is left to the CPU silently',
  },
];

const withoutColours = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminals' colours begin with one.
  text.replace(/\u001b\[[\d;]*m/g, '');

const lastError = (log: string): string =>
  log
    .split('\n')
    .filter((line) => /\[[EF]:|error|abort|terminate/i.test(line))
    .at(-1) ?? '';

/** The text as a part of one line, without the source positions of ONNX Runtime that come before what it says. */
function oneLine(text: string | undefined): string {
  const line = (text ?? '').replace(/\s+/g, ' ').trim();
  const said = line.replace(/^(?:.*?\[E:[^\]]*\] )?\S+\.(?:cc|cpp):\d+ /, '');
  return said.length > 300 ? `${said.slice(0, 300)}…` : said;
}
