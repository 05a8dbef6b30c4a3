/** Checks what comes from outside, once, where it enters. */
import type { z } from 'zod';
import { InputError } from './errors.js';

/**
 * The value as its schema makes it: checked, defaults filled in.
 * @param describe turns the path of a field (empty for the whole value) into what the person calls it.
 * @throws InputError for the first field that is wrong: which, and why.
 */
export function check<T extends z.ZodType>(
  schema: T,
  value: unknown,
  describe: (field: string) => string,
): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  const field = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  throw new InputError(`${describe(field.replace(/^\./, ''))}: ${message}`);
}
