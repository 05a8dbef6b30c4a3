/** Presets: hostile values in every field, damaged text, and files that are no presets. */
import { execFileSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePreset } from '../../src/drawing/recipe/preset.js';
import { iterationsOf, layersOf } from '../../src/drawing/recipe/schedule.js';
import { layers } from '../../src/networks/vgg19/layers.js';
import type { Case, Draw, Family } from './case.js';
import { damage, hostileTexts, type Json, putHostile } from './damage.js';
import { drawArgs, makeInputs, video } from './drawing.js';
import type { Random } from './random.js';

/** One that says all that can be said. */
const full = (): { [key: string]: Json } => ({
  $schema: './preset.schema.json',
  description: 'all fields',
  canvas: { colours: 'rgb', start: 'noise', paper: '#102030', lower: 'black', upper: 'white' },
  tone: 'photo',
  finalTone: 'print',
  adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  optimizer: 'adam',
  scales: [0.5, 1],
  phases: [
    { layer: 'block1_conv2', iterations: 1, learningRate: { from: 4, to: 2, decay: 'cosine' } },
    { layer: 'block1_conv1', iterations: 2, learningRate: 3, keepOptimizer: true },
    {
      ...{
        layers: { block1_conv1: 1, block1_conv2: { from: 0.5, to: 1, decay: 'linear' } },
        iterations: 1,
        learningRate: 3,
      },
      ...{ ink: { from: 2, to: 0, decay: 'linear' }, smoothness: 4, colour: 1 },
    },
  ],
});

/** Whether drawing it takes so long that it would pass for a hang. */
export function takesLong(text: string): boolean {
  try {
    const preset = parsePreset(JSON.parse(text), 'mutated');
    return (
      iterationsOf(preset) > 50 || layersOf(preset).some((name) => layers.findIndex((layer) => layer.name === name) > 3)
    );
  } catch {
    return false;
  }
}

const given = (what: string, path: string, prepare: (folder: string) => void, ends?: number[]): Case => ({
  what,
  prepare: (folder) => {
    makeInputs(folder);
    prepare(folder);
  },
  runs: [{ args: drawArgs({ preset: path }), memory: 1e9, ...(ends ? { ends } : {}) }],
  outputs: [video],
});

const text =
  (what: string, content: () => string | Buffer, ends?: number[]): Draw =>
  () =>
    given(what, 'own.json', (folder) => writeFileSync(join(folder, 'own.json'), content()), ends);

const drawn = [0];
const refused = [1];
const phase = '{"layer":"block1_conv1","iterations":1,"learningRate":5}';
const plain = `{"phases":[${phase}]}`;

/** With a canvas, or a phase, of which this is said. */
const canvas = (said: object): string => JSON.stringify({ canvas: said, phases: [JSON.parse(phase)] });
const phased = (said: object): string => JSON.stringify({ phases: [{ ...JSON.parse(phase), ...said }] });

