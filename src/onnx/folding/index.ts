/** Constant folding: what a node gives, where that is known before anything runs, and small. */
import { intAttribute, type Node } from '../node.js';
import { areKnown } from '../sides.js';
import { type DType, isFloat, type Shape, sizeOf, type Tensor, tensor, tensorValues } from '../tensor.js';
import { type ConstantValues, contextOf, type FoldRules, isSmall, smallTypes } from './context.js';
import { counting } from './counting.js';
import { elementwise } from './elementwise.js';
import { movement } from './movement.js';

const rules: FoldRules = { ...counting, ...elementwise, ...movement };

/** The operators that are folded. */
export const foldedOperators: readonly string[] = [...Object.keys(rules), 'Shape', 'Size', 'Constant', 'Identity'];

/**
 * What a node in today's form gives, or undefined where that is not constant, too large, past what can be counted exactly, or of an
 * operator that is not folded.
 * @throws Error where its inputs do not fit the operator.
 */
export function folded(values: ConstantValues, node: Node): Tensor[] | undefined {
  if (node.opType === 'Shape' || node.opType === 'Size') return foldedSides(values, node);
  if (!Object.hasOwn(rules, node.opType)) return undefined;
  const inputs = node.inputs.map((input) => (input === '' ? undefined : values.tensor(input)));
  if (!inputs.every((held, i) => (held ? isSmall(held) : node.inputs[i] === ''))) return undefined;
  const outputs = smallTypes(values, node);
  if (!outputs) return undefined;
  const results = rules[node.opType]!(contextOf(node, inputs, outputs, (input) => tensorValues(inputs[input]!)));
  if (!results?.every((list, i) => isExact(list, outputs[i]!, movement[node.opType] !== undefined))) return undefined;
  return outputs.map(({ dtype, shape }, i) => tensor(dtype, results[i]!, shape));
}

/** The sides of a value are known with its type. */
function foldedSides(values: ConstantValues, node: Node): Tensor[] | undefined {
  const type = values.knownType(node.inputs[0] ?? '');
  if (!type || !areKnown(type.shape)) return undefined;
  if (node.opType === 'Size') return [tensor('int64', [sizeOf(type.shape)], [])];
  const sides = type.shape.slice(intAttribute(node, 'start', 0), intAttribute(node, 'end', type.shape.length));
  return [tensor('int64', sides, [sides.length])];
}

/**
 * Whether the numbers are what the type holds: floats, or whole numbers that a JavaScript number counts exactly. What is only moved may
 * be larger: the end of a slice that means "all".
 */
function isExact(list: readonly number[], { dtype, shape }: { dtype: DType; shape: Shape }, isMoved: boolean): boolean {
  if (list.length !== sizeOf(shape) || list.includes(undefined as never)) return false;
  if (isFloat(dtype)) return true;
  return list.every((value) => Number.isSafeInteger(value) || (isMoved && Number.isInteger(value)));
}
