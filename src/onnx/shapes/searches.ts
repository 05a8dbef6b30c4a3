/** Shapes of what finds elements, whose number depends on their values, and of what counts words and regions. */
import type { ShapeContext, ShapeRules } from './context.js';

/** A list of integers that a node has to have. */
function listed(c: ShapeContext, name: string): readonly number[] {
  const value = c.node.attributes[name];
  return Array.isArray(value) ? (value as number[]) : c.fail(`it has no ${name}`);
}

export const searches: ShapeRules = {
  NonZero: (c) => {
    const count = c.constants(0).filter((value) => value !== 0).length;
    return [{ dtype: 'int64', shape: [c.rank(0), count] }];
  },
  Unique: (c) => c.unknown('how many elements differ is known only when it runs'),
  NonMaxSuppression: (c) => c.unknown('how many boxes it chooses is known only when it runs'),
  MaxRoiPool: (c) => [{ dtype: c.dtype(0), shape: [c.sides(1)[0]!, c.sides(0)[1]!, ...listed(c, 'pooled_shape')] }],
  TfIdfVectorizer: (c) => {
    const most = listed(c, 'ngram_indexes').reduce((a, b) => Math.max(a, b), 0);
    return [{ dtype: 'float32', shape: [...c.sides(0).slice(0, -1), most + 1] }];
  },
};
