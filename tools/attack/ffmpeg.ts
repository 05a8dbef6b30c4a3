/** Doubles of ffmpeg, which do what a broken one does: hang, die, write nothing, or garbage. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFfmpeg } from '../../src/video/ffmpeg.js';
import type { Case, Draw, Family } from './case.js';
import { allOutputs, drawArgs, frames, makeInputs, still, video } from './drawing.js';
import type { Random } from './random.js';

let real = '';

/** What it says it can do, where it is asked. */
const honest = 'echo " V..... libx264 H.264"';

/** A step of a double once it was started for a video; `$out` is the file that it should write. */
const steps: Readonly<Record<string, string>> = {
  'hangs at its start': 'exec sleep 1000',
  'hangs, deaf to signals': "trap '' TERM INT HUP; while :; do sleep 1; done",
  'hangs after its input': 'cat >/dev/null; exec sleep 1000',
  'hangs in a child': 'sleep 1000 & cat >/dev/null; wait',
  'hangs with its input closed': 'exec <&-; exec sleep 1000',
  'exits 0 at once, without a file': 'exit 0',
  'exits 0 after its input, without a file': 'cat >/dev/null; exit 0',
  'exits 0 with an empty file': 'cat >/dev/null; : >"$out"; exit 0',
  'exits 0 with garbage': 'head -c 5000 >"$out"; cat >/dev/null; exit 0',
  'exits 0 with text': 'cat >/dev/null; echo "not a video" >"$out"; exit 0',
  'exits 0 with half of a video': '"$real" "$@" && head -c 1000 "$out" >"$out.half" && mv "$out.half" "$out"',
  'exits 0 with a video of one frame': 'head -c 6000 | "$real" "$@"; cat >/dev/null; exit 0',
  'exits 0 with a folder': 'cat >/dev/null; mkdir "$out"; exit 0',
  'exits 0 with a link to the photo': 'cat >/dev/null; ln -s "$PWD/photo.png" "$out"; exit 0',
  'dies at once': 'kill -KILL $$',
  'crashes after some input': 'head -c 20000 >/dev/null; kill -SEGV $$',
  'exits 1 without a word': 'cat >/dev/null; exit 1',
  'exits 1 with newlines and escapes': 'printf "bad\\n\\033[31mred\\r\\n\\007\\n" >&2; exit 1',
  'exits 1 with a megabyte': 'head -c 1000000 /dev/zero | tr "\\0" x >&2; exit 1',
  'talks without an end': 'while echo chatter; do :; done >&2',
  'writes a video and exits 1': '"$real" "$@"; exit 1',
  'writes a video and dies': '"$real" "$@"; kill -TERM $$',
  'leaves a child behind': '(sleep 1000 </dev/null >/dev/null 2>&1 &) ; exec "$real" "$@"',
  'is slow': 'sleep 1; exec "$real" "$@"',
};

/** What it says about itself, before it is used. */
const answers: Readonly<Record<string, string>> = {
  'hangs when it is asked': 'exec sleep 1000',
  'hangs deaf when it is asked': "trap '' TERM INT HUP; while :; do sleep 1; done",
  'says nothing when it is asked': 'exit 0',
  'says a megabyte when it is asked': 'head -c 3000000 /dev/zero | tr "\\0" x; exit 0',
  'fails when it is asked': 'echo "\\033[31mno\\n" >&2; exit 3',
};

const script = (answer: string, step: string): string =>
  [
    '#!/bin/sh',
    `real='${real}'`,
    'case "$*" in *-encoders*|*-version*|*-formats*|*-filters*)',
    answer,
    'exit 0;; esac',
    'for out; do :; done',
    step,
    '',
  ].join('\n');

/** A drawing with a double that `how` names, found by a variable or in PATH. */
function double(what: string, program: string, by: 'FFMPEG_PATH' | 'PATH', more: Partial<Case> = {}): Case {
  return {
    what: `${what} (${by})`,
    prepare: (folder) => {
      makeInputs(folder, { iterations: 10 });
      mkdirSync(join(folder, 'bin'));
      writeFileSync(join(folder, 'bin', 'ffmpeg'), program);
      chmodSync(join(folder, 'bin', 'ffmpeg'), 0o755);
    },
    runs: [
      {
        args: drawArgs(allOutputs),
        env: by === 'PATH' ? { PATH: `bin:${process.env.PATH}` } : { FFMPEG_PATH: 'bin/ffmpeg' },
        // How long ffmpeg is waited for is the program's own decision, as long as there is an end.
        seconds: /hangs|without an end/.test(what) ? 90 : 20,
      },
    ],
    outputs: [video, still, frames],
    waits: /hangs/.test(what),
    ...more,
  };
}

const variants = ([what, step]: [string, string]): Draw[] => [() => double(what, script(honest, step), 'FFMPEG_PATH')];
const asked = ([what, answer]: [string, string]): Draw[] =>
  (['FFMPEG_PATH', 'PATH'] as const).map((by) => () => double(what, script(answer, 'exec "$real" "$@"'), by));

const named =
  (what: string, path: string, prepare: (folder: string) => void = () => {}): Draw =>
  () => ({
    what: `FFMPEG_PATH is ${what}`,
    prepare: (folder) => {
      makeInputs(folder);
      prepare(folder);
    },
    runs: [{ args: drawArgs(), env: { FFMPEG_PATH: path }, ends: [1] }],
    outputs: [],
  });

const known = (): readonly Draw[] => [
  ...Object.entries(steps).flatMap(variants),
  ...Object.entries(answers).flatMap(asked),
  named('missing', 'missing/ffmpeg'),
  named('a folder', '.'),
  named('no program', 'preset.json'),
  named('a photo that may be run', 'photo.png', (folder) => chmodSync(join(folder, 'photo.png'), 0o755)),
  named('/dev/zero', '/dev/zero'),
  named('a path of 16,000 characters', 'a'.repeat(16_000)),
  named('a newline and an escape', 'a\n\u001b[31m'),
  () => double('not there, only the one that comes along', '', 'PATH', { what: 'an empty ffmpeg in PATH' }),
];

export const ffmpegDoubles: Family = {
  name: 'ffmpeg',
  what: 'doubles of ffmpeg that hang, die, lie, write nothing or garbage',
  share: 5,
  known,
  async open() {
    real = await findFfmpeg();
  },
  /** Two steps, one after the other, at random moments of the input. */
  draw(random: Random) {
    const [what, step] = random.pick(Object.entries(steps).filter(([name]) => !/hangs|without an end/.test(name)));
    const eats = random.integer(0, 60_000);
    const code = random.pick([0, 1, 2, 69, 187, 255]);
    if (random.chance(0.5)) {
      return double(
        `${what}, after ${eats} bytes`,
        script(honest, `head -c ${eats} >/dev/null; ${step}`),
        'FFMPEG_PATH',
      );
    }
    const cut = `"$real" "$@"; head -c ${eats} "$out" >"$out.part"; mv "$out.part" "$out"; exit ${code}`;
    return double(`exits ${code} with ${eats} bytes of a video`, script(honest, cut), 'FFMPEG_PATH');
  },
};
