/** What processes leave behind that have ended. */
import { spawnSync } from 'node:child_process';

/** A name that a process owns that has ended. */
export function nameOfTheDead(kind: 'partial' | 'aside'): string {
  const module = new URL('../../src/files/abandoned.js', import.meta.url);
  const script = `import { ownedName } from '${module}'; console.log(ownedName('${kind}'));`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', script]).stdout.toString().trim();
}
