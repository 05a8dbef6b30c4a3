/** Static shape inference: what is known of a node's outputs before anything runs. */
import type { Node } from '../node.js';
import type { TensorType } from '../tensor.js';
import { ShapeContext, type ShapeRules, type TypedValues } from './context.js';
import { elementwise } from './elementwise.js';
import { functions } from './functions.js';
import { indexing } from './indexing.js';
import { linear } from './linear.js';
import { movement } from './movement.js';
import { reductions } from './reduction.js';
import { sampling } from './sampling.js';
import { windows } from './windows.js';

const rules: ShapeRules = {
  ...elementwise,
  ...functions,
  ...indexing,
  ...linear,
  ...movement,
  ...reductions,
  ...sampling,
  ...windows,
};

/** The operators whose output types can be inferred. */
export const inferredOperators: readonly string[] = Object.keys(rules);

/**
 * The types of a node's outputs, or undefined for an operator without a rule or with inputs whose types are not known.
 * @throws Error where the inputs do not fit the operator.
 */
export function inferTypes(values: TypedValues, node: Node): TensorType[] | undefined {
  const rule = node.domain === '' ? rules[node.opType] : undefined;
  const known = node.inputs.every((input) => input === '' || values.knownType(input));
  return rule && known ? rule(new ShapeContext(values, node)) : undefined;
}
