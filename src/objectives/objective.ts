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

/** Those of the photo. */
export const photoGoals = (goals: readonly Goal[]): Goal[] => goals.filter(({ style }) => style === undefined);

/** How the weight of a term that changes is called among the inputs of a graph. */
const weightInput = ({ name }: Term): string => `weight ${name}`;

/** The weights that change, as inputs of a graph, at an iteration of the phase. */
export const weightsAt = ({ terms }: Objective, iteration: number): Named<number> =>
  Object.fromEntries(
    terms.flatMap((term) => (typeof term.weight === 'number' ? [] : [[weightInput(term), term.weight(iteration)]])),
  );

/** Whether it can be computed in tiles. */
export const canBeTiled = ({ terms }: Objective): boolean => terms.every((term) => term.isAdditive || term.sum);

/** Its terms that are sums over positions themselves. */
export const additiveTerms = ({ terms }: Objective): Term[] => terms.filter(({ isAdditive }) => isAdditive);

/** Its terms that are functions of such sums. */
export const termsOfSums = ({ terms }: Objective): Term[] => terms.filter(({ isAdditive }) => !isAdditive);

/** Appends every term, times its weight, and their sum: float32[] each. */
export function appendObjective({ terms }: Objective, context: TermContext): { loss: Value; losses: Named<Value> } {
  const losses = appendTerms(terms, context, (term) => term.sum?.(context));
  return { loss: Object.values(losses).reduce((sum, value) => context.o.add(sum, value)), losses };
}

/**
 * Appends terms, each times its weight: float32[].
 * @param sumOf the sum of a term that has one.
 */
export function appendTerms(
  terms: readonly Term[],
  context: TermContext,
  sumOf: (term: Term) => Value | undefined,
): Named<Value> {
  const { graph, o } = context;
  const weighted = terms.map((term): [string, Value] => {
    const value = term.append(context, sumOf(term));
    if (term.weight === 1) return [term.name, value];
    const weight = typeof term.weight === 'number' ? term.weight : graph.input(weightInput(term), 'float32', []);
    return [term.name, o.mul(value, weight)];
  });
  return Object.fromEntries(weighted);
}
