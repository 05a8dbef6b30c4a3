/** Streams: closed, full, and readers that leave. */
import type { Case, Draw, Family, Run, Stream } from './case.js';
import { drawArgs, makeInputs, video } from './drawing.js';
import type { Random } from './random.js';

const full: Stream = { path: '/dev/full' };
const nothing: Stream = { path: '/dev/null' };

const shown = (stream: Stream | undefined): string =>
  typeof stream === 'object' ? stream.path : (stream ?? 'as usual');

/** A drawing with these streams: it is not the worse for them. */
function drawn(
  streams: Pick<Run, 'stdin' | 'stdout' | 'stderr' | 'reads'>,
  options: Record<string, boolean>,
  ends = [0],
): Case {
  const { stdin, stdout, stderr, reads } = streams;
  const told = Object.entries(options).filter(([, value]) => value);
  return {
    what:
      `${told.map(([name]) => `--${name} `).join('')}stdin ${shown(stdin)}, stdout ${shown(stdout)}` +
      `${reads === undefined ? '' : ` read for ${reads} lines`}, stderr ${shown(stderr)}`,
    prepare: (folder) => makeInputs(folder, { iterations: 20 }),
    runs: [{ args: drawArgs({ quiet: false, ...options }), talks: options.quiet !== true, ends, ...streams }],
    outputs: [video],
  };
}

/** Others than a drawing. */
const command = (args: readonly string[], streams: Partial<Run>): Case => ({
  what: `${args.join(' ')} with ${JSON.stringify(streams)}`,
  runs: [{ args, talks: true, ...streams }],
});

const kinds: readonly (Stream | undefined)[] = [undefined, 'closed', full, nothing, 'ignore'];

const known: readonly Draw[] = [
  ...(['stdin', 'stdout', 'stderr'] as const).flatMap((name) => [
    ...[{ quiet: true }, { json: true }, { json: true, quiet: true }, {}].flatMap((options) => [
      () => drawn({ [name]: 'closed' }, options),
      // Who asked for a report and can't be given one is told so, or is not; nothing aborts.
      () => drawn({ [name]: full }, options, name === 'stdin' ? [0] : [0, 1]),
    ]),
  ]),
  () => drawn({ stdin: 'closed', stdout: 'closed', stderr: 'closed' }, { json: true }),
  ...[0, 1, 2, 10].map(
    (reads): Draw =>
      () =>
        drawn({ reads }, { json: true, quiet: true }),
  ),
  () => drawn({ reads: 1 }, { json: true }),
  () => command(['--help'], { stdout: full }),
  () => command(['--help'], { stdout: 'closed' }),
  () => command(['draw', '--help'], { reads: 1 }),
  () => command(['weights', 'list'], { stdout: full }),
  () => command(['weights', 'list'], { stdout: 'closed' }),
  () => command(['weights', 'path'], { stdout: full }),
  () => command(['draw', 'missing.png'], { stderr: full, ends: [1] }),
  () => command(['draw', 'missing.png'], { stderr: 'closed', ends: [1] }),
  () => command(['draw', 'missing.png', '--json'], { stdout: full, ends: [1] }),
  () => command(['draw', 'missing.png', '--json'], { stdout: 'closed', ends: [1] }),
  () => command(['draw', 'missing.png', '--json'], { stdout: full, stderr: full, ends: [1] }),
  () => command(['nothing'], { stderr: full, ends: [1] }),
];

export const streams: Family = {
  name: 'streams',
  what: 'stdin, stdout and stderr closed, full, or left by their reader',
  share: 6,
  known: () => known,
  draw(random: Random) {
    const reads = random.chance(0.3) ? { reads: random.integer(0, 30) } : {};
    const streams = {
      stdin: random.pick(kinds),
      stdout: reads.reads === undefined ? random.pick(kinds) : undefined,
      stderr: random.pick(kinds),
      ...reads,
    };
    const given = Object.fromEntries(Object.entries(streams).filter(([, value]) => value !== undefined));
    return drawn(given, { json: random.chance(0.7), quiet: random.chance(0.5) }, [0, 1]);
  },
};
