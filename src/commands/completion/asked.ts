/** How the scripts of `vggdraw completion` ask: before yargs, which would take the words for its own. */

/** Whether these are words to complete, behind the first two. */
export const isAskedByShell = ([command, option]: readonly string[]): boolean =>
  command === 'completion' && option === '--words';

/** Prints them, a line each, with what they are behind a tab. */
export async function printCompletions(words: readonly string[]): Promise<void> {
  const { completionsFor } = await import('./complete.js');
  const lines = (await completionsFor(words)).map(({ word, text }) => `${word}\t${text.replace(/\s+/g, ' ')}\n`);
  process.stdout.write(lines.join(''));
}
