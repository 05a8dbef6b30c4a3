/** Gradients of norms, which PyTorch defines as zero for a vector of zeros, where a norm has none. */
import type { Value } from '../../node.js';
import type { Operators } from '../../operators.js';
import type { RuleContext } from '../context.js';

/** x, with ones for its zeros: what a quotient is divided by, where it is 0 / 0 and meant to be 0. */
export const orOne = (o: Operators, x: Value): Value => o.where(o.equal(x, 0), 1, x);

/** Whether a Sqrt is that of a sum of squares, written out. */
export function isOfSquares({ graph, a }: RuleContext): boolean {
  const sum = graph.producer(a);
  if (sum?.opType !== 'ReduceSum') return sum?.opType === 'ReduceSumSquare';
  const square = graph.producer(sum.inputs[0]!);
  const [x, y] = square?.inputs ?? [];
  if (square?.opType === 'Mul') return x === y;
  return square?.opType === 'Pow' && graph.constantValues(y!)?.join() === '2';
}
