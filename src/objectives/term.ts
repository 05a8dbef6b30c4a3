/** What a term of the objective is: a price that is computed from the canvas and from what the network sees in it. */
import type { Graph, Operators, Value } from '../onnx/index.js';
import type { Named } from '../onnx/named.js';

/** Something of the photo, or of another picture, that a term compares the canvas with. Goals of one name are the same. */
export interface Goal {
  readonly name: string;
  /** The layer that it is made of. Left out: it is made of the picture itself. */
  readonly layer?: string;
  /** Which of the style pictures it is made of, from 0; such a goal is a sum, of a shape that no picture's size changes. Left out: the photo. */
  readonly style?: number;
  /** Appends what makes it of the layer's activation for that picture. Left out: it is the activation. */
  make?(context: GoalContext): Value;
  /** Whether it is a sum over positions, so that its parts in tiles of the picture add up to it. */
  readonly isSum?: boolean;
}

export interface GoalContext {
  readonly o: Operators;
  /** The layer's, float32[1, C, h, w]; of a goal without one the photo, float32[1, 3, H, W] as R, G, B from 0 to 255. */
  readonly activation: Value;
  /** As {@link TermContext.counted}, for the goal's layer. */
  counted(value: Value): Value;
  /** As {@link TermContext.count}, for the goal's layer. */
  count(): number;
}

export interface Term {
  readonly name: string;
  /** Its factor in the objective; one that changes from iteration to iteration is asked for by the iteration's place in its phase, from 0. */
  readonly weight: number | ((iteration: number) => number);
  /** The layers whose activations it looks at. */
  readonly layers: readonly string[];
  readonly goals: readonly Goal[];
  /** Pixels past its own that a pixel's part of it depends on, beside what its layers look at. Default: 0. */
  readonly reach?: number;
  /** Pixels whose multiples tiles have to begin and end at, a power of two. Default: 1. */
  readonly grid?: number;
  /** Whether it is a sum over positions, so that its parts in tiles of the canvas add up to it. */
  readonly isAdditive: boolean;
  /**
   * Appends a sum over positions that its value is a function of, float32 of any shape. With it a term that is not additive itself can be
   * computed in tiles: the tiles' sums are added up, and the gradient of the value by their sum goes back through each tile.
   */
  sum?(context: TermContext): Value;
  /** Appends its value, float32[]; where it has a sum, of that and of goals alone. */
  append(context: TermContext, sum?: Value): Value;
}

/** What a term is made of: the sibling of a gradient rule's context. */
export interface TermContext {
  readonly graph: Graph;
  /** The operators, to write the term with. */
  readonly o: Operators;
  /** float32[1, C, H, W], in its own space; of a tile where the graph is one's. */
  readonly canvas: Value;
  /** What the canvas is made of; none where the graph is that of a tile. */
  readonly parameters: Named<Value>;
  /** A layer's activation for the canvas, float32[1, C, h, w]. */
  activation(layer: string): Value;
  /** One of the term's goals. */
  goal(name: string): Value;
  /** A value with a layer's positions (or the canvas' pixels), with zeros where they do not count because another tile counts them. */
  counted(value: Value, layer?: string): Value;
  /** How many elements the layer's activation (or the canvas) has in the whole picture. */
  count(layer?: string): number;
}
