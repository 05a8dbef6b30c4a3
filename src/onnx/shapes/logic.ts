/** Shapes of tests and of operations on bits. */

import type { ShapeRule, ShapeRules } from './context.js';
import { broadcast, sameAsInput } from './elementwise.js';

const test: ShapeRule = (c) => [{ dtype: 'bool', shape: c.sides(0) }];
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
};
