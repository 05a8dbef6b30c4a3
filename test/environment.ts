import { runInContext } from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

// For every process that tests start, too. What a test sets itself is set in its realm's copy of the environment.
process.env.ORT_DISABLE_TELEMETRY = '1';

/** Typed arrays of the process: onnxruntime's native code creates its results in them, which fail `instanceof` in any other realm. */
const typedArrays = {
  Float32Array,
  Float64Array,
  Int8Array,
  Int16Array,
  Int32Array,
  BigInt64Array,
  Uint16Array,
  Uint32Array,
  BigUint64Array,
};

/** What code looks up most, and no test replaces. */
const builtIns = [
  ...Object.keys(typedArrays),
  ...['Array', 'BigInt', 'Boolean', 'Error', 'JSON', 'Map', 'Math', 'Number', 'Object', 'Promise', 'Set', 'String'],
  ...['ArrayBuffer', 'Buffer', 'DataView', 'Uint8Array', 'Uint8ClampedArray', 'WeakMap', 'RegExp', 'Symbol', 'process'],
];

/**
 * jest's node environment, where every test file has a realm of its own, with the typed arrays of the process, and with a process that has
 * told ONNX Runtime to be silent. Built-ins are constants there: a global of a realm that was made is looked up in C++, each time, which
 * would more than double what loops of numbers take.
 */
export default class Environment extends TestEnvironment {
  override async setup(): Promise<void> {
    await super.setup();
    Object.assign(this.global, typedArrays);
    const constants = builtIns.map((name) => `${name} = globalThis.${name}`);
    runInContext(`const ${constants.join(', ')};`, this.getVmContext()!);
  }
}
