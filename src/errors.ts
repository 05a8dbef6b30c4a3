/**
 * The person's input is at fault: a file, a flag, a field of a preset. The message is one line that says what is wrong,
 * where, and how to mend it; the command line prints it without a stack trace and exits with code 1.
 */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** The `code` of a system error (`'ENOENT'`, `'EACCES'`, …), or undefined for any other value. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
