/** The geometry of sliding windows: what convolutions and pools of any stride, padding and dilation look at. */
import { intAttribute, intsAttribute, type Node, stringAttribute } from './node.js';
import type { Shape } from './tensor.js';

/** Sliding windows along one spatial axis. */
export interface Axis {
  /** Side of the input. */
  readonly input: number;
  /** How many positions the window takes. */
  readonly output: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding before and after the input. */
  readonly begin: number;
  readonly end: number;
}

/**
 * The windows of a Conv, MaxPool or AveragePool node over an input [N, C, …spatial], one entry per spatial axis.
 * `auto_pad` is resolved to explicit padding, as the ONNX operator documents define it.
 * @param kernel sides of the kernel, where they are not the node's `kernel_shape`.
 */
export function windowAxes(node: Node, input: Shape, kernel = intsAttribute(node, 'kernel_shape')): Axis[] {
  const spatial = input.slice(2);
  const count = spatial.length;
  const pads = intsAttribute(node, 'pads') ?? Array<number>(2 * count).fill(0);
  const strides = intsAttribute(node, 'strides');
  const dilations = intsAttribute(node, 'dilations');
  const autoPad = stringAttribute(node, 'auto_pad', 'NOTSET');
  const round = intAttribute(node, 'ceil_mode', 0) === 1 ? Math.ceil : Math.floor;
  if (kernel?.length !== count || pads.length !== 2 * count) {
    throw new Error(`${node.opType} node '${node.name}': its kernel or pads do not fit ${count} spatial axes`);
  }
  return spatial.map((side, i) => {
    const axis = { input: side, kernel: kernel[i]!, stride: strides?.[i] ?? 1, dilation: dilations?.[i] ?? 1 };
    const extent = axis.dilation * (axis.kernel - 1) + 1;
    if (autoPad === 'SAME_UPPER' || autoPad === 'SAME_LOWER') {
      const output = Math.ceil(side / axis.stride);
      const padding = Math.max(0, (output - 1) * axis.stride + extent - side);
      const less = Math.floor(padding / 2);
      const begin = autoPad === 'SAME_UPPER' ? less : padding - less;
      return { ...axis, output, begin, end: padding - begin };
    }
    const [begin, end] = autoPad === 'VALID' ? [0, 0] : [pads[i]!, pads[count + i]!];
    let output = round((side + begin + end - extent) / axis.stride) + 1;
    // In ceil mode a window that would start in the padding after the input is left out.
    if (round === Math.ceil && (output - 1) * axis.stride >= side + begin) output--;
    if (output < 1) throw new Error(`${node.opType} node '${node.name}': its window is larger than its padded input`);
    return { ...axis, output, begin, end };
  });
}
