/** Text in HTML and SVG. */

/** As it may stand between tags, and in an attribute: text that has been made one line. */
export const escaped = (text: string): string =>
  text.replace(/[\ufffe\uffff]/g, '').replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
