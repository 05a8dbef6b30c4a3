/** What came of a campaign, as tables that a README can hold. */
import { brokenOf, type Failure, type Report, type Tally } from './campaign.js';
import { promises } from './case.js';

/** A row a family: what was done, how it ended, and how many cases broke which promise. */
export function tableOf({ tallies }: Report): string {
  const head = ['family', 'cases', 'runs by exit code', 'slowest', 'peak', ...promises];
  const rows = tallies.map((tally) => {
    const { family, cases, seconds, peakBytes, skipped } = tally;
    if (skipped !== undefined) return [family.name, 'skipped', skipped, '', '', ...promises.map(() => '')];
    const broken = promises.map((promised) => String(brokenOf(tally, promised) || '–'));
    return [
      family.name,
      String(cases),
      endsOf(tally),
      `${seconds.toFixed(1)} s`,
      `${Math.round(peakBytes / 1e6)} MB`,
      ...broken,
    ];
  });
  const total = ['all', String(sum(tallies, ({ cases }) => cases)), '', '', ''];
  rows.push([
    ...total,
    ...promises.map((promised) => String(sum(tallies, (tally) => brokenOf(tally, promised)) || '–')),
  ]);
  return markdown([head, ...rows]);
}

const sum = (tallies: readonly Tally[], of: (tally: Tally) => number): number =>
  tallies.reduce((total, one) => total + of(one), 0);

function endsOf({ ends, signals }: Tally): string {
  const counts = [...ends].sort(([a], [b]) => (a < b ? -1 : 1)).map(([end, times]) => `${times} × ${end}`);
  return [...counts, ...(signals > 0 ? [`${signals} signals`] : [])].join(', ');
}

function markdown([head, ...rows]: string[][]): string {
  const widths = head!.map((_, column) => Math.max(...[head!, ...rows].map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(head!), rule, ...rows.map(line)].join('\n');
}

/** A failure, and how to see it again. */
export function describeFailure({ family, number, what, broken, folder }: Failure, seed: number): string {
  const seen = broken.map(({ promised, seen }) => `  ${promised}: ${seen}`);
  // Nothing in it acts on a terminal, whatever a case is called.
  const shown = JSON.stringify(what.length > 300 ? `${what.slice(0, 300)}…` : what);
  const again = `npm run attack -- --seed ${seed} --only ${family} --case ${number}`;
  return [`BROKEN ${family} ${number}: ${shown}`, ...seen, `  again: ${again}`, `  folder: ${folder}`].join('\n');
}

/** In one line: how many cases there were, and how many broke a promise. */
export function summaryOf({ tallies, seconds, slowness }: Report, seed: number): string {
  const cases = sum(tallies, (tally) => tally.cases);
  const broken = sum(tallies, ({ failures }) => failures.length);
  const signals = sum(tallies, (tally) => tally.signals);
  const slow = slowness > 1 ? `, on a machine up to ${slowness.toFixed(1)} times slower than alone` : '';
  return `seed ${seed}: ${cases} cases, ${signals} signals, ${broken} broken, ${Math.round(seconds)} s${slow}`;
}
