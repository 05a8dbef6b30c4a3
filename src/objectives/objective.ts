/** The objective of a phase: the sum of its terms. */

import type { Value } from '../onnx/index.js';
import type { Named } from '../onnx/named.js';
import type { Goal, Term, TermContext } from './term.js';

export interface Objective {
  /** One at least. */
  readonly terms: readonly Term[];
}

/** The layers that its terms look at, each once. */
export const layersOf = ({ terms }: Objective): string[] => [...new Set(terms.flatMap(({ layers }) => layers))];

/** The goals of its terms, each once. */
export const goalsOf = ({ terms }: Objective): Goal[] => {
  const goals = terms.flatMap((term) => term.goals);
  return [...new Map(goals.map((goal) => [goal.name, goal])).values()];
};

/** Whether it can be computed in tiles. */
export const isAdditive = ({ terms }: Objective): boolean => terms.every((term) => term.isAdditive);

/** Appends every term, times its weight, and their sum: float32[] each. */
export function appendObjective({ terms }: Objective, context: TermContext): { loss: Value; losses: Named<Value> } {
  const { o } = context;
  const weighted = terms.map((term): [string, Value] => {
    const value = term.append(context);
    return [term.name, term.weight === 1 ? value : o.mul(value, term.weight)];
  });
  const loss = weighted.map(([, value]) => value).reduce((sum, value) => o.add(sum, value));
  return { loss, losses: Object.fromEntries(weighted) };
}
