/** Shapes of comparisons, bits and what else works element by element on numbers that have no gradient, or a simple one. */

import type { ShapeRule, ShapeRules } from './context.js';
import { broadcast, sameAsInput } from './elementwise.js';

const test: ShapeRule = (c) => [{ dtype: 'bool', shape: c.shape(0) }];
const combined: ShapeRule = (c) => broadcast(c);

export const logic: ShapeRules = {
  Xor: (c) => broadcast(c, 'bool'),
  IsNaN: test,
  IsInf: test,
  BitShift: combined,
  BitwiseAnd: combined,
  BitwiseOr: combined,
  BitwiseXor: combined,
  BitwiseNot: sameAsInput,
  Mod: combined,
  Mean: combined,
  Floor: sameAsInput,
  Ceil: sameAsInput,
  Reciprocal: sameAsInput,
  CastLike: (c) => [{ dtype: c.dtype(1), shape: c.shape(0) }],
};
