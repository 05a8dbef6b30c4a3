/** What goes wrong, as a person is told of it. */
import { InputError, messageOf } from '../errors.js';
import { oneLine } from '../one-line.js';
import { flagOf } from './arguments.js';

/** The person's input is at fault; a fault of ours (EX_SOFTWARE of sysexits.h). */
const exitCodes = { input: 1, internal: 70 };

export interface Failure {
  /** One line, without the program's name. */
  readonly message: string;
  /** Lines that say where it went wrong, where that is asked for. */
  readonly trace: readonly string[];
  /** Of the process. */
  readonly exitCode: number;
}

/** @param isDebug whether the person wants to know where. */
export function failureOf(error: unknown, isDebug: boolean): Failure {
  const isInput = error instanceof InputError;
  const message = oneLine(isInput ? worded(error) : `a fault of vggdraw: ${messageOf(error)}`);
  const stack = isDebug && error instanceof Error ? (error.stack ?? '') : '';
  const trace = stack.split('\n').filter((line) => /^ +at /.test(line));
  return { message, trace: trace.map(oneLine), exitCode: isInput ? exitCodes.input : exitCodes.internal };
}

/** A failure on stderr. @param subject what it happened to. */
export function failureLines({ message, trace, exitCode }: Failure, isDebug: boolean, subject?: string): string[] {
  const told = subject === undefined ? message : `${subject}: ${message}`;
  return [`vggdraw: ${told}${exitCode === exitCodes.internal && !isDebug ? ' (--debug shows where)' : ''}`, ...trace];
}

/** Options are called by their flags, the one that is at fault and others. */
const worded = ({ message, field, reason }: InputError): string =>
  (field === undefined ? message : `${flagOf(field)}: ${reason}`).replace(
    /\bthe option ([a-z][a-zA-Z]*)\b/g,
    (_, name) => flagOf(name),
  );
