/** Shows a page in the person's browser. */
import { messageOf } from '../errors.js';

/**
 * Where `$BROWSER` is `none` the person opens it by hand, as other programs understand that.
 * @param note is told where there is no browser to be had.
 */
export async function openInBrowser(url: string, note: (text: string) => void): Promise<void> {
  if (process.env.BROWSER === 'none') return;
  try {
    const { default: open } = await import('open');
    const opener = await open(url);
    opener.once('error', (error) => note(`no browser could be started: ${messageOf(error)}`));
    opener.unref();
  } catch (error) {
    note(`no browser could be started: ${messageOf(error)}`);
  }
}
