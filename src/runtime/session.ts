/** ONNX Runtime sessions: the only place that imports onnxruntime-node. */
// The first, should a version of onnxruntime-node begin as soon as it is loaded.
import './telemetry.js';
import * as ort from 'onnxruntime-node';
import { encodeModel, Graph } from '../onnx/index.js';
import { cpu, type Provider } from './provider.js';
import { keepsTensors, sessionSettings } from './settings.js';
import { forbidTelemetry } from './telemetry.js';

export type { InferenceSession, TypedTensor } from 'onnxruntime-node';
export const { Tensor } = ort;
export type Tensor = ort.Tensor;

export interface SessionOptions {
  /** What computes. Default: the CPU. */
  readonly provider?: Provider | undefined;
  /**
   * Outputs that stay on the provider's device, where it can keep them, to be given to the next run. Their data can't be read,
   * and whoever gets them disposes them.
   */
  readonly onDevice?: readonly string[] | undefined;
  /** Threads that compute within an operator. Default: as many as ONNX Runtime chooses (one per physical core). */
  readonly threads?: number | undefined;
  /** Whether ONNX Runtime may rewrite the graph (fuse, fold, change layouts). Default: true. */
  readonly optimize?: boolean;
  /** Bytes of the external files that the model names, so that none is read from disk. They are not copied. */
  readonly externalData?: readonly { readonly path: string; readonly data: Uint8Array }[];
}

/**
 * Opens a session for a model.
 * @param model the bytes of an ONNX model, or the path of one.
 * @throws InputError where ONNX Runtime can't be kept from telemetry, see {@link forbidTelemetry}.
 */
export async function openSession(
  model: Uint8Array | string,
  options: SessionOptions = {},
): Promise<ort.InferenceSession> {
  forbidTelemetry();
  const { provider = cpu, onDevice } = options;
  const settings: ort.InferenceSession.SessionOptions = {
    ...sessionSettings(provider),
    // Measured: with it the arena grows by two thirds, for no time (the pattern keeps a block for every value).
    enableMemPattern: false,
    graphOptimizationLevel: options.optimize === false ? 'disabled' : 'all',
    // ONNX Runtime warns of its own work on graphs (constants it could not fold); errors are thrown as well as logged.
    logSeverityLevel: 4,
    ...(onDevice && keepsTensors(provider) ? { preferredOutputLocation: locations(onDevice) } : {}),
    ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
    ...(options.externalData ? { externalData: [...options.externalData] } : {}),
  };
  return typeof model === 'string'
    ? ort.InferenceSession.create(model, settings)
    : ort.InferenceSession.create(model, settings);
}

/** Has ONNX Runtime do what it does once in a process, before its first session, in some 30 ms. */
export async function startRuntime(): Promise<void> {
  const graph = new Graph('start');
  graph.output(graph.input('nothing', 'float32', []), 'same');
  const session = await openSession(encodeModel(graph), { threads: 1 });
  await session.release();
}

/**
 * The providers that this build of ONNX Runtime has; `bundled` ones need no files but its own.
 */
export const listedProviders = (): readonly { readonly name: string; readonly bundled: boolean }[] =>
  ort.listSupportedBackends();

/** From the first session on, ONNX Runtime says on stderr which hardware it sees. */
export function logHardware(): void {
  ort.env.logLevel = 'info';
}

const locations = (outputs: readonly string[]): Record<string, 'gpu-buffer'> =>
  Object.fromEntries(outputs.map((name) => [name, 'gpu-buffer']));
