/**
 * The person's input is at fault: a file, a flag, a field of a preset. The message is one line that says what is wrong,
 * where, and how to mend it; the command line prints it without a stack trace and exits with code 1.
 */
export class InputError extends Error {
  override readonly name = 'InputError';
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
