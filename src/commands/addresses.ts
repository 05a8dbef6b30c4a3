/** Addresses where paths of files are expected: nothing is fetched from anywhere. */
import { fileURLToPath } from 'node:url';
import { shownName } from '../one-line.js';

/** Two letters at least: `c://` begins a path. */
const scheme = /^[a-z][a-z\d+.-]+:\/\//i;

export const isAddress = (given: string): boolean => scheme.test(given);

/** What is wrong with an address, and how to mend it; undefined for anything else. */
export function whyNoPath(given: string): string | undefined {
  const [start] = scheme.exec(given) ?? [];
  if (start === undefined) return undefined;
  const remedy = start.toLowerCase() === 'file://' ? plainPath(given) : 'fetch the file first, and give its path';
  return `${shownName(given)} is an address; ${remedy}`;
}

function plainPath(url: string): string {
  try {
    return `give the path: ${shownName(fileURLToPath(url))}`;
  } catch {
    return 'give the path of a file on this machine';
  }
}
