/** What somebody may have meant who wrote a name that there is not. */
import { closestMatch } from 'leven';

/**
 * `; did you mean 'size'?` for `sise`, and nothing where no known name is near. To be put behind what is wrong.
 * @param show a name as the person would write it.
 */
export function didYouMean(given: string, known: readonly string[], show = (name: string) => `'${name}'`): string {
  const letters = given.length;
  // Of what is longer than any name no letter need be looked at.
  if (letters > 40) return '';
  // Two letters that changed places count as two.
  const maxDistance = letters < 4 ? 1 : Math.max(2, Math.floor(letters / 3));
  const near = closestMatch(given.toLowerCase(), known, { maxDistance });
  if (near === undefined || (letters < 6 && !isInOnePlace(given.toLowerCase(), near))) return '';
  return `; did you mean ${show(near)}?`;
}

/** Whether two names differ in letters that stand side by side: a short one that does in two places is another word. */
function isInOnePlace(one: string, other: string): boolean {
  const shorter = Math.min(one.length, other.length);
  let before = 0;
  while (before < shorter && one[before] === other[before]) before++;
  let behind = 0;
  while (behind < shorter - before && one.at(-1 - behind) === other.at(-1 - behind)) behind++;
  return Math.max(one.length, other.length) - before - behind <= 2;
}
