/** Files of weights: damaged, in every format, and files that are none. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findLayer } from '../../src/networks/vgg19/layers.js';
import { seededWeights } from '../../src/networks/vgg19/weights/seeded.js';
import {
  type LayerWeights,
  layersOf,
  safetensorsBytes,
  writeKeras3,
  writeOnnx,
  writeTfjs,
} from '../../test/networks/vgg19/weights/formats/writers.js';
import { writeKerasFile } from '../../test/networks/vgg19/weights/keras-file.js';
import type { Case, Draw, Family, Output } from './case.js';
import { damage, hostileValues } from './damage.js';
import { drawArgs, makeInputs } from './drawing.js';
import type { Random } from './random.js';

const through = findLayer('block1_conv1');

type Writer = (folder: string, layers: readonly LayerWeights[]) => Promise<unknown> | unknown;

/** By the name of the file that is given to the program; others may lie beside it. */
const writers: Readonly<Record<string, Writer>> = {
  'keras.h5': (folder, layers) =>
    writeKerasFile(
      join(folder, 'keras.h5'),
      layers.map(({ layer }) => layer),
    ),
  'keras3.h5': (folder, layers) => writeKeras3(join(folder, 'keras3.h5'), layers),
  'plain.onnx': (folder, layers) => writeOnnx(join(folder, 'plain.onnx'), layers, through),
  'zoo.onnx': (folder, layers) => writeOnnx(join(folder, 'zoo.onnx'), layers, through, { naming: 'zoo' }),
  'constants.onnx': (folder, layers) =>
    writeOnnx(join(folder, 'constants.onnx'), layers, through, { constants: true, floatData: true }),
  'external.onnx': (folder, layers) => writeOnnx(join(folder, 'external.onnx'), layers, through, { external: 'data' }),
  'f32.safetensors': (folder, layers) => writeFileSync(join(folder, 'f32.safetensors'), safetensorsBytes(layers)),
  'bf16.safetensors': (folder, layers) =>
    writeFileSync(join(folder, 'bf16.safetensors'), safetensorsBytes(layers, { dtype: 'BF16', metadata: { a: 'b' } })),
  'model.json': (folder, layers) => writeTfjs(folder, layers, { shardBytes: 3000 }),
  'quantized/model.json': (folder, layers) => writeTfjs(join(folder, 'quantized'), layers, { quantized: 'uint8' }),
};

const kinds = Object.keys(writers);

/** Every format's files, by the format's name and their paths: written once. */
const samples = new Map<string, ReadonlyMap<string, Buffer>>();

