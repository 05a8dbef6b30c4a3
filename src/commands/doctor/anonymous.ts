/** What is pasted into reports names nobody. */
import { homedir, userInfo } from 'node:os';

/** Who is at this machine, as it shows in paths. */
export interface Person {
  readonly home: string;
  readonly name: string;
}

const thisPerson = (): Person => {
  try {
    return { home: homedir(), name: userInfo().username };
  } catch {
    return { home: homedir(), name: '' }; // In containers users may have numbers alone.
  }
};

const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** The text with `~` for the home folder, and `…` for a folder elsewhere that is called like the person. */
export function withoutNames(text: string, { home, name }: Person = thisPerson()): string {
  // The root folder may be a home.
  const shown = home.length > 1 ? text.replace(new RegExp(`${literally(home)}(?![\\w.-])`, 'g'), '~') : text;
  return name === '' ? shown : shown.replace(new RegExp(`(?<=[/\\\\])${literally(name)}(?![\\w.-])`, 'g'), '…');
}
