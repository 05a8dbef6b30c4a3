/** Which device this process has open, as far as Linux shows it. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface OpenDevice {
  /** Device nodes of GPUs that the process has open; undefined where the system does not show it. */
  readonly nodes?: readonly string[];
  /** A software renderer that is loaded. */
  readonly renderer?: string;
}

const gpuNode = /^\/dev\/(dri\/renderD\d+|nvidia\d+|dxg|kgsl-3d0|mali0)$/;
const renderers: readonly (readonly [library: string, name: string])[] = [
  ['libvk_swiftshader', 'SwiftShader'],
  ['libvulkan_lvp', 'llvmpipe'],
];

/** Looks at what is open now: a driver for hardware holds the hardware's device node, a software renderer holds none. */
export function openDevice(): OpenDevice {
  if (process.platform !== 'linux') return {};
  try {
    const nodes = readdirSync('/proc/self/fd')
      .map(target)
      .filter((path) => gpuNode.test(path));
    const libraries = readFileSync('/proc/self/maps', 'utf8');
    const renderer = renderers.find(([library]) => libraries.includes(library))?.[1];
    return { nodes: [...new Set(nodes)], ...(renderer === undefined ? {} : { renderer }) };
  } catch {
    return {};
  }
}

function target(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    // The one that listed the folder is closed by now.
    return '';
  }
}