async function makeSamples(): Promise<void> {
  const { data } = await seededWeights(1, through);
  const folder = mkdtempSync(join(tmpdir(), 'vggdraw-attack-weights-'));
  try {
    for (const [name, write] of Object.entries(writers)) {
      const place = join(folder, name.replace('/', '-'));
      mkdirSync(place);
      await write(place, layersOf(data, through));
      const all = readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      const paths = all.map((entry) => join(entry.parentPath, entry.name));
      samples.set(name, new Map(paths.map((path) => [path.slice(place.length + 1), readFileSync(path)])));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function put(folder: string, files: ReadonlyMap<string, Buffer>): void {
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}

const reading = (what: string, file: string, files: ReadonlyMap<string, Buffer>, sound = false): Case => ({
  what: `${file}: ${what}`,
  prepare: (folder) => put(folder, files),
  read: { kind: 'weights', file, sound },
});

/** What the command line does with a file: draws with it, shows it, imports it. */
function given(what: string, file: string, prepare: (folder: string) => void, way: string, ends?: number[]): Case {
  const args = way === 'draw' ? drawArgs({ weights: file, output: 'out.mp4' }) : ['weights', way, file];
  const outputs: Output[] = way === 'draw' ? [{ path: 'out.mp4', kind: 'video' }] : [];
  return {
    what: `${way}: ${what}`,
    prepare: (folder) => {
      makeInputs(folder);
      prepare(folder);
    },
    runs: [{ args, ...(ends ? { ends } : {}), memory: 1e9 }],
    outputs,
  };
}

const ways = ['draw', 'info', 'import'] as const;

const refused = (what: string, file: string, prepare: (folder: string) => void = () => {}): Draw[] =>
  ways.map((way) => () => given(what, file, prepare, way, [1]));

const bytesRefused = (what: string, bytes: () => Buffer | string): Draw[] =>
  refused(what, 'bad.weights', (folder) => writeFileSync(join(folder, 'bad.weights'), bytes()));

const known: readonly Draw[] = [
  ...kinds.map(
    (kind): Draw =>
      () =>
        reading('sound', kind, samples.get(kind)!, true),
  ),
  ...kinds.map(
    (kind): Draw =>
      () =>
        given(`sound ${kind}`, kind, (folder) => put(folder, samples.get(kind)!), 'draw', [0]),
  ),
  ...bytesRefused('an empty file', () => ''),
  ...bytesRefused('a safetensors header of 2^63 bytes', () => safetensorsBytes([], { claimed: 2n ** 63n })),
  ...bytesRefused('JSON of 100,000 brackets', () => `{"weightsManifest":${'['.repeat(100_000)}`),
  ...bytesRefused('a name of a megabyte', () => {
    const text = JSON.stringify({ [`features.0.weight\n\u001b[31m${'x'.repeat(1e6)}`]: { dtype: 'F\n32', shape: [] } });
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(Buffer.byteLength(text)));
    return Buffer.concat([length, Buffer.from(text)]);
  }),
  ...bytesRefused('shards that lie elsewhere', () =>
    JSON.stringify({
      weightsManifest: [
        {
          paths: ['../../../../../../etc/passwd'],
          weights: [{ name: 'block1_conv1/kernel\n', shape: [3, 3, 3, 64], dtype: 'float32' }],
        },
      ],
    }),
  ),
  ...bytesRefused('a shard with a newline and a megabyte of a name', () =>
    JSON.stringify({ weightsManifest: [{ paths: [`a\n\u001b[31m${'b'.repeat(1e6)}`], weights: [] }] }),
  ),
  ...refused('/dev/zero', '/dev/zero'),
  ...refused('/dev/full', '/dev/full'),
  ...refused('a folder', '.'),
  ...refused('a FIFO', 'pipe', (folder) => execFileSync('mkfifo', [join(folder, 'pipe')])),
  ...refused('a link to itself', 'ring', (folder) => symlinkSync('ring', join(folder, 'ring'))),
  ...refused('a path of 16,000 characters', 'a'.repeat(16_000)),
  ...refused('a path with a newline', 'a\nb'),
  ...refused('an escape', '\u001b[31m.h5'),
  ...['seeded:', 'seeded:-1', 'seeded:1e3', 'seeded:99999999999999999999', 'Seeded', 'pretrained'].map(
    (spec): Draw =>
      () =>
        given(spec, spec, () => {}, 'draw', [1]),
  ),
];

/** A copy of a format's files, with one of them damaged. */
function damaged(kind: string, random: Random): { files: Map<string, Buffer>; how: string } {
  const files = new Map(samples.get(kind)!);
  // The file that is named, mostly: what lies beside it is numbers alone.
  const hurt = random.chance(0.85) ? kind : random.pick([...files.keys()]);
  if (hurt.endsWith('.json') && random.chance(0.5)) {
    const [text, value] = [files.get(hurt)!.toString(), random.pick(hostileValues)];
    const changed = replaceOne(text, value, random);
    files.set(hurt, Buffer.from(changed));
    return { files, how: `${hurt} with ${JSON.stringify(value)?.slice(0, 40)} in it` };
  }
  const other = samples.get(random.pick(kinds))!.values().next().value!;
  const { bytes, how } = damage(files.get(hurt)!, random, other);
  files.set(hurt, bytes);
  return { files, how: `${hurt}: ${how}` };
}

/** JSON with one of its values, words or numbers, replaced by another. */
function replaceOne(text: string, value: unknown, random: Random): string {
  const places = [...text.matchAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.e+-]*/g)];
  const { 0: old, index } = random.pick(places);
  return text.slice(0, index) + JSON.stringify(value) + text.slice(index + old.length);
}

export const weights: Family = {
  name: 'weights',
  what: 'damaged files of weights in every format, claims, devices; drawn with, shown, imported',
  share: 50,
  known: () => known,
  open: makeSamples,
  draw(random) {
    const kind = random.pick(kinds);
    const { files, how } = damaged(kind, random);
    if (random.chance(0.85)) return reading(how, kind, files);
    return given(`${kind}: ${how}`, kind, (folder) => put(folder, files), random.pick(ways));
  },
};
