/** Which convolutions of a graph are rewritten, and with which kernels. */
import type { Graph } from '../../graph.js';
import { intAttribute, type Node, type Value } from '../../node.js';
import { areKnown } from '../../sides.js';
import { type Axis, windowAxes } from '../../window.js';
import { type KernelSource, kernelSource } from './kernel-source.js';
import { type TileSide, windowSide } from './transforms.js';

/** A 3×3 convolution with stride 1 of one picture. */
export interface ConvolutionSite {
  readonly inChannels: number;
  readonly outChannels: number;
  /** Sides of its output. */
  readonly height: number;
  readonly width: number;
}

/** How a convolution is computed by Winograd's method. */
export interface WinogradChoice {
  readonly tile: TileSide;
  /** In how many parts, one after the other. */
  readonly parts: number;
}

/** A kernel that the rewritten graph takes as an input, because it is transformed once and not in each run. */
export interface TransformedKernel {
  /** Name of the input, float32[n², K, C]. */
  readonly input: Value;
  /** Name of the initializer in the original graph, float32[K, C, 3, 3]. */
  readonly kernel: Value;
  readonly tile: TileSide;
}

/** How one is rewritten. */
export interface RewrittenConvolution {
  readonly choice: WinogradChoice;
  readonly source: KernelSource;
  readonly axes: readonly Axis[];
}

export class Choices {
  readonly kernels = new Map<Value, TransformedKernel>();
  readonly #choices = new Map<Node, RewrittenConvolution | undefined>();

  constructor(
    private readonly source: Graph,
    private readonly target: Graph,
    private readonly choose: (site: ConvolutionSite) => WinogradChoice | undefined,
  ) {}

  /** How a convolution is rewritten; undefined for one that is not, and for other nodes. */
  of(node: Node): RewrittenConvolution | undefined {
    if (!this.#choices.has(node)) this.#choices.set(node, this.#decide(node));
    return this.#choices.get(node);
  }

  #decide(node: Node): RewrittenConvolution | undefined {
    if (node.opType !== 'Conv' || node.domain !== '') return undefined;
    const [input, kernel] = node.inputs as [Value, Value];
    const { dtype, shape } = this.source.knownType(input) ?? {};
    if (dtype !== 'float32' || shape?.length !== 4 || !areKnown(shape)) return undefined;
    if (shape[0] !== 1 || intAttribute(node, 'group', 1) !== 1) return undefined;
    const source = kernelSource(this.source, kernel);
    const axes = windowAxes(node, shape, this.source.shape(kernel).slice(2));
    const isPlain = axes.every(
      ({ kernel: side, stride, dilation, begin }) => side === 3 && stride === 1 && dilation === 1 && begin >= 0,
    );
    if (!source || !isPlain) return undefined;
    const [, outChannels, height, width] = this.source.shape(node.outputs[0]!) as [number, number, number, number];
    const choice = this.choose({ inChannels: shape[1]!, outChannels, height, width });
    return choice && { choice, source, axes };
  }

  /** The input that the rewritten graph has for a kernel. */
  transformedKernel({ initializer }: KernelSource, tile: TileSide): Value {
    const input = `${initializer}/winograd-${tile}`;
    if (!this.kernels.has(input)) {
      const [outputs, inputs] = this.source.shape(initializer) as [number, number];
      this.target.input(input, 'float32', [windowSide(tile) ** 2, outputs, inputs]);
      this.kernels.set(input, { input, kernel: initializer, tile });
    }
    return input;
  }
}
