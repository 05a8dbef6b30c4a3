/** Arguments: left out, given twice, of the wrong kind, hostile. The options are those that the program's own help names. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Case, Draw, Family } from './case.js';
import { hostileTexts } from './damage.js';
import { exportArgs, makeInputs, video } from './drawing.js';
import type { Random } from './random.js';

const cli = fileURLToPath(new URL('../../src/cli.js', import.meta.url));

interface Option {
  readonly name: string;
  /** `boolean` takes none. */
  readonly type: string;
}

interface Command {
  readonly words: readonly string[];
  readonly options: readonly Option[];
  /** What it needs to do its work, in few seconds and without a network. */
  readonly sound: readonly string[];
}

/** A drawing of the case's own preset, at the photo's size. */
const ownDraw = [
  'draw',
  'photo.png',
  ...['--preset', 'preset.json', '--weights', 'seeded', '--provider', 'cpu', '--hold', '0'],
];

/** What a command needs; one that is not here is tried without. */
const sound: Readonly<Record<string, readonly string[]>> = {
  draw: [...ownDraw.slice(1), '--size', '24'],
  export: exportArgs('models', 16).slice(1),
  'presets show': ['sketch'],
  'weights fetch': ['--url', 'http://127.0.0.1:9/x.h5', '--digest', `md5:${'0'.repeat(32)}`, '--retries', '0'],
  'weights info': ['missing.h5'],
  'weights import': ['missing.h5'],
};

/** Commands of the help, and of their helps: what follows `vggdraw` and is no option and no placeholder. */
function commandsOf(words: readonly string[] = []): Command[] {
  const help = execFileSync(process.execPath, [cli, ...words, '--help'], { encoding: 'utf8' });
  const prefix = ['vggdraw', ...words].join(' ');
  const [, list = ''] = /^Commands:\n(.*?)\n\n/ms.exec(help) ?? [];
  const below = [...list.matchAll(new RegExp(`^ {2}${prefix} ([a-z-]+)`, 'gm'))].map(([, word]) => word!);
  // An option's help may go on for lines. It names no type where that is a number, which the program looks at itself.
  const options = [...help.matchAll(/^ {2,6}(?:-\w, )?--([a-z-]+)(.*(?:\n {8,}.*)*)/gm)].map(([, name, said]) => ({
    name: name!,
    type: /\[(string|boolean)\]/.exec(said!)?.[1] ?? 'number',
  }));
  return [
    {
      words,
      options,
      sound: sound[words.join(' ')] ?? [],
    },
    ...[...new Set(below)].flatMap((word) => commandsOf([...words, word])),
  ];
}

/** Commands that would bring something from the network, or look at the machine for seconds, where they are told to do so. */
const isOutside = ({ words }: Command): boolean =>
  words.join(' ') === 'providers install' || words.join(' ') === 'studio';

let commands: readonly Command[] = [];

const shown = (args: readonly string[]): string =>
  args
    .map((arg) => (/^[\w./:-]+$/.test(arg) ? arg : JSON.stringify(arg.length > 40 ? `${arg.slice(0, 40)}…` : arg)))
    .join(' ');

/** Arguments that have to be refused in one line. */
const refusal =
  (...args: string[]): Draw =>
  () => ({
    what: shown(args),
    prepare: (folder) => makeInputs(folder),
    runs: [{ args, ends: [1] }],
  });

/** Arguments that are right. */
const fine =
  (...args: string[]): Draw =>
  () => ({
    what: shown(args),
    prepare: (folder) => makeInputs(folder),
    runs: [{ args, ends: [0], talks: true }],
    outputs: args[0] === 'draw' && !args.includes('--help') && !args.includes('-h') ? [video] : [],
  });

/** Known cases that depend on the program's options: each option without its value, twice, and with a wrong one. */
const everyOption = (): Draw[] =>
  commands.flatMap(({ words, options, sound: needs }) =>
    options
      .filter(({ type }) => type !== 'boolean')
      .flatMap(({ name, type }): Draw[] => [
        refusal(...words, ...needs, `--${name}`),
        refusal(...words, `--${name}`, ...needs.slice(0, 1)),
        ...(type === 'number' ? [refusal(...words, ...without(needs, name), `--${name}`, 'abc')] : []),
        ...(type === 'number' ? [refusal(...words, ...without(needs, name), `--${name}=`)] : []),
      ]),
  );

