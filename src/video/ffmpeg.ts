/** Finds an ffmpeg that can write videos. */
import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { errorCode, InputError } from '../errors.js';
import { keepTrack, killTree } from '../processes.js';
import { Hanging, whileAlive } from './alive.js';

/** Seconds without a sign of life after which an ffmpeg counts as hanging. */
export const defaultPatience = 5;

/**
 * The path of the ffmpeg to use: the one that the environment variable FFMPEG_PATH names; else the first in PATH that has
 * the encoders; else the one installed along with this program.
 * @param patience seconds without a sign of life after which one is passed over, as it does not answer.
 * @param encoders what it must have.
 * @throws InputError if FFMPEG_PATH names something that can't be used, or there is none.
 */
export async function findFfmpeg(
  patience = defaultPatience,
  encoders: readonly string[] = ['libx264'],
): Promise<string> {
  const chosen = process.env.FFMPEG_PATH;
  const wanted = encoders.join(' and ');
  if (chosen) {
    const fault = await faultOf(chosen, encoders, patience);
    if (fault) {
      throw new InputError(`FFMPEG_PATH: ${chosen} ${fault}; name an ffmpeg that has ${wanted}, or unset FFMPEG_PATH`);
    }
    return chosen;
  }
  const name = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const candidate of [...folders.map((folder) => join(folder, name)), await bundledFfmpeg()]) {
    if (candidate !== undefined && !(await faultOf(candidate, encoders, patience))) return candidate;
  }
  throw new InputError(
    `found no ffmpeg with ${wanted}; install it (apt-get install ffmpeg, brew install ffmpeg, winget install ffmpeg) or set FFMPEG_PATH`,
  );
}

/** What keeps a program from being used as ffmpeg, or undefined. */
async function faultOf(ffmpeg: string, needed: readonly string[], patience: number): Promise<string | undefined> {
  try {
    await access(ffmpeg, constants.X_OK);
    const encoders = encodersIn(await outputOf(ffmpeg, ['-hide_banner', '-encoders'], patience));
    const missing = needed.find((encoder) => !encoders.includes(encoder));
    return missing && `has no ${missing} encoder`;
  } catch (error) {
    if (error instanceof Hanging) return 'does not answer';
    if (errorCode(error) === 'ENOENT') return 'does not exist';
    if (errorCode(error) === 'EACCES') return 'is not a program that may be run';
    return 'does not work as ffmpeg';
  }
}

/** The version of an ffmpeg as it says it itself, and its encoders: `5.1.6`, `['libx264', …]`. @throws Error where it does not answer. */
export async function describeFfmpeg(
  ffmpeg: string,
  patience = defaultPatience,
): Promise<{ version: string; encoders: string[] }> {
  const about = await outputOf(ffmpeg, ['-version'], patience);
  const listed = await outputOf(ffmpeg, ['-hide_banner', '-encoders'], patience);
  return {
    version: /^ffmpeg version (\S+)/.exec(about)?.[1] ?? 'unknown',
    encoders: encodersIn(listed),
  };
}

/** The names in a list of encoders, each behind six letters that say what it can do; what these mean is listed so, too, with a sign for a name. */
const encodersIn = (listed: string): string[] => [...listed.matchAll(/^ [A-Z.]{6} (\w\S*)/gm)].map(([, name]) => name!);

/** Far more than any list of encoders. */
const mostOutput = 2 ** 20;

/** What a program prints. @throws Error where it fails, Hanging where it does not answer; it is not left running. */
async function outputOf(program: string, args: readonly string[], patience: number): Promise<string> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: process.platform !== 'win32', // For a script that starts a program of its own.
    windowsHide: true,
  });
  keepTrack(child);
  let output = '';
  const ended = new Promise<string>((done, fail) => {
    child.once('error', fail);
    child.once('close', (code) => (code === 0 ? done(output) : fail(new Error(`exit code ${code}`))));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.length > mostOutput) fail(new Error('it prints too much'));
    });
  });
  try {
    return await whileAlive(child, ended, { done: () => `${output.length}`, patience });
  } catch (error) {
    killTree(child);
    throw error;
  }
}

/** Undefined where there is none for this system. */
async function bundledFfmpeg(): Promise<string | undefined> {
  try {
    // Loading it throws (a string) on systems that it has no ffmpeg for, so it can't be an ordinary import.
    const { default: installer } = await import('@ffmpeg-installer/ffmpeg');
    return installer.path;
  } catch {
    return undefined;
  }
}
