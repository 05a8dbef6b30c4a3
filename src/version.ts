/** Which vggdraw this is, and what it needs: as package.json says. */
import { readFileSync } from 'node:fs';

const description = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
  engines: { node: string };
};

export const { version } = description;

/** The oldest Node.js that it runs on: `20.19`. */
export const neededNode = description.engines.node.replace('>=', '');
