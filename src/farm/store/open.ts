/** Stores by their addresses. */
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError } from '../../errors.js';
import { FolderStore } from './folder.js';
import type { Store } from './store.js';

/**
 * @param address `file:///folder` or `s3://bucket/prefix`.
 * @param isMade whether a folder that is not there is made.
 * @throws InputError, of the option `store`, where it is no such address, or the store can't be reached.
 */
export async function openStore(address: string, { isMade = false } = {}): Promise<Store> {
  const refuse = (reason: string): never => {
    throw new InputError(reason, { field: 'store' });
  };
  const expected = 'expected file:///folder or s3://bucket/prefix';
  // Not shown: what it was meant to be may have a key in it.
  if (!URL.canParse(address)) return refuse(expected);
  const url = new URL(address);
  if (url.username !== '' || url.password !== '')
    refuse('no keys belong into the address; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
  if (url.search !== '' || url.hash !== '') refuse(`${expected}, and nothing behind it`);
  if (url.protocol === 'file:') {
    if (url.host !== '' || !isAbsolute(url.pathname))
      refuse('a folder is written file:///, with its path from the root');
    return FolderStore.open(fileURLToPath(url), isMade);
  }
  if (url.protocol !== 's3:' || url.host === '') return refuse(`${expected}, not '${url.protocol}…'`);
  const { S3Store } = await import('./s3.js');
  return S3Store.open(url.host, decodeURIComponent(url.pathname).replace(/^\/+|\/+$/g, ''));
}
