/** What a gradient rule is given, and what it has to give. */
import type { Graph } from '../graph.js';
import { intAttribute, type Node, type Value } from '../node.js';
import { Operators } from '../operators.js';
import { hasKernel, type Target } from '../provider-kernels.js';
import { ShapeContext } from '../shapes/context.js';

/** What comes back to a stretch of one axis of an input, which is not open, all of the other axes, and to nothing else. */
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

/** Of a float input that has no derivative (a ratio of dropout, what CastLike takes the type of): the gradient ends there. */
export const stop: InputGradient = () => undefined;

/**
 * The gradients of an operator's inputs, in their order; an input without one (a shape, an axis) is null. An operator with
 * any number of inputs has one function for all of them, which is told the input's position.
 */
export type GradientRule =
  | readonly (InputGradient | null)[]
  | ((c: GradientContext, input: number) => Value | undefined)
  | RuleOfAllOutputs
  | RuleByFormula;

/** A rule that uses the gradients of all of the node's outputs. Others have a gradient through their first alone. */
export interface RuleOfAllOutputs {
  readonly ofAllOutputs: readonly (InputGradient | null)[];
}

/**
 * A rule by what the operator is made of. The formula appends nodes that compute the node's outputs once more, from its inputs, in operators
 * that have rules themselves (undefined for an output that it has none for), and differentiate() goes through these instead of the
 * node. The node itself stays, so that a provider's own kernel computes the way forth; what the way back does not read of the formula
 * is taken away again.
 */
export interface RuleByFormula {
  readonly formula: (c: RuleContext) => Value | readonly (Value | undefined)[];
}

export type GradientRules = Readonly<Record<string, GradientRule>>;

/** A constant of 4000² numbers. */
const largestConstant = 1.6e7;

/** What a formula is written with. */
export class RuleContext extends ShapeContext {
  readonly o: Operators;

  constructor(
    readonly graph: Graph,
    node: Node,
    /** What the gradient will run on. */
    readonly target?: Target,
  ) {
    super(graph, node);
    this.o = new Operators(graph);
  }

  /** Whether the target has a kernel for an operator over the first input's type, with that many outputs. */
  supports(opType: string, outputs = 1): boolean {
    return hasKernel(this.target, opType, this.graph.dtype(this.a), outputs, this.graph.opset);
  }

  /** Whether a constant of that many numbers is as small as those of a gradient have to be. */
  isSmall(numbers: number): boolean {
    return numbers <= largestConstant;
  }

  /**
   * Checks, before they are made, that a gradient's constants stay small, whatever sides and windows a file states.
   * @throws Error, naming the node, where they would not.
   */
  limit(numbers: number): void {
    if (!this.isSmall(numbers)) this.fail(`its gradient would take a constant of ${numbers} numbers`);
  }

  /** The sign of a value of the first input's type: -1, 0 or 1. */
  sign(x: Value): Value {
    if (this.supports('Sign')) return this.o.sign(x);
    const [one, minusOne] = [1, -1].map((value) => this.graph.constant(this.graph.dtype(x), [value], []));
    return this.o.where(this.o.greater(x, 0), one!, this.o.where(this.o.less(x, 0), minusOne!, 0));
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

  /** An input that may be left out. */
  optional(input: number): Value | undefined {
    return this.node.inputs[input] || undefined;
  }

  /** The axis that the node's attribute names, counted from the front of the first input's. */
  axisAttribute(otherwise: number): number {
    return this.axis(intAttribute(this.node, 'axis', otherwise), this.rank(0));
  }
}

export class GradientContext extends RuleContext {
  constructor(
    graph: Graph,
    node: Node,
    /** Gradients of the node's outputs, in their order; undefined for those that nothing came back to. */
    private readonly gradients: readonly (Value | undefined)[],
    target?: Target,
  ) {
    super(graph, node, target);
  }

  /** Gradient of the node's first output, which has its shape. */
  get dy(): Value {
    return this.dyOf(0);
  }

  /** Gradient of one of the node's outputs: zeros where nothing came back to it. */
  dyOf(output: number): Value {
    return this.gradients[output] ?? this.o.zeros(this.graph.valueType(this.node.outputs[output]!));
  }
}
