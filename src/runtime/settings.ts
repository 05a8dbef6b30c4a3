/** What each execution provider needs of its sessions, and of the graphs that it is given. */
import type { InferenceSession } from 'onnxruntime-node';
import type { Target } from '../onnx/index.js';
import type { Provider, ProviderName } from './provider.js';

interface ProviderSettings {
  /** The form of graph that it computes whole. */
  readonly target: Target;
  /** Whether outputs can stay on the device and be given to the next run, of this session or another one. */
  readonly keepsTensors?: boolean;
  readonly session?: Pick<InferenceSession.SessionOptions, 'executionMode'>;
}

const settings: Readonly<Record<ProviderName, ProviderSettings>> = {
  cpu: { target: 'cpu' },
  cuda: { target: 'cuda' },
  // As its documentation requires: one operator after the other, and no memory pattern (which no session of ours has).
  dml: { target: 'dml', session: { executionMode: 'sequential' } },
  webgpu: { target: 'webgpu', keepsTensors: true },
  // There is no table of its kernels; the form of fewest operators is the likeliest to be computed whole.
  coreml: { target: 'webgpu' },
};

/**
 * Optimizers of ONNX Runtime that change our graphs, and neither their speed nor their memory, on the CPU. After each it infers all types
 * once more, so that a session opens in nine tenths of the time without these.
 */
const idleOptimizers = [
  'Level1_RuleBasedTransformer',
  'ConstantSharing',
  'CommonSubexpressionElimination',
  'TransposeOptimizer',
  'GatherSliceToSplitFusion',
];

/** The form in which graphs have to be written for a provider. */
export const targetOf = ({ name }: Provider): Target => settings[name].target;

/** Whether a provider can keep tensors on its device, see `SessionOptions.onDevice`. */
export const keepsTensors = ({ name }: Provider): boolean => settings[name].keepsTensors ?? false;

/** The options of a session on a provider; what it can't compute is an error, and not quietly the CPU's work. */
export function sessionSettings({ name, device }: Provider): InferenceSession.SessionOptions {
  return {
    executionProviders: [device === undefined ? name : { name, deviceId: device }],
    ...settings[name].session,
    extra: {
      session: {
        // Threads that compute would look for more to do for a while after each run, on cores that are needed to take its frame.
        force_spinning_stop: '1',
        ...(name === 'cpu' ? {} : { disable_cpu_ep_fallback: '1' }),
      },
      ...(name === 'cpu' ? { optimization: { disable_specified_optimizers: idleOptimizers.join(';') } } : {}),
    },
  };
}
