/** `vggdraw providers`: what this machine can compute on. */
import { z } from 'zod';
import { autoOrder, isWorthTaking } from '../runtime/providers/choose.js';
import { type Inspection, inspectProviders, listProviders } from '../runtime/providers/inspect.js';
import { check } from '../validation.js';
import { flag } from './arguments.js';
import type { CommandBody } from './command-body.js';
import { installCommand } from './providers/install.js';
import { pruneCommand } from './providers/prune.js';

const schema = z.object({ json: z.boolean() });

export const providersCommand: CommandBody = {
  builder: (yargs) =>
    yargs
      .command(installCommand)
      .command(pruneCommand)
      .option('json', { describe: 'Report on stdout as one JSON array', ...flag }),
  handler: async (argv) => {
    const { json } = check(schema, argv);
    const report = json ? `${JSON.stringify(await listProviders())}\n` : printReports(await inspectProviders());
    process.stdout.write(report);
  },
};

/** A table with a row per provider, and what `auto` takes. */
export function printReports(inspections: readonly Inspection[]): string {
  const yes = (is: boolean) => (is ? 'yes' : 'no');
  const rows = [
    ['provider', 'known', 'installed', 'usable', 'device', 'why not'],
    ...inspections.map(({ name, known, installed, usable, device, reason }) => [
      ...[name, yes(known), yes(installed), yes(usable)],
      ...[device ?? '–', reason ?? ''],
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
  const taken = autoOrder.find((name) => inspections.some((one) => one.name === name && isWorthTaking(one))) ?? 'cpu';
  return `${lines.join('\n')}\n--provider auto takes ${taken}\n`;
}
