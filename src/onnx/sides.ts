/** Sides of tensors: whole numbers, and those that a model leaves open. What is computed of these stays a formula of their names. */
import { shownName } from '../one-line.js';

export type Side = number | OpenSide;
export type Sides = readonly Side[];

/** What is asked is known only when the graph runs, or takes a number for a side that is left open. */
export class NotConstant extends Error {}

/** What terms are products of: a side by its name, the whole part of a quotient, or the lesser of two. */
export type Factor = Name | Quotient | Lesser;

interface Name {
  /** What tells it from others, and how it is shown. */
  readonly key: string;
  readonly name: string;
  /** The input of a model that has it. */
  readonly input?: string | undefined;
}

/** ⌊of / by⌋. */
interface Quotient {
  readonly key: string;
  readonly of: Side;
  readonly by: Side;
}

interface Lesser {
  readonly key: string;
  readonly lesser: readonly [Side, Side];
}

export interface Term {
  readonly coefficient: number;
  /** In the order of their keys. Those of a number are none. */
  readonly factors: readonly Factor[];
}

/** Longer formulas are given up: no network has them, and each step could double them. */
const most = { terms: 32, factors: 12, letters: 1000 };

/** A sum of products, in one order: equal formulas are written alike. */
export class OpenSide {
  readonly #text: string;

  /** @internal */
  constructor(readonly terms: readonly Term[]) {
    this.#text = terms.map(shownTerm).join('').replace(/^ \+ /, '').replace(/^ - /, '-');
    const isLong = terms.length > most.terms || this.#text.length > most.letters;
    if (isLong || terms.some(({ factors }) => factors.length > most.factors))
      throw new NotConstant('too long a formula says how large it is; give it in inputShapes');
  }

  /** As it is written in files, where it has a name of its own. */
  get name(): string {
    const [factor] = this.terms[0]!.factors;
    return this.terms.length === 1 && factor && 'name' in factor && factor.key === this.#text
      ? factor.name
      : this.#text;
  }

  /** The names that it is computed of. */
  get names(): readonly Name[] {
    const factors = this.terms.flatMap((term) => term.factors);
    return unique(factors.flatMap((factor) => ('name' in factor ? factor : namesIn(partsOf(factor)))));
  }

  toString(): string {
    return this.#text;
  }

  toJSON(): string {
    return this.#text;
  }
}

function shownTerm({ coefficient, factors }: Term): string {
  const size = Math.abs(coefficient);
  const shown = [...(size === 1 && factors.length > 0 ? [] : [size]), ...factors.map(({ key }) => key)].join('*');
  return `${coefficient < 0 ? ' - ' : ' + '}${shown}`;
}

const partsOf = (factor: Quotient | Lesser): Sides => ('of' in factor ? [factor.of, factor.by] : factor.lesser);

/** A side that is left open. Sides of one name are the same. @param input which input of a model has it. */
export function openSide(name: string, input?: string): OpenSide {
  // A name that looks like a formula is none.
  const key = /^[\w.]*[A-Za-z_][\w.]*$/.test(name) ? name : `'${name}'`;
  return new OpenSide([{ coefficient: 1, factors: [{ key, name, input }] }]);
}

export const isOpen = (side: Side): side is OpenSide => typeof side === 'object';

/** The names that open sides are computed of. */
export const namesIn = (sides: Sides): readonly Name[] =>
  unique(sides.flatMap((side) => (isOpen(side) ? side.names : [])));

const unique = (names: readonly Name[]): Name[] => [...new Map(names.map((name) => [name.key, name])).values()];

export const areKnown = (sides: Sides): sides is readonly number[] => !sides.some(isOpen);

/** @throws NotConstant, naming the input of the model to give, where the side is open. */
export function known(side: Side): number {
  if (!isOpen(side)) return side;
  const given = side.names.map(({ key, input }) =>
    input === undefined ? key : `${key} of the input '${shownName(input)}'`,
  );
  throw new NotConstant(
    `it takes the side ${shownName(String(side))} as a number: ${given.join(', ')} is open; give it in inputShapes`,
  );
}

export const isSame = (a: Side, b: Side): boolean => a === b || (isOpen(a) && isOpen(b) && String(a) === String(b));

export const areSame = (a: Sides, b: Sides): boolean =>
  a.length === b.length && a.every((side, i) => isSame(side, b[i]!));

export function plus(a: Side, b: Side): Side {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  return sumOf([...termsOf(a), ...termsOf(b)]);
}

export const minus = (a: Side, b: Side): Side =>
  typeof a === 'number' && typeof b === 'number' ? a - b : plus(a, times(b, -1));

export function times(a: Side, b: Side): Side {
  if (typeof a === 'number' && typeof b === 'number') return a * b;
  return sumOf(termsOf(a).flatMap((one) => termsOf(b).map((other) => productOf(one, other))));
}

