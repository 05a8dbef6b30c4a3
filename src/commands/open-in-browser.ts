/** Shows a page in the person's browser. */
import { messageOf } from '../errors.js';

/** @param note is told where there is no browser to be had: the address can be opened by hand. */
export async function openInBrowser(url: string, note: (text: string) => void): Promise<void> {
  try {
    const { default: open } = await import('open');
    const opener = await open(url);
    opener.once('error', (error) => note(`no browser could be started: ${messageOf(error)}`));
    opener.unref();
  } catch (error) {
    note(`no browser could be started: ${messageOf(error)}`);
  }
}
