/** Shows a page or a file with the program that the person has for it. */
import { resolve } from 'node:path';
import { messageOf } from '../errors.js';
import { oneLine } from '../one-line.js';

/**
 * Where `$BROWSER` is `none` the person opens it by hand, as other programs understand that.
 * @param note is told where there is no browser to be had.
 */
export async function openInBrowser(url: string, note: (text: string) => void): Promise<void> {
  if (process.env.BROWSER === 'none') return;
  await openWith(url, (reason) => note(`no browser could be started: ${reason}`));
}

/** @param note is told where the file can't be shown. */
export async function openFile(path: string, note: (text: string) => void): Promise<void> {
  if (!hasDisplay(process.platform, process.env)) {
    note(`${oneLine(path)} is not opened: there is no display here`);
    return;
  }
  // Whole, because a name may begin like an option.
  await openWith(resolve(path), (reason) => note(`${oneLine(path)} could not be opened: ${reason}`));
}

/** Linux alone has terminals without a display as a rule. In WSL windows are Windows' own. */
export const hasDisplay = (platform: NodeJS.Platform, env: NodeJS.ProcessEnv): boolean =>
  platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY || env.WSL_DISTRO_NAME);

async function openWith(target: string, failed: (reason: string) => void): Promise<void> {
  try {
    const { default: open } = await import('open');
    const opener = await open(target);
    opener.once('error', (error) => failed(messageOf(error)));
    opener.unref();
  } catch (error) {
    failed(messageOf(error));
  }
}
