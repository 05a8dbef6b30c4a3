/** `vggdraw doctor`: what is here to draw with, and what is missing, for whoever reports a fault. */
import { z } from 'zod';
import { oneLine } from '../one-line.js';
import { check } from '../validation.js';
import { flag } from './arguments.js';
import type { CommandBody } from './command-body.js';
import { withoutNames } from './doctor/anonymous.js';
import { examine, type Finding } from './doctor/examine.js';

const schema = z.object({ json: z.boolean() });

export const doctorCommand: CommandBody = {
  builder: (yargs) =>
    yargs
      .option('json', { describe: 'Report on stdout as one JSON object', ...flag })
      .example('$0 doctor', 'to be pasted into a report of a fault')
      .epilogue(
        "Nothing is fetched, and nothing stays written. The home folder is written ~, and the person's name is left out.\n" +
          'Exit code 1 where something is missing without which nothing is drawn.',
      ),
  handler: async (argv) => {
    const { json } = check(schema, argv);
    const findings: Finding[] = [];
    for await (const finding of examine()) {
      findings.push(finding);
      // At once: providers take seconds.
      if (!json) process.stdout.write(printed(finding));
    }
    const lacking = findings.filter(({ lack }) => lack?.isNeeded);
    if (json) process.stdout.write(`${asJson(findings)}\n`);
    else process.stdout.write(lacking.length === 0 ? 'nothing that is needed is missing\n' : verdict(lacking));
    if (lacking.length > 0) process.exitCode = 1;
  },
};

const width = 14;

/** A finding as lines of text: its name, what was found, and what to do where something is missing. */
export function printed({ name, found, lack }: Finding): string {
  const lines = [...found, ...(lack ? [`${lack.isNeeded ? 'NEEDED' : 'not needed'}: ${lack.remedy}`] : [])];
  return lines
    .map((line, i) => `${(i === 0 ? name : '').padEnd(width)}${oneLine(withoutNames(line))}`.trimEnd())
    .map((line) => `${line}\n`)
    .join('');
}

const verdict = (lacking: readonly Finding[]): string =>
  `what is needed and missing: ${lacking.map(({ name }) => name).join(', ')}\n`;

function asJson(findings: readonly Finding[]): string {
  const report: Record<string, unknown> = {};
  const providers: Record<string, unknown> = {};
  for (const { key, facts } of findings) {
    const [first, name] = key.split('.') as [string, string?];
    if (name === undefined) report[first] = facts;
    else providers[name] = facts;
  }
  const missing = findings.flatMap(({ key, lack }) =>
    lack ? [{ what: key, needed: lack.isNeeded, remedy: lack.remedy }] : [],
  );
  return JSON.stringify({ ...report, providers, missing }, (_, value: unknown) =>
    typeof value === 'string' ? withoutNames(value) : value,
  );
}