const known: readonly Draw[] = [
  text('all fields', () => JSON.stringify(full()), drawn),
  ...['paper', 'photo', 'noise', 'white', 'black'].flatMap((start) =>
    ['rgb', 'grey'].map((colours) => text(`${colours} from ${start}`, () => canvas({ colours, start }), drawn)),
  ),
  text('noise in a range of one level', () => canvas({ start: 'noise', lower: 0, upper: 1 }), drawn),
  text('a colour with a newline', () => canvas({ paper: '#ffffff\n' }), refused),
  text('a colour of a megabyte', () => canvas({ paper: '#'.repeat(1e6) }), refused),
  text('a grey canvas in colour', () => canvas({ colours: 'gray' }), refused),
  text('a grey canvas printed', () => `{"canvas":{"colours":"grey"},"tone":"print","phases":[${phase}]}`, refused),
  text('style without a picture', () => phased({ style: { block1_conv1: 1 } }), refused),
  text('style in a layer that is none', () => phased({ style: { __proto: 1 } }), refused),
  text('style of nothing', () => phased({ style: {} }), refused),
  text('the optimizer by its name', () => `{"optimizer":"lbfgs","phases":[${phase}]}`, drawn),
  text('an optimizer that is none', () => `{"optimizer":"lbfg","phases":[${phase}]}`, refused),
  text('scales that fall', () => `{"scales":[1,0.5],"phases":[${phase}]}`, refused),
  text('more scales than iterations', () => `{"scales":[0.5,1],"phases":[${phase}]}`, refused),
  text('a scale of nothing', () => phased({ iterations: 2 }).replace('{', '{"scales":[1e-320,1],'), drawn),
  text('an unknown term', () => phased({ inc: 1 }), refused),
  text('a negative price', () => phased({ ink: -1e-320 }), refused),
  text('a price of 1e308', () => phased({ ink: 1e308, smoothness: 1e308 })),
  text('a price of nothing', () => phased({ ink: 0, smoothness: 0 }), drawn),
  text('a layer twice, under two names', () => phased({ layer: undefined, layers: { conv1_1: 1, block1_conv1: 2 } })),
  text('layers that are none', () => phased({ layer: undefined, layers: {} }), refused),
  text('layers of no weight', () => phased({ layer: undefined, layers: { block1_conv1: 0 } })),
  text(
    '10,000 layers',
    () => phased({ layers: Object.fromEntries(Array.from({ length: 1e4 }, (_, i) => [`k${i}`, 1])) }),
    refused,
  ),
  text(
    'a description of 100,000 lines',
    () => `{"description":${JSON.stringify('a\n\u001b[31m'.repeat(1e5))},"phases":[${phase}]}`,
  ),
  text('a byte order mark', () => `\ufeff${plain}`, drawn),
  text('UTF-16', () => Buffer.from(`\ufeff${plain}`, 'utf16le')),
  text(
    'lower above upper, as words',
    () => `{"canvas":{"lower":"white","upper":"black"},"phases":[${phase}]}`,
    refused,
  ),
  text('lower above upper', () => `{"canvas":{"lower":5,"upper":1},"phases":[${phase}]}`, refused),
  text('lower above the white of the photo', () => `{"canvas":{"lower":1e30,"upper":"white"},"phases":[${phase}]}`),
  text('an empty file', () => '', refused),
  text('no JSON', () => 'phases: []\n\u001b[31m', refused),
  text('a key with newlines and escapes', () => `{"ph\\nases\\u001b[31m\\u0007":1,"phases":[${phase}]}`, refused),
  text('a key of a megabyte', () => JSON.stringify({ ['k'.repeat(1e6)]: 1, phases: [] }), refused),
  text(
    'a layer of a megabyte',
    () => JSON.stringify({ phases: [{ layer: 'x\n'.repeat(5e5), iterations: 1, learningRate: 1 }] }),
    refused,
  ),
  text(
    '100,000 unknown keys',
    () => JSON.stringify(Object.fromEntries(Array.from({ length: 1e5 }, (_, i) => [`k${i}`, i]))),
    refused,
  ),
  text('__proto__', () => `{"__proto__":{"phases":[${phase}]},"phases":[${phase}]}`),
  text('100,000 brackets', () => '['.repeat(1e5), refused),
  text('100,000 brackets, closed', () => `{"phases":${'['.repeat(1e5)}${']'.repeat(1e5)}}`, refused),
  text('100 MB of spaces', () => Buffer.alloc(1e8, ' '), refused),
  text('a rate of 1e308', () => plain.replace('5}', '1e308}')),
  text('a rate of 1e-320', () => plain.replace('5}', '1e-320}')),
  text('an epsilon of 1e-320', () => `{"adam":{"epsilon":1e-320},"phases":[${phase}]}`),
  text('a range of nothing', () => `{"canvas":{"lower":0,"upper":1e-40},"phases":[${phase}]}`),
  text('a layer too deep for the picture', () => plain.replace('block1_conv1', 'block5_pool'), refused),
  () => given('a FIFO', 'pipe.json', (folder) => execFileSync('mkfifo', [join(folder, 'pipe.json')]), refused),
  () => given('/dev/zero', '/dev/zero', () => {}, refused),
  () => given('/dev/full', '/dev/full', () => {}, refused),
  () => given('/dev/stdin', '/dev/stdin', () => {}, refused),
  () => given('/proc/self/mem', '/proc/self/mem', () => {}, refused),
  () => given('a folder', '.', () => {}, refused),
  () =>
    given('a link to itself', 'ring.json', (folder) => symlinkSync('ring.json', join(folder, 'ring.json')), refused),
  () => given('a path of 16,000 characters', 'a'.repeat(16_000), () => {}, refused),
  ...hostileTexts
    .filter((name) => !name.includes('\0'))
    .map(
      (name): Draw =>
        () =>
          given(`the name ${JSON.stringify(name).slice(0, 60)}`, name, () => {}, refused),
    ),
];

/** One with a hostile value in some place. */
function changed(random: Random): { content: string; how: string } {
  const root: { [key: string]: Json } = full();
  if (random.chance(0.5)) (root.phases as { [key: string]: Json }[])[2]!.style = { block1_conv1: 1 };
  const how = putHostile(root, random);
  return { content: JSON.stringify(root), how };
}

export const presets: Family = {
  name: 'presets',
  what: 'hostile values in every field, damaged JSON, devices, names',
  share: 30,
  known: () => known,
  draw(random) {
    const kind = random.chance(0.6) ? changed(random) : undefined;
    const cut = kind ? undefined : damage(Buffer.from(JSON.stringify(full(), null, 1)), random);
    const [content, how] = [kind?.content ?? cut!.bytes, (kind ?? cut)!.how];
    if (random.chance(0.85) || takesLong(content.toString())) {
      const prepare = (folder: string) => writeFileSync(join(folder, 'own.json'), content);
      return { what: how, prepare, read: { kind: 'preset', file: 'own.json' } };
    }
    return given(how, 'own.json', (folder) => writeFileSync(join(folder, 'own.json'), content));
  },
};
