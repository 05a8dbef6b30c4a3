/** A 3×3 convolution out of matrix products, in Winograd's transform domain. */
import { Graph } from '../../graph.js';
import type { Value } from '../../node.js';
import type { Shape, Tensor } from '../../tensor.js';
import { coveringLayout, rowMajorPlaces, shapeOf, windowRows } from './layout.js';
import { keyOf, type Rows, RowsBuilder } from './rows.js';
import {
  backwardTransforms,
  forwardTransforms,
  kernelTransform,
  type Matrix,
  type TileSide,
  windowSide,
} from './transforms.js';

export interface WinogradConvolution {
  /** Tiles of the output have this side. */
  readonly tile: TileSide;
  /** In how many parts the tiles are computed, so that what is between the steps fits the cache. */
  readonly parts: number;
  /** The kernel in transform domain, float32[n², K, C] for a kernel [K, C, 3, 3]. */
  readonly kernel: Value;
  /** Whether it is to be used as a gradient uses it: flipped, from K channels to C. */
  readonly backward: boolean;
  /** float32[channels of the output]. */
  readonly bias: Value | undefined;
  readonly outputShape: readonly [number, number, number, number];
  readonly padding: { readonly top: number; readonly left: number };
}

/** Appends the convolution of `input`. */
export function appendConvolution(b: RowsBuilder, input: Rows, convolution: WinogradConvolution): Rows {
  const { o } = b;
  const { tile, kernel, backward, bias, padding } = convolution;
  const side = windowSide(tile);
  const source = b.withZeroTile(input);
  const layout = coveringLayout(convolution.outputShape, tile, true);
  const [places, tiles, channels] = shapeOf(layout);
  const transforms = () => (backward ? backwardTransforms(tile) : forwardTransforms(tile));
  const direction = backward ? 'backward' : 'forward';
  const n2 = side ** 2;
  const toDomain = matrix(b, `input ${direction} ${tile}`, [n2, n2], () => transforms().input);
  const fromDomain = matrix(b, `output ${direction} ${tile}`, [tile ** 2, n2], () => {
    const { output } = transforms();
    return rowMajorPlaces(tile).map((row) => output[row]!);
  });

  // Before the convolution, so that ONNX Runtime makes it after: of what a node reads it computes first what comes last in the model.
  const biases = bias && biasRows(bias);
  const pixels = b.matrix(source);
  // ONNX Runtime merges the Transpose into the products, so both directions read the same kernel. A constant it would transpose once and
  // keep both; there the windows are transposed, and what comes out.
  const isKernelFirst = b.graph.producer(kernel) !== undefined && !backward;
  const factor = backward || isKernelFirst ? kernel : o.transpose(kernel, [0, 2, 1]);
  const part = Math.ceil(tiles / convolution.parts);
  const parts: Value[] = [];
  for (let first = 0; first < tiles; first += part) {
    const count = Math.min(part, tiles - first);
    const windows = { output: layout, side, padding, first, count };
    const rows = b.table(
      `windows ${keyOf(source.layout)} ${keyOf(layout)} ${padding.top},${padding.left} ${first}+${count}`,
      () => windowRows(source.layout, windows),
    );
    const seen = b.gather(pixels, rows, [n2, -1]);
    const transformed = o.reshape(o.matMul(toDomain, seen), [n2, -1, source.layout.channels]);
    const product = isKernelFirst ? o.matMul(factor, o.transposeMatrix(transformed)) : o.matMul(transformed, factor);
    const tilesOut = o.matMul(fromDomain, o.reshape(product, [n2, -1]));
    const inOrder = isKernelFirst ? o.transposeMatrix(o.reshape(tilesOut, [places, channels, -1])) : tilesOut;
    parts.push(o.reshape(inOrder, [places, -1, channels]));
  }
  const value = parts.length === 1 ? parts[0]! : o.concat(parts, 1);
  return { value: biases === undefined ? value : o.add(value, biases), layout };

  /** The bias at every tile but the last, which has to stay zero: [tiles, channels]. */
  function biasRows(channelBiases: Value): Value {
    const ones = b.table(`ones ${tiles}`, () => new Float32Array(tiles).fill(1, 0, tiles - 1));
    return o.mul(o.reshape(ones, [-1, 1]), channelBiases);
  }
}

/**
 * A graph that transforms a kernel, float32[K, C, 3, 3], given to its input `kernel` as [1, 1, K·C, 9]; `transformed` is [1, 1, n², K·C].
 * Nothing in it depends on their number, so that with open sides (`openSides`, see encodeModel) one session transforms kernels of all sizes.
 * @param count K·C.
 */
export function kernelTransformGraph(count: number, tile: TileSide): Graph {
  const graph = new Graph('kernel_transform');
  const b = new RowsBuilder(graph);
  const taps = b.o.transpose(graph.input('kernel', 'float32', [1, 1, count, 9]), [0, 1, 3, 2]);
  graph.output(
    b.o.matMul(
      matrix(b, `kernel ${tile}`, [windowSide(tile) ** 2, 9], () => kernelTransform(tile)),
      taps,
    ),
    'transformed',
  );
  return graph;
}

/**
 * Appends the transform of a kernel, float32[K, C, 3, 3], to [1, n², K, C]. Of a constant ONNX Runtime computes it when it loads the model: in
 * one operator, because until all are there it keeps what each of several gives, and in one that needs nothing beside what it reads and
 * gives, for which memory would be taken that stays with the process. A convolution of 1×1 is such, of the kernel as a picture [K, C] with
 * its taps as channels; so it is written down in that order, but for one whose elements are not here.
 */
export function appendKernelTransform(b: RowsBuilder, name: Value, kernel: Tensor, tile: TileSide): Value {
  const { graph } = b;
  const n2 = windowSide(tile) ** 2;
  if (kernel.data instanceof Uint8Array) {
    const transform = matrix(b, `taps ${tile}`, [n2, 9, 1, 1], () => kernelTransform(tile));
    const taps = graph.initializer(graph.unusedName(`${name}/taps`), tapsFirst(kernel, kernel.data));
    return graph.add('Conv', [taps, transform], { kernel_shape: [1, 1] });
  }
  const transform = matrix(b, `kernel ${tile}`, [n2, 3, 3], () => kernelTransform(tile));
  const elsewhere = graph.initializer(graph.unusedName(name), kernel);
  return graph.add('Einsum', [elsewhere, transform], { equation: 'kcij,nij->nkc' });
}

/** A kernel [K, C, 3, 3] as [1, 9, K, C]. */
function tapsFirst({ dtype, shape: [outputs, inputs] }: Tensor, data: Uint8Array): Tensor {
  const taps = 9;
  const count = outputs! * inputs!;
  // They need not begin where a number can.
  const aligned = data.byteOffset % Float32Array.BYTES_PER_ELEMENT === 0 ? data : data.slice();
  const elements = new Float32Array(aligned.buffer, aligned.byteOffset, taps * count);
  const ordered = new Float32Array(elements.length);
  for (let i = 0; i < count; i++) {
    for (let tap = 0; tap < taps; tap++) ordered[tap * count + i] = elements[taps * i + tap]!;
  }
  return { dtype, shape: [1, taps, outputs!, inputs!], data: new Uint8Array(ordered.buffer) };
}

function matrix(b: RowsBuilder, key: string, shape: Shape, make: () => Matrix): Value {
  return b.constant(key, shape, () => Float32Array.from(make().flat()));
}
