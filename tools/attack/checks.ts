/** Holds what a case has done against what is promised. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Broken, Ended, Output, Promised, Read, Run } from './case.js';
import type { Outcome } from './reading.js';
import type { Snapshot } from './snapshot.js';
import { faultOf } from './whole.js';

/** What a line for a person may not be longer than, in characters: two paths, with all of their characters spelt out. */
const longestLine = 20_000;

/** The most memory that reading a damaged file may take, in bytes; a photo of 64 megapixels takes most. */
const readingBytes: Readonly<Record<Read['kind'], number>> = { photo: 3e9, weights: 1e9, preset: 5e8, model: 1e9 };

const breaks = (promised: Promised, seen: string): Broken => ({ promised, seen });

/** One run, by itself. */
export function checkRun(run: Run, ended: Ended): Broken[] {
  return [...checkEnd(run, ended), ...checkWords(run, ended), ...checkMemory(run, ended)];
}

function checkEnd({ kills = [], ends = [0, 1] }: Run, { code, signal, stderr, stdout }: Ended): Broken[] {
  if (code === 99 && stderr.includes('mount')) return [breaks('exit code', 'the small disk could not be made')];
  if (code !== null) {
    if (ends.includes(code) || (code === 130 && kills.length > 0)) return [];
    return [breaks('exit code', `${code}: ${excerpt(stderr)}`)];
  }
  const sent = kills.map((one) => one.signal as string);
  if (signal === 'SIGKILL' && sent.includes('SIGKILL')) return [];
  // Dying of Ctrl-C is one way to tell a shell of an interruption: it makes 130 of that.
  if (signal === 'SIGINT' && sent.length > 0) return [];
  // Before the program is loaded, nobody is there to listen to a signal.
  if (sent.includes(signal!) && stdout === '' && stderr === '') return [];
  return [breaks('exit code', `died of ${signal}: ${excerpt(stderr)}`)];
}

