/** The files of the onnxruntime-node that is installed. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Looked for only when it is asked for: what computes no drawing should not need onnxruntime-node. */
const description = (): string => createRequire(import.meta.url).resolve('onnxruntime-node/package.json');

/** Which version it is. */
export const runtimeVersion = (): string =>
  (JSON.parse(readFileSync(description(), 'utf8')) as { version: string }).version;

/** The script that onnxruntime-node runs when it is installed: it brings the files that its package leaves out. */
export const installScript = (): string => join(dirname(description()), 'script', 'install.js');

/** Where the libraries for a platform lie, and where the script above puts those it brings. */
export function libraryFolder(platform: string, arch: string): string {
  const bin = join(dirname(description()), 'bin');
  // Named after the version of Node-API that the libraries are built for.
  const api = existsSync(bin) ? readdirSync(bin).find((name) => name.startsWith('napi-')) : undefined;
  return join(bin, api ?? 'napi-v6', platform, arch);
}
