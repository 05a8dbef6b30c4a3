/** What all sessions of a drawing have in common. */
import type { Network } from '../../networks/network.js';
import type { ConvolutionSite, WinogradChoice } from '../../onnx/passes/winograd/index.js';
import { cpu, type Provider } from '../../runtime/provider.js';
import type { KeepGraph, KeptSessions } from './kept-sessions.js';
import { TransformedKernels } from './transformed-kernels.js';

export interface ComputeOptions {
  /** What computes. Default: the CPU. */
  readonly provider?: Provider | undefined;
  /** Threads that compute within an operator. Default: as many as ONNX Runtime chooses (one per physical core). */
  readonly threads?: number | undefined;
  /** Which convolutions are computed in Winograd's form, and how, where a plan allows any. Default: where it is expected to be faster. */
  readonly choose?: ((site: ConvolutionSite) => WinogradChoice | undefined) | undefined;
  /** Where sessions, on the CPU, outlive the drawing. Left out: nowhere. */
  readonly kept?: KeptSessions | undefined;
}

export interface Engine extends ComputeOptions {
  readonly provider: Provider;
  /** The bytes that initializers of graphs name. */
  readonly externalData: Network['externalData'];
  /** Transformed kernels of the whole drawing, for graphs in Winograd's form. */
  readonly kernels: TransformedKernels;
  /** Where sessions outlive the drawing. */
  readonly keep?: KeepGraph | undefined;
}

export const engineFor = (
  { externalData }: Pick<Network, 'externalData'>,
  { provider = cpu, threads, choose, kept }: ComputeOptions = {},
): Engine => {
  const kernels = kept?.kernels ?? new TransformedKernels(externalData);
  return { provider, threads, choose, kept, externalData, kernels };
};

/** The engine for a part of the drawing: what it keeps is told from what others do. */
export const engineAt = (engine: Engine, place: string): Engine => ({ ...engine, keep: engine.kept?.at(place) });