/** Words of the program's insides, which tell a person nothing. */
const insides = /\[object |\bundefined\b|Cannot read prop|is not (?:a function|iterable)|call stack/;

/** Characters that do something to a terminal, or that a person reads otherwise than they are. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const control = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

/** What is wrong with what should be a line for a person, or undefined. */
export function faultOfLine(line: string): string | undefined {
  if (line.length > longestLine) return `a line of ${line.length} characters`;
  const found = control.exec(line);
  if (found) return `a character 0x${line.charCodeAt(found.index).toString(16)}: ${excerpt(line)}`;
  return insides.test(line) ? `words of the program's insides: ${excerpt(line)}` : undefined;
}

function checkWords(run: Run, { code, stdout, stderr }: Ended): Broken[] {
  const found: Broken[] = [];
  const lines = stderr.replace(/\n$/, '').split('\n');
  if (run.talks !== true) {
    if (lines.length > 1) found.push(breaks('one line', `${lines.length} lines: ${excerpt(stderr)}`));
    const fault = faultOfLine(lines[0]!);
    if (fault !== undefined) found.push(breaks('one line', fault));
    const isHeard = run.stderr === undefined || run.stderr === 'pipe';
    if (code === 1 && stderr.trim() === '' && isHeard) found.push(breaks('one line', 'not a word on stderr'));
  }
  // Help and the version are no reports; `-version` is `-v` and other letters, as yargs reads it.
  const isReport =
    run.args.includes('--json') && !run.args.some((arg) => /^(?:--help|--version|-(?!o)[a-z]*[hv][a-z]*)$/.test(arg));
  const isCut = run.reads !== undefined || run.kills?.some(({ signal }) => signal === 'SIGKILL');
  if (isReport && !isCut) {
    const bad = stdout.split('\n').find((line) => line !== '' && !isJson(line));
    if (bad !== undefined) found.push(breaks('one line', `no JSON on stdout: ${excerpt(bad)}`));
  }
  return found;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function checkMemory({ memory }: Run, { peakBytes }: Ended): Broken[] {
  if (memory === undefined || peakBytes <= memory) return [];
  return [breaks('memory', `${megabytes(peakBytes)} of ${megabytes(memory)}`)];
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

/** Whether all that is new under the final names is whole. */
export function checkWhole(outputs: readonly Output[], folder: string, before: Snapshot, after: Snapshot): Broken[] {
  return outputs
    .filter((output) => after.has(output.path) && partOf(after, output) !== partOf(before, output))
    .map((output) => ({ output, fault: faultOf(output, join(folder, output.path)) }))
    .filter(({ fault }) => fault !== undefined)
    .map(({ output, fault }) => breaks('whole', `${output.path}: ${fault}`));
}

/** Whether a run that says that all is done has written everything; one that is interrupted may do so too early for that. */
export function checkWritten(
  outputs: readonly Output[],
  run: Run,
  { code }: Ended,
  before: Snapshot,
  after: Snapshot,
): Broken[] {
  if (code !== 0) return [];
  const isNew = (output: Output) => after.has(output.path) && partOf(after, output) !== partOf(before, output);
  const isThere = ({ path }: Output) => after.has(path) && run.kills !== undefined;
  return outputs
    .filter((output) => !output.optional && !isNew(output) && !isThere(output))
    .map(({ path }) => breaks('whole', `${path} ${after.has(path) ? 'is the old one' : 'is not there'}`));
}

/** All that a snapshot says of an output, as one text; undefined where it is not there. */
function partOf(snapshot: Snapshot, output: Output): string | undefined {
  if (!snapshot.has(output.path)) return undefined;
  const inside = [...snapshot].filter(([path]) => path === output.path || belongsTo(output, path));
  return JSON.stringify(inside);
}

/** Whether a path below an output is of the program's making. */
function belongsTo({ path: output, kind }: Output, path: string): boolean {
  if (!path.startsWith(`${output}/`)) return false;
  return kind === 'other' || (kind === 'frames' && /^frame-\d{5,}\.png$/.test(path.slice(output.length + 1)));
}

/** Names that the program gives to what is not finished. */
const unfinished = /\.(?:partial|aside)(?:$|\/)/;

/** What is new, where nobody could tell what the outputs would be: a name says what a file is. */
export function outputsIn({ args }: Run, before: Snapshot, after: Snapshot): Output[] {
  // Whoever gives --overwrite means outputs, and never the photo.
  const mayReplace = (path: string) => args.includes('--overwrite') && /^(?!.*photo).*\.(?:mp4|png|svg)$/i.test(path);
  return [...after.keys()]
    .filter((path) => !unfinished.test(path))
    .filter((path) => !before.has(path) || (mayReplace(path) && before.get(path) !== after.get(path)))
    .map((path) => ({ path, kind: /\.mp4$/i.test(path) ? 'video' : /\.png$/i.test(path) ? 'picture' : 'other' }));
}

/**
 * The whole folder after all runs of a case.
 * @param isDone whether the last one has done all: else there may be the checkpoint of a drawing.
 */
export function checkFolder(outputs: readonly Output[], before: Snapshot, after: Snapshot, isDone: boolean): Broken[] {
  const found: Broken[] = [];
  const isKept = ({ path: output, kind }: Output, path: string) =>
    !isDone && kind === 'video' && [`${output}.checkpoint`, `${output}.checkpoint.frames`].includes(path);
  const isOutput = (path: string) =>
    outputs.some((output) => path === output.path || belongsTo(output, path) || isKept(output, path));
  for (const [path, state] of before) {
    if (isOutput(path) || after.get(path) === state) continue;
    found.push(breaks('inputs', `${path} ${after.has(path) ? 'is another one' : 'is gone'}`));
  }
  for (const path of after.keys()) {
    if (before.has(path) || isOutput(path) || outputs.some((output) => output.path.startsWith(`${path}/`))) continue;
    found.push(breaks('left over', path));
  }
  return found;
}

/** The folders that the program should have left alone. */
export function checkHome(folder: string): Broken[] {
  const lies = (name: string) =>
    existsSync(join(folder, name)) ? readdirSync(join(folder, name), { recursive: true }) : [];
  return [
    ...lies('home')
      .slice(0, 1)
      .map((path) => breaks('privacy', `${path} in a fresh home folder`)),
    ...lies('tmp')
      .slice(0, 1)
      .map((path) => breaks('left over', `${path} in the folder for temporary files`)),
  ];
}

/** As {@link faultOfLine}, for an error of the library: whoever prints it may have to make it fit for a terminal. */
function faultOfMessage(message: string, kind: Read['kind']): string | undefined {
  if (kind !== 'model' && message.includes('\n')) return `more than a line: ${excerpt(message)}`;
  return insides.test(message) ? `words of the program's insides: ${excerpt(message)}` : undefined;
}

/** What the library made of a file. */
export function checkReading({ kind, sound = false }: Read, { error, peakBytes, end }: Outcome): Broken[] {
  if (end !== undefined) return [end];
  const found: Broken[] = [];
  if (error && sound) found.push(breaks('exit code', `a sound file is refused: ${excerpt(error.message)}`));
  // The library's models say what they can't do in plain errors; all else is the person's file, and says so.
  const names = kind === 'model' ? ['InputError', 'Error'] : ['InputError'];
  if (error && !names.includes(error.name)) found.push(breaks('exit code', `${error.name}: ${excerpt(error.message)}`));
  const fault = error && faultOfMessage(error.message, kind);
  if (fault) found.push(breaks('one line', fault));
  if (peakBytes > readingBytes[kind]) found.push(breaks('memory', `${megabytes(peakBytes)} to read it`));
  return found;
}

/** The beginning of a text, on one line, with what a terminal would act on made visible. */
export const excerpt = (text: string): string => JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
