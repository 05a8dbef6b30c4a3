/** Does a case: a folder of its own, the runs, and all that is promised looked at. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Broken, Case, Ended, Output, Run } from './case.js';
import { checkFolder, checkHome, checkReading, checkRun, checkWhole, checkWritten, outputsIn } from './checks.js';
import { desk, type Ground, runProgram } from './program.js';
import type { Reader } from './reading.js';
import { type Snapshot, snapshotOf } from './snapshot.js';

export interface Verdict {
  readonly broken: readonly Broken[];
  /** The longest run. */
  readonly seconds: number;
  readonly peakBytes: number;
  readonly ended: readonly Ended[];
  /** Signals that were to be sent. */
  readonly signals: number;
}

/** Does a case in `ground.folder`, which must not be there yet and stays where a promise is broken or `keep`. */
export async function runCase(one: Case, ground: Ground, reader: Reader, keep = false): Promise<Verdict> {
  const work = join(ground.folder, desk);
  for (const name of [desk, 'home', 'tmp', 'cache']) mkdirSync(join(ground.folder, name), { recursive: true });
  await one.prepare?.(work);
  const verdict = one.read ? await readFile(one, work, reader) : await runAll(one, ground, work);
  if (verdict.broken.length === 0 && !keep) rmSync(ground.folder, { recursive: true, force: true });
  return verdict;
}

async function readFile({ read }: Case, work: string, reader: Reader): Promise<Verdict> {
  const started = performance.now();
  const before = snapshotOf(work);
  const outcome = await reader.read({ ...read!, file: join(work, read!.file) });
  const seconds = (performance.now() - started) / 1000;
  const broken = [...checkReading(read!, outcome), ...checkFolder([], before, snapshotOf(work), true)];
  return { broken, seconds, peakBytes: outcome.peakBytes, ended: [], signals: 0 };
}

async function runAll(one: Case, ground: Ground, work: string): Promise<Verdict> {
  const { runs = [], together = false } = one;
  const first = snapshotOf(work);
  const broken: Broken[] = [];
  const ended: Ended[] = [];
  let outputs: readonly Output[] = one.outputs === 'any' ? [] : (one.outputs ?? []);
  const run = async (next: Run) => {
    const done = await runProgram(next, { ...ground, mark: `${ground.mark}-${runs.indexOf(next)}` });
    ended.push(done.ended);
    broken.push(...done.broken, ...checkRun(next, done.ended));
    return done.ended;
  };
  const look = (last: Run, before: Snapshot): Snapshot => {
    const after = snapshotOf(work);
    if (one.outputs === 'any') outputs = [...outputs, ...outputsIn(last, before, after)];
    broken.push(...checkWhole(outputs, work, before, after));
    return after;
  };
  if (together) {
    await Promise.all(runs.map(run));
    look(runs[0]!, first);
  } else {
    let before = first;
    for (const next of runs) {
      const end = await run(next);
      const after = look(next, before);
      broken.push(...checkWritten(outputs, next, end, before, after));
      before = after;
    }
  }
  const isDone = (together ? ended : ended.slice(-1)).every(({ code }) => code === 0);
  broken.push(...checkFolder(outputs, first, snapshotOf(work), isDone), ...checkHome(ground.folder));
  broken.push(...((await one.look?.(work, ended)) ?? []));
  return {
    broken,
    seconds: Math.max(0, ...ended.map((end) => end.seconds)),
    peakBytes: Math.max(0, ...ended.map((end) => end.peakBytes)),
    ended,
    signals: runs.reduce((sum, { kills = [] }) => sum + kills.length, 0),
  };
}
