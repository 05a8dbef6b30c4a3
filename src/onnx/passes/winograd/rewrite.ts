/** Rewrites a graph so that it computes 3×3 convolutions, and what lies between them, on rows. */
import { Graph } from '../../graph.js';
import { intAttribute, type Node, type Value } from '../../node.js';
import { sizeOf } from '../../tensor.js';
import { type Axis, windowAxes } from '../../window.js';
import { after } from '../after.js';
import { appendConvolution } from './convolution.js';
import { type KernelSource, kernelSource } from './kernels.js';
import { canPool, coveringLayout } from './layout.js';
import { isPositive, where } from './masks.js';
import { appendPool, appendUnpool, type Winners } from './pooling.js';
import { type Rows, RowsBuilder, type Table } from './rows.js';
import { handicaps, signPicture, signRows, signWindows } from './signatures.js';
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

export interface WinogradGraph {
  readonly graph: Graph;
  readonly kernels: readonly TransformedKernel[];
  /** Inputs that are given the same in each run: int32 or float32, [1, 1, elements]. */
  readonly tables: ReadonlyMap<Value, Table>;
}

/**
 * Rewrites 3×3 convolutions with stride 1 into Winograd's form, forward ones and gradients alike, and the ReLUs, masks and 2×2
 * pools between them so that pictures stay in rows. The result takes the same inputs, and transformed kernels and tables.
 * For ONNX Runtime's CPU provider: it relies on its fusions, and on its operators' speed.
 * @param choose how a convolution is to be computed; undefined leaves it as it is.
 * @param made tables of graphs that were rewritten before, from which this one takes those that it needs too.
 */
export function rewriteWinograd(
  source: Graph,
  choose: (site: ConvolutionSite) => WinogradChoice | undefined,
  made?: Map<string, Table>,
): WinogradGraph {
  const rewriter = new Rewriter(source, choose, made);
  for (const output of source.outputs) rewriter.target.output(rewriter.plain(output), output);
  return { graph: rewriter.target, kernels: [...rewriter.kernels.values()], tables: rewriter.tables };
}

interface RewrittenConvolution {
  readonly choice: WinogradChoice;
  readonly source: KernelSource;
  readonly axes: readonly Axis[];
}

/** A value of the original graph in the rewritten one: as it was, as rows, or both. */
interface Form {
  plain?: Value;
  rows?: Rows;
}

/** Operators on single elements that turn zeros into zero, so that the tile of zeros stays what it is. */
const zeroKeeping = new Set(['Relu', 'Sign', 'Neg', 'Abs', 'Add', 'Sub', 'Mul']);

class Rewriter {
  readonly target: Graph;
  readonly kernels = new Map<Value, TransformedKernel>();
  readonly tables: ReadonlyMap<Value, Table>;
  readonly #b: RowsBuilder;
  readonly #forms = new Map<Value, Form>();
  readonly #winners = new Map<Value, Winners>();
  /** Of ReLUs in rows whose gradient is wanted: where they are positive, as bools. */
  readonly #masks = new Map<Value, Rows>();
  readonly #consumers = new Map<Value, Node[]>();
  readonly #choices = new Map<Node, RewrittenConvolution | undefined>();
  readonly #inexact = new Map<Value, boolean>();
  readonly #signatures = new Map<Value, Value>();

  constructor(
    readonly source: Graph,
    readonly choose: (site: ConvolutionSite) => WinogradChoice | undefined,
    made: Map<string, Table> | undefined,
  ) {
    this.target = new Graph(source.name, source.opset);
    this.#b = new RowsBuilder(this.target, made);
    this.tables = this.#b.tables;
    for (const input of source.inputs) {
      const { dtype, shape } = source.type(input);
      this.#forms.set(input, { plain: this.target.input(input, dtype, shape) });
    }
    for (const node of source.nodes) {
      for (const input of node.inputs) this.#consumers.set(input, [...(this.#consumers.get(input) ?? []), node]);
    }
  }

  plain(value: Value): Value {
    if (value === '') return '';
    const form = this.#form(value);
    form.plain ??= this.#b.toPlain(form.rows!);
    return form.plain;
  }

