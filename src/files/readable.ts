/** What is seen of a file before it is read, and why it can not be, in words. */
import { open } from 'node:fs/promises';
import { errorCode, messageOf } from '../errors.js';

const absent = 'there is no such file; check the name';
const unnamed = 'its name is not in UTF-8; give it another';
const forbidden = "you have no permission to read it; change the file's permissions";

const reasons: Readonly<Record<string, string>> = {
  ENOENT: absent,
  ENOTDIR: absent,
  EACCES: forbidden,
  EPERM: forbidden,
  ENAMETOOLONG: 'the name is too long for the file system; check it',
  // A character 0 in it.
  ERR_INVALID_ARG_VALUE: 'no file can be called that; check the name',
};

/** What an error of the system says to whoever named the file: not the name once more, and how to mend it where that is known. */
export const whyUnreadable = (error: unknown): string => {
  const reason = reasons[errorCode(error) ?? ''] ?? messageOf(error).replace(/, \w+ '.*$/s, '');
  // What Node has in place of bytes that are not UTF-8: that name nobody has.
  return reason === absent && (error as NodeJS.ErrnoException).path?.includes('\ufffd') ? unnamed : reason;
};

/** The first bytes of a file, 32 or as many as there are, taken for Latin-1. @throws what the system says where it can't be read. */
export async function beginningOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(32), 0, 32, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}
