/** What ends a gradient: operators that are constant but for jumps, or random, in all of their inputs. */
import type { Node } from '../node.js';

const rounding = 'Round Floor Ceil Sign Hardmax QuantizeLinear DynamicQuantizeLinear';
const comparisons = 'Equal Greater GreaterOrEqual Less LessOrEqual And Or Xor Not IsNaN IsInf';
const positions = 'ArgMax ArgMin NonZero NonMaxSuppression';
/** Of integers, or of the shape of what they are given. */
const shapes = 'Shape Size ConstantOfShape EyeLike BlackmanWindow HammingWindow HannWindow MelWeightMatrix';
const random = 'Bernoulli Multinomial RandomNormal RandomNormalLike RandomUniform RandomUniformLike';
const integers =
  'BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor ConvInteger MatMulInteger QLinearConv QLinearMatMul';

/** The operators of the standard that end a gradient, which is zero before them, as in PyTorch. */
export const stops: ReadonlySet<string> = new Set(
  [rounding, comparisons, positions, shapes, random, integers].flatMap((names) => names.split(' ')),
);

export const isQuantization = ({ domain, opType }: Node): boolean => domain === '' && opType === 'QuantizeLinear';

/** @param straightThrough whether what QuantizeLinear rounds is gone through. */
export const isStop = (node: Node, straightThrough: boolean): boolean =>
  node.domain === '' && stops.has(node.opType) && !(straightThrough && isQuantization(node));
