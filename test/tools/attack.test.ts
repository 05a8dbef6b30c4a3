/** The campaign has to see what it is there to see: doubles of the program break one promise each. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { caseOf, runCampaign } from '../../tools/attack/campaign.js';
import type { Case, Family, Run } from '../../tools/attack/case.js';
import { families } from '../../tools/attack/families.js';
import { desk, type Ground } from '../../tools/attack/program.js';
import { Reader } from '../../tools/attack/reading.js';
import { runCase } from '../../tools/attack/runner.js';
import { describeFailure, tableOf } from '../../tools/attack/table.js';
import { faultOf } from '../../tools/attack/whole.js';
import { pngFile } from '../image/formats/encoders.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vggdraw-attack-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Does a case with a script as the program, on a machine that may be as slow as that. @returns what is broken. */
async function brokenBy(
  script: string,
  one: Partial<Case> & { run?: Partial<Run> } = {},
  slowness = 10,
): Promise<string[]> {
  const { run, ...rest } = one;
  const cli = join(folder, 'double.mjs');
  writeFileSync(cli, `import { writeFileSync, mkdirSync, rmSync } from 'node:fs';\n${script}`);
  const ground: Ground = { cli, folder: join(folder, 'case'), mark: `test-${process.pid}`, slowness: () => slowness };
  const reader = new Reader(() => slowness);
  const verdict = await runCase({ what: 'a test', runs: [{ args: [], ...run }], ...rest }, ground, reader);
  await reader.end();
  return verdict.broken.map(({ promised }) => promised);
}

const word = "process.stderr.write('vggdraw: no\\n'); ";
const linux = process.platform === 'linux' ? test : test.skip;

describe('what a run does is seen', () => {
  const photo = { prepare: (work: string) => writeFileSync(join(work, 'photo.png'), 'a photo') };

  test('nothing is broken where nothing is wrong', async () => {
    expect(await brokenBy('')).toEqual([]);
    expect(await brokenBy(`${word} process.exitCode = 1`, photo)).toEqual([]);
  });

  test.each<[promised: string, script: string, one?: Parameters<typeof brokenBy>[1]]>([
    ['exit code', `${word} process.exitCode = 70`],
    ['exit code', `${word} process.exitCode = 130`],
    ['exit code', "process.kill(process.pid, 'SIGSEGV')"],
    ['exit code', '', { run: { ends: [1] } }],
    ['one line', "process.stderr.write('vggdraw: a\\nb\\n'); process.exitCode = 1"],
    ['one line', "process.stderr.write('vggdraw: \\x1b[31mred\\n'); process.exitCode = 1"],
    ['one line', "process.stderr.write('vggdraw: ' + 'x'.repeat(1e6) + '\\n'); process.exitCode = 1"],
    ['one line', 'process.exitCode = 1'],
    ['one line', "process.stdout.write('no JSON\\n')", { run: { args: ['--json'] } }],
    ['inputs', "writeFileSync('photo.png', 'another')", photo],
    ['inputs', "rmSync('photo.png')", photo],
    ['left over', "writeFileSync('.photo.mp4.partial', '')"],
    ['left over', "writeFileSync(process.env.TMPDIR + '/x', '')"],
    ['privacy', "writeFileSync(process.env.HOME + '/x', '')"],
    ['whole', '', { outputs: [{ path: 'photo.mp4', kind: 'video' }] }],
    ['whole', "writeFileSync('photo.mp4', 'half')", { outputs: [{ path: 'photo.mp4', kind: 'video' }] }],
    ['whole', "writeFileSync('s.png', 'half')", { outputs: 'any' }],
  ])('%s: %s', async (promised, script, one = {}) => {
    expect(await brokenBy(script, one)).toEqual([promised]);
  });

  test('a hang: it is ended, with its children', async () => {
    const script = "(await import('node:child_process')).spawn('sleep', ['100']); setInterval(() => {}, 1000)";
    expect(await brokenBy(script, { run: { seconds: 0.2 } })).toEqual(expect.arrayContaining(['no hang', 'exit code']));
  });

  linux('a child that is left', async () => {
    const script =
      "(await import('node:child_process')).spawn('sleep', ['100'], { detached: true, stdio: 'ignore' }).unref()";
    expect(await brokenBy(script, {}, 0.2)).toEqual(['process']);
  });

  linux('memory', async () => {
    const script = 'const all = Buffer.alloc(4e8, 1); await new Promise((go) => setTimeout(go, 300, all))';
    expect(await brokenBy(script, { run: { memory: 2e8 } })).toEqual(['memory']);
  });

  test('a signal that is not followed, and one that is', async () => {
    const kills = [{ signal: 'SIGTERM', lines: 1, delay: 0, to: 'process' }] as const;
    const deaf = "process.on('SIGTERM', () => {}); console.log(1); setTimeout(() => process.exit(130), 1500)";
    expect(await brokenBy(deaf, { run: { kills, seconds: 100 } }, 0.1)).toEqual(['no hang']);
    const heard = "process.on('SIGTERM', () => process.exit(130)); console.log(1); setInterval(() => {}, 1000)";
    expect(await brokenBy(heard, { run: { kills } })).toEqual([]);
  });
});

