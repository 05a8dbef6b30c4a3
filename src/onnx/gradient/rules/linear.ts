/** Gradients of matrix products. */
import { floatAttribute, intAttribute, type Value } from '../../node.js';
import type { GradientContext, GradientRules } from '../context.js';

export const linear: GradientRules = {
  MatMul: [
    (c) => dropVector(c, 0, c.o.matMul(gradientMatrix(c), c.o.transposeMatrix(matrix(c, 1)))),
    (c) =>
      isShared(c)
        ? sharedMatrix(c)
        : dropVector(c, 1, c.o.matMul(c.o.transposeMatrix(matrix(c, 0)), gradientMatrix(c))),
  ],

  // y = alpha·A'·B' + beta·C, where A' and B' may be transposed: dA' = alpha·dy·B'ᵀ and dB' = alpha·A'ᵀ·dy, and where the
  // operand itself was transposed, the product is written the other way round. Of y = alpha·A·Aᵀ both come together, in one product.
  Gemm: [
    (c) =>
      isGram(c)
        ? gemm(c, c.o.add(c.dy, c.o.transposeMatrix(c.dy)), c.a, 0, 0)
        : transA(c)
          ? gemm(c, c.b, c.dy, transB(c), 1)
          : gemm(c, c.dy, c.b, 0, 1 - transB(c)),
    (c) =>
      isGram(c) ? undefined : transB(c) ? gemm(c, c.dy, c.a, 1, transA(c)) : gemm(c, c.a, c.dy, 1 - transA(c), 0),
    (c) => c.o.mul(c.dy, floatAttribute(c.node, 'beta', 1)),
  ],
};

/** Whether batches are multiplied by one matrix, as a layer's weights. */
const isShared = (c: GradientContext): boolean => c.rank(0) > 2 && c.rank(1) === 2;

/** Its gradient, over all batches in one product: one for each, which are then summed, would take their count times the matrix. */
function sharedMatrix({ a, dy, o, graph }: GradientContext): Value {
  const rows = (value: Value): Value => o.reshape(value, [-1, graph.sides(value).at(-1)!]);
  return o.matMul(o.transposeMatrix(rows(a)), rows(dy));
}

/** An operand of MatMul as a matrix: a vector is a row on the left and a column on the right. */
function matrix(c: GradientContext, input: number): Value {
  const shape = c.sides(input);
  if (shape.length > 1) return c.node.inputs[input]!;
  return c.o.reshape(c.node.inputs[input]!, input === 0 ? [1, shape[0]!] : [shape[0]!, 1]);
}

/** dy with the row or column that MatMul dropped for a vector put back. */
function gradientMatrix(c: GradientContext): Value {
  const shape = [...c.graph.sides(c.dy)];
  if (c.rank(1) === 1) shape.push(1);
  if (c.rank(0) === 1) shape.splice(shape.length - 1, 0, 1);
  return c.o.reshape(c.dy, shape);
}

/** Takes the row or column of a vector operand away again. */
function dropVector(c: GradientContext, input: number, gradient: Value): Value {
  const operand = c.sides(input);
  if (operand.length > 1) return gradient;
  return c.o.reshape(gradient, [...c.graph.sides(gradient).slice(0, -2), operand[0]!]);
}

const transA = ({ node }: GradientContext): number => intAttribute(node, 'transA', 0);
const transB = ({ node }: GradientContext): number => intAttribute(node, 'transB', 0);

const isGram = (c: GradientContext): boolean => c.a === c.b && !transA(c) && transB(c) === 1;

function gemm(c: GradientContext, a: Value, b: Value, transposeA: number, transposeB: number): Value {
  const alpha = { float: floatAttribute(c.node, 'alpha', 1) };
  return c.graph.add('Gemm', [a, b], { alpha, transA: transposeA, transB: transposeB });
}
