/** Shapes of matrix products. */
import { intAttribute } from '../node.js';
import type { Side } from '../sides.js';
import { broadcastShapes, mayBeSame, type ShapeContext, type ShapeRules, shownSides } from './context.js';

/** The sides of the product of two inputs. */
export function matrixProduct(c: ShapeContext, first: number, second: number): Side[] {
  const [a, b] = [c.sides(first), c.sides(second)];
  if (a.length === 0 || b.length === 0) c.fail('a number is no matrix');
  // A vector takes part as a matrix of one row (on the left) or one column (on the right), which is dropped again.
  const left = a.length === 1 ? [1, ...a] : a;
  const right = b.length === 1 ? [...b, 1] : b;
  const batch = broadcastShapes([left.slice(0, -2), right.slice(0, -2)]);
  if (!batch || !mayBeSame(left.at(-1)!, right.at(-2)!)) {
    c.fail(`the matrices ${shownSides(a)} and ${shownSides(b)} do not fit`);
  }
  const rows = a.length === 1 ? [] : [left.at(-2)!];
  const columns = b.length === 1 ? [] : [right.at(-1)!];
  return [...batch!, ...rows, ...columns];
}

export const linear: ShapeRules = {
  MatMul: (c) => [{ dtype: c.dtype(0), shape: matrixProduct(c, 0, 1) }],

  Gemm: (c) => {
    const [a, b] = [c.sides(0), c.sides(1)];
    const [rows, inner] = intAttribute(c.node, 'transA', 0) ? [a[1], a[0]] : [a[0], a[1]];
    const [inner2, columns] = intAttribute(c.node, 'transB', 0) ? [b[1], b[0]] : [b[0], b[1]];
    if (a.length !== 2 || b.length !== 2 || !mayBeSame(inner!, inner2!)) {
      c.fail(`the matrices ${shownSides(a)} and ${shownSides(b)} do not fit`);
    }
    return [{ dtype: c.dtype(0), shape: [rows!, columns!] }];
  },
};