/** Arguments without an option and its value. */
function without(args: readonly string[], name: string): string[] {
  const at = args.findIndex((arg) => arg === `--${name}` || (name === 'output' && arg === '-o'));
  return at < 0 ? [...args] : args.filter((_, i) => i !== at && i !== at + 1);
}

const fixed: readonly Draw[] = [
  refusal(),
  refusal('drw', 'photo.png'),
  refusal('__proto__'),
  refusal('constructor'),
  refusal('toString'),
  refusal(''),
  refusal('draw'),
  refusal('draw', ''),
  refusal('draw', '--'),
  refusal('draw', 'photo.png', 'photo.png'),
  refusal('draw', 'photo.png', '--sise', '24'),
  refusal('draw', 'photo.png', '-o'),
  refusal('draw', 'photo.png', '--__proto__', 'x'),
  refusal('draw', 'photo.png', '--constructor.prototype.x=1'),
  refusal('draw', 'photo.png', '--no-photo'),
  refusal('draw', 'photo.png', '--no-output'),
  refusal('draw', 'photo.png', '--size.x', '3'),
  refusal('draw', 'photo.png', '--output.x', 'a.mp4'),
  refusal('draw', 'photo.png', '--preset', 'paintng'),
  refusal('draw', 'photo.png', '--provider', 'cpu\n\u001b[31m'),
  refusal('draw', 'photo.png', '--provider', 'x'.repeat(100_000)),
  refusal('draw', 'photo.png', '--preset', 'x'.repeat(100_000)),
  refusal('draw', 'photo.png', '--weights', 'x'.repeat(100_000)),
  refusal('draw', 'photo.png', '--memory', '9'.repeat(100_000)),
  refusal('draw', 'photo.png', '--memory', '1'),
  refusal('draw', 'photo.png', '--memory', '-1G'),
  refusal('draw', 'photo.png', '--size', '0'),
  refusal('draw', 'photo.png', '--size', '-5'),
  refusal('draw', 'photo.png', '--size', '1e400'),
  refusal('draw', 'photo.png', '--threads', '1e9'),
  refusal('draw', 'photo.png', '--fps', '0'),
  refusal('draw', 'photo.png', '--hold', '-1'),
  refusal('draw', 'photo.png', '--seconds', '0'),
  refusal('draw', 'photo.png', '--seconds', '-8'),
  refusal('draw', 'photo.png', '--seconds', '1e308'),
  refusal('presets', 'shw'),
  refusal('presets', 'show'),
  refusal('presets', 'show', ''),
  refusal('presets', 'show', '__proto__'),
  refusal('presets', 'show', '../x\n\u001b[31m'),
  refusal('presets', 'show', '/dev/zero'),
  refusal('presets', 'show', 'x'.repeat(100_000)),
  refusal('draw', 'photo.png', '-o', 'x.avi'),
  refusal('draw', 'photo.png', '-o', ''),
  refusal('draw', 'photo.png', '--still', 'x.jpg'),
  refusal('draw', 'photo.png', '--replay', 'x.avi'),
  refusal('draw', 'photo.png', '--steps', 'x.txt'),
  refusal('draw', 'photo.png', '--preset', 'pen', '--still-size', '64'),
  refusal('draw', 'photo.png', '--preset', 'pen', '--still', 'x.png', '--still-size', '1e9'),
  refusal('draw', 'photo.png', '--preset', 'ink', '--replay', 'x.mp4'),
  refusal('draw', 'photo.png', `--${'x'.repeat(100_000)}`),
  refusal('draw', 'photo.png', '--a\nb\u001b[31m'),
  refusal('draw', 'photo.png', '-\u001b[31m'),
  refusal('x'.repeat(100_000)),
  refusal('a\nb'),
  refusal('export', '--layer', 'block9_conv9', '-o', 'models'),
  refusal('export', '--layer', `block\n\u001b[31m${'x'.repeat(1e5)}`, '-o', 'models'),
  refusal('export', '--layer', 'block1_conv1', '--height', '1e9', '-o', 'models'),
  refusal('weights'),
  refusal('weights', 'ftch'),
  refusal('weights', 'verify', '../../etc/passwd'),
  refusal('weights', 'path', '../x'),
  refusal('weights', 'fetch', 'kears'),
  refusal('weights', 'fetch', '--url', 'file:///etc/passwd', '--digest', `md5:${'0'.repeat(32)}`),
  refusal('weights', 'fetch', '--url', 'http://example.org/x', '--digest', `md5:${'0'.repeat(32)}`),
  refusal('weights', 'fetch', '--url', 'not a url\n'),
  refusal(
    'weights',
    'fetch',
    '--url',
    `http://127.0.0.1:9/${'x'.repeat(50_000)}`,
    '--digest',
    `md5:${'0'.repeat(32)}`,
    '--name',
    '../x',
  ),
  fine('--help'),
  fine('-h'),
  fine('--version'),
  fine('-v'),
  fine('version'),
  fine('draw', '--help'),
  fine('draw', '-h'),
  fine('presets'),
  fine('presets', '--json'),
  fine('presets', 'show', 'sketch'),
  fine('presets', 'show', 'preset.json'),
  fine('presets', 'schema'),
  fine('weights', 'list'),
  fine('weights', 'path'),
  fine(...ownDraw, '--size', '24', '--size', '32'),
  fine(...ownDraw, '--size', '24', '--fps', '24', '--fps', '30'),
  fine(...ownDraw, '--size', '24', '-o', 'photo.mp4', '-o', 'photo.mp4'),
  fine(...ownDraw, '--size', '24', '--overwrite', '--overwrite'),
  fine('draw', ...ownDraw.slice(2), '--size', '24', '--', 'photo.png'),
  fine(...ownDraw, '--size=24', '--fps=0.5'),
  fine(...ownDraw, '--size=24', '--seconds=0.001'),
  fine(...ownDraw, '--size=24', '--seconds=3', '--fps=0.1'),
  fine(...ownDraw, '--size=24', '--seconds', '100'),
];

