/** What terms sum over. */
import type { Operators, Value } from '../onnx/index.js';

/** The sum of the squares of float32[1, C, h, w]. Axis by axis: a single sum of millions of float32 squares is right to four digits only. */
export function squares(o: Operators, value: Value): Value {
  const rows = o.reduceSumSquare(value, [3], false);
  return [2, 1, 0].reduce((partial, axis) => o.reduceSum(partial, [axis], false), rows);
}