  #rows(value: Value): Rows {
    const form = this.#form(value);
    form.rows ??= this.#b.fromPlain(form.plain!);
    return form.rows;
  }

  /** On demand, so that nothing is carried over that the rewritten graph does not need. */
  #form(value: Value): Form {
    const known = this.#forms.get(value);
    if (known) return known;
    const initializer = this.source.initializers.get(value);
    if (initializer) {
      const plain = this.target.initializer(this.target.unusedName(value), initializer);
      this.#forms.set(value, { plain });
    } else {
      this.#lower(this.source.producer(value)!);
    }
    return this.#forms.get(value)!;
  }

  #lower(node: Node): void {
    const rows = this.#lowerToRows(node);
    if (rows) {
      this.#forms.set(node.outputs[0]!, { rows });
      return;
    }
    if (this.#isMask(node)) {
      this.#forms.set(node.outputs[0]!, { plain: isPositive(this.target, this.plain(node.inputs[0]!)) });
      return;
    }
    const inputs = node.inputs.map((input) => this.plain(input));
    const outputs = node.outputs.map((output) => (output === '' ? '' : this.target.unusedName(output)));
    this.target.copy(this.source, node, { name: this.target.unusedName(node.name), inputs, outputs });
    node.outputs.forEach((output, i) => {
      if (output !== '') this.#forms.set(output, { plain: outputs[i]! });
    });
  }

  #lowerToRows(node: Node): Rows | undefined {
    if (node.domain !== '') return undefined;
    if (node.opType === 'Conv') return this.#convolution(node);
    if (node.opType === 'MaxPool') return this.#pool(node);
    if (node.opType === 'MaxUnpool') return this.#unpool(node);
    if (node.opType === 'Relu') return this.#relu(node);
    return zeroKeeping.has(node.opType) ? (this.#masked(node) ?? this.#elementwise(node)) : undefined;
  }

  #convolution(node: Node): Rows | undefined {
    const chosen = this.#chosen(node);
    if (!chosen) return undefined;
    const { choice, source, axes } = chosen;
    const [input, , bias] = node.inputs as [Value, Value, Value | undefined];
    return appendConvolution(this.#b, this.#rows(input), {
      ...choice,
      kernel: this.#transformedKernel(source, choice.tile),
      backward: source.backward,
      bias: bias ? this.plain(bias) : undefined,
      outputShape: this.source.shape(node.outputs[0]!) as [number, number, number, number],
      padding: { top: axes[0]!.begin, left: axes[1]!.begin },
    });
  }

  /** How a convolution is rewritten; undefined for one that is not. */
  #chosen(node: Node): RewrittenConvolution | undefined {
    if (!this.#choices.has(node)) this.#choices.set(node, this.#decide(node));
    return this.#choices.get(node);
  }

  #decide(node: Node): RewrittenConvolution | undefined {
    if (node.opType !== 'Conv' || node.domain !== '') return undefined;
    const [input, kernel] = node.inputs as [Value, Value];
    const shape = this.source.knownType(input)?.shape;
    if (shape?.length !== 4 || shape[0] !== 1 || intAttribute(node, 'group', 1) !== 1) return undefined;
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

  #transformedKernel({ initializer }: KernelSource, tile: TileSide): Value {
    const input = `${initializer}/winograd-${tile}`;
    if (!this.kernels.has(input)) {
      const [outputs, inputs] = this.source.shape(initializer) as [number, number];
      this.target.input(input, 'float32', [windowSide(tile) ** 2, outputs, inputs]);
      this.kernels.set(input, { input, kernel: initializer, tile });
    }
    return input;
  }

  #pool(node: Node): Rows | undefined {
    const [input] = node.inputs as [Value];
    const shape = this.source.knownType(input)?.shape;
    if (shape?.length !== 4 || shape[0] !== 1) return undefined;
    const axes = windowAxes(node, shape);
    const isHalving = axes.every(
      ({ kernel, stride, dilation, begin, end, input: side, output }) =>
        kernel === 2 && stride === 2 && dilation === 1 && begin === 0 && end === 0 && output === Math.floor(side / 2),
    );
    if (!isHalving) return undefined;
    const indices = node.outputs[1];
    const isUnpooled = (this.#consumers.get(indices ?? '') ?? []).every(({ opType }) => opType === 'MaxUnpool');
    // A pool that nothing comes back through is fast as it is.
    if ((!indices && !this.#form(input).rows) || !isUnpooled) return undefined;
    const rows = this.#rows(input);
    const halved = coveringLayout(shape as [number, number, number, number], 2, false);
    const arranged = canPool(rows.layout) ? rows : this.#b.arrange(rows, halved);
    const areAlike = indices && this.#isInexact(input);
    const { pooled, winners } = appendPool(
      this.#b,
      arranged,
      Boolean(indices),
      areAlike ? handicaps(this.#b, this.#signature(input), arranged.layout) : [],
    );
    if (indices) this.#winners.set(indices, winners!);
    return pooled;
  }

  /** Whether equal elements of a value may be a rounding error apart, because Winograd's method has computed it. */
  #isInexact(value: Value): boolean {
    const known = this.#inexact.get(value);
    if (known !== undefined) return known;
    const node = this.source.producer(value);
    const isInexact =
      node !== undefined && (this.#chosen(node) !== undefined || node.inputs.some((input) => this.#isInexact(input)));
    this.#inexact.set(value, isInexact);
    return isInexact;
  }

  /** What tells which pixels of a picture were made of the same: see {@link signPicture}. */
  #signature(value: Value): Value {
    const known = this.#signatures.get(value) ?? this.#sign(value);
    this.#signatures.set(value, known);
    return known;
  }

  #sign(value: Value): Value {
    const node = this.source.producer(value);
    if (node && this.#isInexact(value)) {
      const [input] = node.inputs as [Value];
      const isWindowed = node.opType === 'Conv' || node.opType === 'MaxPool';
      if (node.opType === 'Relu') return this.#signature(input);
      if (isWindowed) {
        const sides = node.opType === 'Conv' ? this.source.shape(node.inputs[1]!).slice(2) : undefined;
        const axes = windowAxes(node, this.source.shape(input), sides);
        const attributes = {
          strides: axes.map(({ stride }) => stride),
          dilations: axes.map(({ dilation }) => dilation),
          pads: [...axes.map(({ begin }) => begin), ...axes.map(({ end }) => end)],
        };
        const kernel = axes.map((axis) => axis.kernel);
        return signWindows(this.#b, this.#signature(input), kernel, attributes);
      }
    }
    const { rows } = this.#form(value);
    return rows ? signRows(this.#b, rows) : signPicture(this.#b, this.plain(value));
  }

  #unpool(node: Node): Rows | undefined {
    const [dy, indices] = node.inputs as [Value, Value];
    const pool = this.source.producer(indices);
    if (pool) this.#form(pool.outputs[0]!);
    const winners = this.#winners.get(indices);
    return winners && appendUnpool(this.#b, this.#rows(dy), winners);
  }

  #relu(node: Node): Rows | undefined {
    const rows = this.#elementwise(node);
    const isMasked = (this.#consumers.get(node.outputs[0]!) ?? []).some((consumer) => this.#isMask(consumer));
    if (!rows || !isMasked) return rows;
    const mask = this.#b.o.greater(rows.value, 0);
    this.#masks.set(node.outputs[0]!, { value: mask, layout: rows.layout });
    return { value: after(this.target, rows.value, [mask]), layout: rows.layout };
  }

  /** The product of a gradient and the mask of a ReLU in rows. */
  #masked({ opType, inputs }: Node): Rows | undefined {
    if (opType !== 'Mul') return undefined;
    const [dy, sign] = inputs as [Value, Value];
    const mask = this.source.producer(sign);
    if (!mask || !this.#isMask(mask)) return undefined;
    const relu = mask.inputs[0]!;
    this.#form(relu);
    const rows = this.#masks.get(relu);
    if (!rows) return undefined;
    const { value } = this.#b.arrange(this.#rows(dy), rows.layout);
    return { value: where(this.target, value, rows.value), layout: rows.layout };
  }

  #elementwise(node: Node): Rows | undefined {
    const shape = this.source.knownType(node.outputs[0]!)?.shape.join();
    const isScalar = (value: Value) => sizeOf(this.source.shape(value)) === 1;
    const isPicture = (value: Value) => this.source.knownType(value)?.shape.join() === shape;
    const pictures = node.inputs.filter(isPicture);
    // A sum with a number would not keep zeros.
    const fits = node.inputs.every((value) => isPicture(value) || (node.opType === 'Mul' && isScalar(value)));
    const inRows = fits ? pictures.flatMap((value) => this.#form(value).rows ?? []) : [];
    if (inRows.length === 0) return undefined;
    // The smallest tiles are those of a pool, on whose way back the result most often is.
    const { layout } = inRows.reduce((a, b) => (b.layout.tile < a.layout.tile ? b : a));
    const operands = node.inputs.map((value) =>
      isPicture(value) ? this.#b.arrange(this.#rows(value), layout).value : this.#b.o.reshape(this.plain(value), []),
    );
    if (this.#isMask(node)) return { value: isPositive(this.target, operands[0]!), layout };
    return { value: this.target.add(node.opType, operands, node.attributes), layout };
  }

  /** Whether a node is the sign of what is never negative. */
  #isMask({ opType, inputs }: Node): boolean {
    return opType === 'Sign' && this.source.producer(inputs[0]!)?.opType === 'Relu';
  }
}
