/** Checks what comes from outside, once, where it enters. */
import { z } from 'zod';
import { InputError } from './errors.js';
import { didYouMean } from './nearest.js';
import { shownName } from './one-line.js';

/**
 * The value as its schema makes it: checked, defaults filled in.
 * @param subject what messages begin with, where the fields are not those of options: `preset mine.json`.
 * @throws InputError for the first field that is wrong: which, why, and what was given.
 */
export function check<T extends z.ZodType>(schema: T, value: unknown, subject?: string): z.output<T> {
  const result = schema.safeParse(value, { error: describe });
  if (result.success) return result.data;
  const issue = foremost(result.error.issues.map(meant));
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const keys = [...issue.path, ...unknown].map((key) =>
    typeof key === 'number' ? `[${key}]` : `.${shownName(String(key))}`,
  );
  const field = keys.length === 0 ? undefined : keys.join('').replace(/^\./, '');
  if (subject === undefined) throw new InputError(issue.message, { field });
  throw new InputError([subject, field, issue.message].filter((part) => part !== undefined).join(': '));
}

/** What is missing may be there under a name that is not known: that comes first. */
const foremost = (issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue =>
  issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]!;

/** Of a value that may be of several kinds, what is wrong with the one that it is of; of a key, what is wrong with it. */
function meant(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code === 'invalid_key') return { ...issue, message: issue.issues[0]!.message };
  if (issue.code !== 'invalid_union') return issue;
  const kind = issue.errors.find((issues) => !issues.some(isOfAnotherKind));
  if (!kind) return issue;
  const inner = foremost(kind.map(meant));
  return { ...inner, path: [...issue.path, ...inner.path] };
}

const isOfAnotherKind = ({ code, path }: z.core.$ZodIssue): boolean =>
  path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');

/** An object with these fields alone; for any other the message names the nearest. */
export const strictObject = <T extends z.core.$ZodLooseShape>(shape: T) =>
  z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return undefined;
      return `there is no such field${didYouMean(issue.keys[0]!, Object.keys(shape))}`;
    },
  });

/** An error of a schema that says this of what is wrong, and that it is missing where it is. */
export const orMissing = (expected: string) => (issue: { readonly input?: unknown }) =>
  issue.input === undefined ? `it is missing; ${expected}` : expected;

const kinds: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  record: 'an object',
  object: 'an object',
};

/** What is wrong with a value, where its schema does not say it in words of its own. */
function describe(issue: z.core.$ZodRawIssue): string | undefined {
  const { input } = issue;
  switch (issue.code) {
    case 'invalid_type':
      if (input === undefined) return `it is missing; expected ${kinds[issue.expected] ?? issue.expected}`;
      return `expected ${kinds[issue.expected] ?? issue.expected}, not ${shown(input)}`;
    case 'invalid_value': {
      const known = issue.values.map(String);
      const expected = `expected ${known.map((value) => `'${value}'`).join(' or ')}`;
      if (input === undefined) return `it is missing; ${expected}`;
      return `${expected}, not ${shown(input)}${typeof input === 'string' ? didYouMean(input, known) : ''}`;
    }
    case 'too_small':
      if (issue.origin === 'string' || issue.origin === 'array') return 'it is empty';
      return `expected ${issue.inclusive ? `${issue.minimum} or more` : `more than ${issue.minimum}`}, not ${shown(input)}`;
    case 'invalid_key':
      return issue.issues[0]?.message;
    case 'too_big':
      return `expected ${issue.inclusive ? `${issue.maximum} or less` : `less than ${issue.maximum}`}, not ${shown(input)}`;
    default:
      return undefined;
  }
}

/** A value as messages show it. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return `'${shownName(value)}'`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}
