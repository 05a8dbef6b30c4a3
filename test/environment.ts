import { TestEnvironment } from 'jest-environment-node';

// For every process that tests start, too. What a test sets itself is set in its realm's copy of the environment.
process.env.ORT_DISABLE_TELEMETRY = '1';

/**
 * jest's node environment, with the typed arrays of the process: jest gives every test file a realm of its own, and
 * onnxruntime's native code creates its results in the process's, which fail `instanceof` in any other. And with a process that has
 * told ONNX Runtime to be silent.
 */
export default class Environment extends TestEnvironment {
  override async setup(): Promise<void> {
    await super.setup();
    Object.assign(this.global, {
      Float32Array,
      Float64Array,
      Int8Array,
      Int16Array,
      Int32Array,
      BigInt64Array,
      Uint16Array,
      Uint32Array,
      BigUint64Array,
    });
  }
}
