/** Static shape inference: what is known of a node's outputs before anything runs. */
import { messageOf } from '../../errors.js';
import { type Node, nodeLabel } from '../node.js';
import { NotConstant } from '../sides.js';
import type { ValueType } from '../tensor.js';
import { ShapeContext, type ShapeRules, type TypedValues } from './context.js';
import { elementwise } from './elementwise.js';
import { functions } from './functions.js';
import { generators } from './generators.js';
import { indexing } from './indexing.js';
import { linear } from './linear.js';
import { logic } from './logic.js';
import { movement } from './movement.js';
import { quantized } from './quantized.js';
import { reductions } from './reduction.js';
import { sampling } from './sampling.js';
import { searches } from './searches.js';
import { windows } from './windows.js';

const rules: ShapeRules = {
  ...elementwise,
  ...functions,
  ...generators,
  ...indexing,
  ...linear,
  ...logic,
  ...movement,
  ...quantized,
  ...reductions,
  ...sampling,
  ...searches,
  ...windows,
};

/** The operators whose output types can be inferred. */
export const inferredOperators: readonly string[] = Object.keys(rules);

/** Whether shape inference knows a node's operator. */
export const hasShapeRule = ({ domain, opType }: Node): boolean => domain === '' && Object.hasOwn(rules, opType);

/**
 * The types of a node's outputs, or undefined for an operator without a rule or with inputs whose types are not known.
 * @throws Error where the inputs do not fit the operator.
 */
export function inferTypes(values: TypedValues, node: Node): readonly (ValueType | undefined)[] | undefined {
  if (!hasShapeRule(node)) return undefined;
  if (!node.inputs.every((input) => input === '' || values.knownType(input))) return undefined;
  try {
    return rules[node.opType]!(new ShapeContext(values, node));
  } catch (error) {
    const label = nodeLabel(node);
    const message = messageOf(error);
    if (message.startsWith(label)) throw error;
    // Of an element type, say.
    throw new (error instanceof NotConstant ? NotConstant : Error)(`${label}: ${message}`, { cause: error });
  }
}