/** Any command, with the options that it knows and a few that it does not, of any value. */
function anything(random: Random): Case {
  const { words, options, sound: needs } = random.pick(commands);
  const args = random.chance(0.7) ? [...needs] : [];
  const value = () =>
    random.pick([
      () => random.pick(hostileTexts.filter((text) => !text.includes('\0'))),
      () => String(random.integer(-3, 3)),
      () => String(random.number(-1e6, 1e6)),
      () => random.pick(['9e15', '0x10', '1_000', '٣', '½', '1e-9', 'true', 'false', '-0', '08']),
      () => random.bytes(random.integer(1, 40)).toString('latin1').replaceAll('\0', ' '),
      () => random.pick(['photo.png', 'preset.json', '.', './', '../', 'a/b/c.mp4', 'x.mp4', 'x.png', 'frames']),
    ])();
  for (let i = random.integer(1, 4); i > 0; i--) {
    const { name, type } =
      options.length > 0 && random.chance(0.85) ? random.pick(options) : { name: value().slice(0, 20), type: 'string' };
    const flag = `${random.pick(['--', '--', '--', '-', '--no-'])}${random.chance(0.9) ? name : name.slice(0, -1)}`;
    const given = type === 'boolean' ? [flag] : random.chance(0.3) ? [`${flag}=${value()}`] : [flag, value()];
    const at = random.integer(0, args.length);
    args.splice(at, 0, ...given);
  }
  if (random.chance(0.3)) args.splice(random.integer(0, args.length), 0, value());
  return harmless(words, args);
}

/** What a drawing is told at random may make files of any name, and more than one, and take its time. */
function harmless(words: readonly string[], args: readonly string[]): Case {
  return {
    what: shown([...words, ...args]),
    prepare: (folder) => makeInputs(folder),
    runs: [
      {
        args: [...words, ...args],
        talks: true,
        kills: [
          { signal: 'SIGINT', lines: 0, delay: 8000, to: 'process' },
          { signal: 'SIGINT', lines: 0, delay: 100, to: 'process' },
        ],
      },
    ],
    outputs: 'any',
  };
}

export const argumentLists: Family = {
  name: 'arguments',
  what: 'options without values, twice, of a wrong kind; commands and words that are none',
  share: 20,
  known: () => [...fixed, ...everyOption()],
  async open() {
    commands = commandsOf().filter((command) => !isOutside(command));
  },
  draw: anything,
};
