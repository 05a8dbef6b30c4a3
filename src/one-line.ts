/** What others wrote (a file's name, a key of a preset, a model) on its way into a message, and to a terminal. */

/** Characters of a message at most: room for a few names and what is said of them. */
const longest = 2000;

/** Characters of a name in a message: more than people give their files, and less than hides what is said of them. */
const longestName = 240;

/**
 * The text as one line that does nothing to a terminal: what breaks lines, begins an escape sequence or turns the direction of
 * writing is spelt out (`\n`, `\x1b`, `\u202e`), and of what is very long the middle is left out.
 */
export function oneLine(text: string): string {
  // Cut first: the rest may be a gigabyte. Half of a pair of surrogates that is left at a cut is spelt out.
  return cut(text, longest).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, spelt);
}

/** A path or another name as messages show it: in one line, and of a long one the beginning and the end. */
export const shownName = (name: string): string => oneLine(cut(name, longestName));

/** Without the middle, where it is longer. */
const cut = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most / 2)} … ${text.slice(-most / 2)}` : text;

const names: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function spelt(character: string): string {
  const code = character.codePointAt(0)!;
  // Joins emoji and letters of some scripts in names of files, and does nothing else.
  if (code === 0x200d || code === 0x200c) return character;
  const digits = code.toString(16);
  if (code < 0x100) return names[character] ?? `\\x${digits.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${digits.padStart(4, '0')}` : `\\u{${digits}}`;
}