/** How many elements a tensor of such sides has. */
export const product = (sides: Sides): Side => sides.reduce(times, 1);

/** ⌊a / b⌋, b being positive. What b goes into is divided: ⌊(2·H + 3) / 2⌋ is H + 1. */
export function quotient(a: Side, b: Side): Side {
  if (typeof a === 'number' && typeof b === 'number') return Math.floor(a / b);
  const [divisor, ...others] = termsOf(b);
  let [whole, rest]: [Side, Side] = [0, a];
  for (let step = 0; divisor && step < most.terms; step++) {
    const part = termsOf(rest).flatMap((term) => partOf(term, divisor) ?? [])[0];
    if (!part) break;
    whole = plus(whole, sumOf([part]));
    rest = minus(rest, times(sumOf([part]), b));
  }
  if (rest === 0) return whole;
  return others.length === 0 ? plus(whole, wholePart(rest, b)) : wholePart(a, b);
}

/** ⌈a / b⌉, b being positive. */
export const quotientUp = (a: Side, b: Side): Side =>
  typeof a === 'number' && typeof b === 'number' ? Math.ceil(a / b) : quotient(minus(plus(a, b), 1), b);

/** The lesser of two. */
export function lesser(a: Side, b: Side): Side {
  const apart = minus(a, b);
  if (!isOpen(apart)) return apart < 0 ? a : b;
  return new OpenSide([{ coefficient: 1, factors: [{ key: `min(${a}, ${b})`, lesser: [a, b] }] }]);
}

/** What a side is where open ones have these numbers. */
export function sideAt(side: Side, numbers: ReadonlyMap<string, number>): number {
  if (!isOpen(side)) return side;
  const ofFactor = (factor: Factor): number => {
    if ('name' in factor) return numbers.get(factor.name) ?? Number.NaN;
    const [a, b] = partsOf(factor).map((part) => sideAt(part, numbers)) as [number, number];
    return 'of' in factor ? Math.floor(a / b) : Math.min(a, b);
  };
  return side.terms.reduce(
    (sum, { coefficient, factors }) => sum + factors.reduce((value, factor) => value * ofFactor(factor), coefficient),
    0,
  );
}

function wholePart(a: Side, b: Side): Side {
  if (typeof a === 'number' && typeof b === 'number') return Math.floor(a / b);
  const [factor] = isOpen(a) && a.terms.length === 1 ? a.terms[0]!.factors : [];
  // ⌊⌊H / 2⌋ / 2⌋ = ⌊H / 4⌋
  if (factor && 'of' in factor && factor.key === String(a)) return quotient(factor.of, times(factor.by, b));
  const key = `floor(${enclosed(a)}/${enclosed(b)})`;
  return new OpenSide([{ coefficient: 1, factors: [{ key, of: a, by: b }] }]);
}

/** In brackets, where it is a sum or a product. */
const enclosed = (side: Side): string => (/ |\*/.test(String(side)) ? `(${side})` : String(side));

const termsOf = (side: Side): readonly Term[] =>
  isOpen(side) ? side.terms : side === 0 ? [] : [{ coefficient: side, factors: [] }];

const keyOf = ({ factors }: Term): string => factors.map(({ key }) => key).join('*');

function productOf(a: Term, b: Term): Term {
  const factors = [...a.factors, ...b.factors].sort((one, other) => (one.key < other.key ? -1 : 1));
  return { coefficient: a.coefficient * b.coefficient, factors };
}

/** A term divided by another one; undefined where there is a rest. */
function partOf({ coefficient, factors }: Term, by: Term): Term | undefined {
  if (coefficient % by.coefficient !== 0) return undefined;
  const left = [...factors];
  for (const { key } of by.factors) {
    const i = left.findIndex((factor) => factor.key === key);
    if (i < 0) return undefined;
    left.splice(i, 1);
  }
  return { coefficient: coefficient / by.coefficient, factors: left };
}

/** Terms of the same factors become one. Longer products come first, and numbers last. */
function sumOf(terms: readonly Term[]): Side {
  const byKey = new Map<string, Term>();
  for (const term of terms) {
    const key = keyOf(term);
    const coefficient = term.coefficient + (byKey.get(key)?.coefficient ?? 0);
    byKey.set(key, { coefficient, factors: term.factors });
  }
  const sorted = [...byKey]
    .filter(([, { coefficient }]) => coefficient !== 0)
    .sort(([a, one], [b, other]) => other.factors.length - one.factors.length || (a < b ? -1 : 1))
    .map(([, term]) => term);
  if (sorted.length === 0) return 0;
  if (sorted.length === 1 && sorted[0]!.factors.length === 0) return sorted[0]!.coefficient;
  return new OpenSide(sorted);
}
