/** Which constant a convolution's kernel is made of. */
import type { Graph } from '../../graph.js';
import { intsAttribute, type Value } from '../../node.js';
import { ShapeContext } from '../../shapes/context.js';
import { slicing } from '../../shapes/movement.js';

export interface KernelSource {
  /** The initializer, float32[K, C, 3, 3]. */
  readonly initializer: Value;
  /** Whether it is flipped and its channels are swapped, as the gradient of a convolution has it. */
  readonly backward: boolean;
}

/** What `kernel` is made of; undefined where that is neither an initializer nor an initializer turned round for a gradient. */
export function kernelSource(graph: Graph, kernel: Value): KernelSource | undefined {
  if (graph.initializers.has(kernel)) return { initializer: kernel, backward: false };
  const swap = graph.producer(kernel);
  if (swap?.opType !== 'Transpose' || intsAttribute(swap, 'perm')?.join() !== '1,0,2,3') return undefined;
  const flip = graph.producer(swap.inputs[0]!);
  if (flip?.opType !== 'Slice' || !graph.initializers.has(flip.inputs[0]!)) return undefined;
  const shape = graph.shape(flip.inputs[0]!);
  const taken = slicing(new ShapeContext(graph, flip));
  const isFlip = taken.every(({ count, step }, axis) => count === shape[axis] && step === (axis < 2 ? 1 : -1));
  return isFlip ? { initializer: flip.inputs[0]!, backward: true } : undefined;
}
