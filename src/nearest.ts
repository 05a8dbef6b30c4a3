/** What somebody may have meant who wrote a name that there is not. */
import { closestMatch } from 'leven';

/** `; did you mean 'size'?` for `sise`, and nothing where no known name is near. To be put behind what is wrong. */
export function didYouMean(given: string, known: readonly string[]): string {
  // A third of the letters may be others; of what is longer than any name, no letter need be looked at.
  const maxDistance = Math.max(1, Math.floor(given.length / 3));
  const near = given.length > 40 ? undefined : closestMatch(given.toLowerCase(), known, { maxDistance });
  return near === undefined ? '' : `; did you mean '${near}'?`;
}
