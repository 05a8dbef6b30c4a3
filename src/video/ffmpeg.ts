/** Finds an ffmpeg that can write H.264. */
import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { errorCode, InputError } from '../errors.js';

const run = promisify(execFile);

/**
 * The path of the ffmpeg to use: the one that the environment variable FFMPEG_PATH names; else the first in PATH that has
 * libx264; else the one installed along with this program.
 * @throws InputError if FFMPEG_PATH names something that can't be used, or there is none.
 */
export async function findFfmpeg(): Promise<string> {
  const chosen = process.env.FFMPEG_PATH;
  if (chosen) {
    const fault = await faultOf(chosen);
    if (fault) {
      throw new InputError(`FFMPEG_PATH: ${chosen} ${fault}; name an ffmpeg that has libx264, or unset FFMPEG_PATH`);
    }
    return chosen;
  }
  const name = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const candidate of [...folders.map((folder) => join(folder, name)), await bundledFfmpeg()]) {
    if (candidate !== undefined && !(await faultOf(candidate))) return candidate;
  }
  throw new InputError(
    'found no ffmpeg with libx264; install it (apt-get install ffmpeg, brew install ffmpeg, winget install ffmpeg) or set FFMPEG_PATH',
  );
}

/** What keeps a program from being used as ffmpeg, or undefined. */
async function faultOf(ffmpeg: string): Promise<string | undefined> {
  try {
    await access(ffmpeg, constants.X_OK);
    const { stdout } = await run(ffmpeg, ['-hide_banner', '-encoders'], { timeout: 20_000, windowsHide: true });
    return /\blibx264\b/.test(stdout) ? undefined : 'has no libx264 encoder';
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 'does not exist';
    if (errorCode(error) === 'EACCES') return 'is not a program that may be run';
    return 'does not work as ffmpeg';
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
