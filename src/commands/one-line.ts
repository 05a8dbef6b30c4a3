/** What others wrote (a file's name, a key of a preset, a model) on its way to a terminal. */

/** Characters of a message at most: room for two paths and what is said of them. */
const longest = 2000;

/**
 * The text as one line that does nothing to a terminal: what breaks lines, begins an escape sequence or turns the direction of
 * writing is spelt out (`\n`, `\x1b`, `\u202e`), and of what is very long the middle is left out.
 */
export function oneLine(text: string): string {
  // Cut first: the rest may be a gigabyte. Half of a pair of surrogates that is left at a cut is spelt out.
  const half = longest / 2;
  const cut = text.length > longest ? `${text.slice(0, half)} … ${text.slice(-half)}` : text;
  return cut.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, spelt);
}

const names: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function spelt(character: string): string {
  const code = character.codePointAt(0)!;
  // Joins emoji and letters of some scripts in names of files, and does nothing else.
  if (code === 0x200d || code === 0x200c) return character;
  const digits = code.toString(16);
  if (code < 0x100) return names[character] ?? `\\x${digits.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${digits.padStart(4, '0')}` : `\\u{${digits}}`;
}
