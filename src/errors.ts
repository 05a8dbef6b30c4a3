import { oneLine } from './one-line.js';

/**
 * The person's input is at fault: a file, an option, a field of a preset. The message is one line that says what is wrong,
 * where, and how to mend it, whatever the names in it hold; the command line prints it without a stack trace and exits with code 1.
 *
 * Where an option is at fault, `field` is its name as the library knows it (`size`, never `--size`): the message begins with
 * it, and the command line turns it into the flag.
 */
export class InputError extends Error {
  override readonly name = 'InputError';
  /** The option that is at fault; undefined where it is something else. */
  readonly field: string | undefined;
  /** What is wrong with it, and how to mend it: the message without the field. */
  readonly reason: string;

  constructor(reason: string, { field, cause }: { field?: string | undefined; cause?: unknown } = {}) {
    super(oneLine(field === undefined ? reason : `${field}: ${reason}`), cause === undefined ? undefined : { cause });
    this.field = field;
    this.reason = oneLine(reason);
  }
}

/** What a step gives, or its InputError as that of an option. */
export async function namingField<T>(field: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw error instanceof InputError ? new InputError(error.reason, { field, cause: error }) : error;
  }
}

/** What a step gives, or its InputError of one option as that of another: what is an option to the one may be an operand to the other. */
export async function renamingField<T>(field: string, name: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof InputError) || error.field !== field) throw error;
    throw new InputError(error.reason, { field: name, cause: error });
  }
}

/** The `code` of a system error (`'ENOENT'`, `'EACCES'`, …), or undefined for any other value. */
export function errorCode(error: unknown): string | undefined {
  const { code } = fieldsOf(error);
  return typeof code === 'string' ? code : undefined;
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  const { message } = fieldsOf(error);
  return typeof message === 'string' ? message : String(error);
}

// Not by instanceof: an error may come from another realm (a worker, a test's sandbox).
const fieldsOf = (error: unknown): { code?: unknown; message?: unknown } =>
  typeof error === 'object' && error ? error : {};