describe('what is whole', () => {
  const box = (name: string, ...content: Buffer[]): Buffer => {
    const body = Buffer.concat(content);
    const head = Buffer.alloc(8);
    head.writeUInt32BE(body.length + 8);
    head.write(name, 4);
    return Buffer.concat([head, body]);
  };
  const sizes = Buffer.alloc(12 + 4 * 2);
  sizes.writeUInt32BE(2, 8);
  sizes.writeUInt32BE(10, 12);
  sizes.writeUInt32BE(20, 16);
  const moov = ['stbl', 'minf', 'mdia', 'trak', 'moov'].reduce((inside, name) => box(name, inside), box('stsz', sizes));
  const video = Buffer.concat([box('ftyp', Buffer.from('isom')), moov, box('mdat', Buffer.alloc(30))]);
  const faultIn = (kind: 'video' | 'picture', bytes: Buffer) => {
    writeFileSync(join(folder, 'file'), bytes);
    return faultOf({ path: 'file', kind }, join(folder, 'file'));
  };

  test('a video, until a byte is missing', () => {
    expect(faultIn('video', video)).toBeUndefined();
    for (const length of [0, 100, video.length - 1]) expect(faultIn('video', video.subarray(0, length))).toBeDefined();
    expect(faultIn('video', Buffer.concat([video.subarray(0, -38), box('mdat', Buffer.alloc(29))]))).toMatch(
      /frames of 30/,
    );
  });

  test('a picture, and frames without a gap', () => {
    const picture = pngFile({ width: 3, height: 2, depth: 8, colourType: 2 }, () => 7);
    expect(faultIn('picture', picture)).toBeUndefined();
    expect(faultIn('picture', picture.subarray(0, -5))).toBeDefined();
    const frames = join(folder, 'frames');
    mkdirSync(frames);
    for (const number of ['00000', '00001']) writeFileSync(join(frames, `frame-${number}.png`), picture);
    expect(faultOf({ path: 'frames', kind: 'frames' }, frames)).toBeUndefined();
    writeFileSync(join(frames, 'frame-00003.png'), picture);
    expect(faultOf({ path: 'frames', kind: 'frames' }, frames)).toMatch(/00003 where 2/);
  });
});

describe('the library reads', () => {
  const read = async (kind: 'preset' | 'photo', content: string, sound = false) => {
    const prepare = (work: string) => writeFileSync(join(work, 'file'), content);
    return brokenBy('', { prepare, runs: [], read: { kind, file: 'file', sound } });
  };

  test('what it should', async () => {
    expect(await read('preset', '{"phases":[{"layer":"block1_conv1","iterations":1,"learningRate":1}]}', true)).toEqual(
      [],
    );
    expect(await read('photo', 'no photo')).toEqual([]);
  });

  test('what it should not refuse', async () => {
    expect(await read('photo', 'no photo', true)).toEqual(['exit code']);
  });
});

describe('a campaign', () => {
  /** What a case makes and runs, as text. */
  const traceOf = async (one: Case, name: string): Promise<string> => {
    const work = join(folder, name, desk);
    mkdirSync(work, { recursive: true });
    await one.prepare?.(work);
    const made = readdirSync(work, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const files = made.map(
      (entry) => `${entry.name}: ${readFileSync(join(entry.parentPath, entry.name)).toString('hex')}`,
    );
    return JSON.stringify([one.what, one.runs, one.read, files.sort()]);
  };

  test.each(['photos', 'presets', 'models', 'commands', 'outputs', 'signals'])(
    '%s: the same cases for the same seed',
    async (name) => {
      const family = families.find((one) => one.name === name)!;
      const [a, b, other] = await Promise.all(
        [7, 7, 8].map(async (seed, i) => {
          const cases = [1000, 1001, 1002, 1003].map((number) => caseOf(family, family.known(), seed, number));
          const traces: string[] = [];
          for (const [j, one] of cases.entries()) traces.push(await traceOf(one, `${name}-${i}-${j}`));
          return traces.join('\n');
        }),
      );
      expect(a).toBe(b);
      expect(a).not.toBe(other);
    },
  );

  test('goes through known and new cases, says what is broken and how to see it again, and skips what can not be done', async () => {
    const cli = join(folder, 'double.mjs');
    writeFileSync(cli, "if (process.argv[2] === '1') process.exit(70)");
    const family: Family = {
      ...{ name: 'doubles', what: '', share: 1 },
      known: () => [
        () => ({ what: 'first', runs: [{ args: ['0'] }] }),
        () => ({ what: 'second', runs: [{ args: ['1'] }] }),
      ],
      draw: () => ({ what: 'new', runs: [{ args: ['2'] }] }),
    };
    const impossible: Family = { ...family, name: 'impossible', obstacle: () => 'no such machine' };
    const root = join(folder, 'root');
    const told: string[] = [];
    const plan = { families: [family, impossible], seed: 5, minutes: 5, cases: 6, jobs: 2, root, cli, keep: false };
    const report = await runCampaign(plan, (failure) => told.push(describeFailure(failure, plan.seed)));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('npm run attack -- --seed 5 --only doubles --case 1\n');
    expect(readdirSync(root)).toEqual(['doubles-1']);
    expect(report.tallies[0]).toMatchObject({
      cases: 6,
      ends: new Map([
        ['0', 5],
        ['70', 1],
      ]),
    });
    expect(tableOf(report)).toMatch(/\| impossible +\| skipped +\| no such machine/);
  });
});
