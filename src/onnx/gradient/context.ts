/** What a gradient rule is given, and what it has to give. */
import type { Graph } from '../graph.js';
import type { Node, Value } from '../node.js';
import { Operators } from '../operators.js';
import { hasKernel, type Target } from '../provider-kernels.js';
import { ShapeContext } from '../shapes/context.js';

/** What comes back to a stretch of one axis of an input, all of the other axes, and to nothing else. */
export interface Stretch {
  readonly gradient: Value;
  readonly axis: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Appends the nodes that compute the gradient of one input, out of `dy`, the gradient of the node's (first) output. Its shape
 * only has to broadcast with the input's: differentiate() sums or expands it to fit. Where only a stretch of the input gets something, it
 * may say so, and differentiate() joins the stretches of a value. Undefined where another input, which is the same value, has got it all.
 */
export type InputGradient = (c: GradientContext) => Value | Stretch | undefined;

/**
 * The gradients of an operator's inputs, in their order; an input without one (a shape, an axis) is null. An operator with
 * any number of inputs has one function for all of them, which is told the input's position.
 */
export type GradientRule =
  | readonly (InputGradient | null)[]
  | ((c: GradientContext, input: number) => Value)
  | RuleOfAllOutputs;

/** A rule that uses the gradients of all of the node's outputs. Others have a gradient through their first alone. */
export interface RuleOfAllOutputs {
  readonly ofAllOutputs: readonly (InputGradient | null)[];
}

export type GradientRules = Readonly<Record<string, GradientRule>>;

/** A constant of 4000² numbers. */
const largestConstant = 1.6e7;

export class GradientContext extends ShapeContext {
  /** The operators, to write the gradient with. */
  readonly o: Operators;

  constructor(
    readonly graph: Graph,
    node: Node,
    /** Gradients of the node's outputs, in their order; undefined for those that nothing came back to. */
    private readonly gradients: readonly (Value | undefined)[],
    /** What the gradient will run on. */
    readonly target?: Target,
  ) {
    super(graph, node);
    this.o = new Operators(graph);
  }

  /** Gradient of the node's first output, which has its shape. */
  get dy(): Value {
    return this.dyOf(0);
  }

  /** Gradient of one of the node's outputs: zeros where nothing came back to it. */
  dyOf(output: number): Value {
    return this.gradients[output] ?? this.o.zeros(this.graph.type(this.node.outputs[output]!));
  }

  /** Whether the target has a kernel for an operator over the gradient's type, with that many outputs. */
  supports(opType: string, outputs = 1): boolean {
    return hasKernel(this.target, opType, this.graph.dtype(this.dy), outputs);
  }

  /**
   * Checks, before they are made, that a gradient's constants stay small, whatever sides and windows a file states.
   * @throws Error, naming the node, where they would not.
   */
  limit(numbers: number): void {
    if (numbers > largestConstant) this.fail(`its gradient would take a constant of ${numbers} numbers`);
  }

  /** First input. */
  get a(): Value {
    return this.node.inputs[0]!;
  }

  /** Second input. */
  get b(): Value {
    return this.node.inputs[1]!;
  }

  /** First output. */
  get y(): Value {
    return this.node.outputs[0]!;
  }
}
