/** `vggdraw photo.jpg`: who names photos and no command, or drops some onto the program, wants them drawn. */
import { isFile, isFolder } from '../files/places.js';
import { isCalledPhoto } from '../image/photo-name.js';
import { isAddress } from './addresses.js';
import { commandIn } from './commands.js';

/** The arguments with the command that they mean, where they begin with a photo, or with options and have one. */
export function withImpliedDraw(args: readonly string[]): readonly string[] {
  const [first = ''] = args;
  const isMeant = first.startsWith('-')
    ? args.some(isPhoto) && !args.some(isCommand)
    : isPhoto(first) && !isCommand(first);
  return isMeant ? ['draw', ...args] : args;
}

/** Any file counts, and an address: what is wrong with one that is no photo, the drawing says. A folder alone may be a command that is misspelt. */
const isPhoto = (arg: string): boolean =>
  isCalledPhoto(arg) || isAddress(arg) || isFile(arg) || arg === '-' || (/[/\\]/.test(arg) && isFolder(arg));

const isCommand = (arg: string): boolean => commandIn([arg]) !== undefined || arg === 'help' || arg === 'version';
