/** Drawings within a given memory: they keep to it, or refuse before they begin. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Case, Draw, Family } from './case.js';
import { drawArgs, makeInputs, photo, video } from './drawing.js';
import type { Random } from './random.js';
import { slowJpeg } from './samples/jpeg.js';

/** What the process may take beyond what it was given: what the system counts as its own and does not take at once. */
const tolerance = 1.03;

/** What Node.js and ONNX Runtime take before anything is decided, in bytes: nobody can keep to less than that. */
const ownBytes = 200e6;

function within(megabytes: number, size: number, layer: string, large?: number): Case {
  const name = large === undefined ? 'photo.png' : 'large.jpg';
  return {
    what: `${megabytes} MB, ${size} pixels, ${layer}${large === undefined ? '' : `, a JPEG of ${large} by ${large}`}`,
    prepare: (folder) => {
      makeInputs(folder);
      writeFileSync(join(folder, name), large === undefined ? photo(size) : slowJpeg(large, 1));
      writeFileSync(join(folder, 'own.json'), JSON.stringify({ phases: [{ layer, iterations: 1, learningRate: 5 }] }));
    },
    runs: [
      {
        args: drawArgs({ preset: 'own.json', size: String(size), memory: `${megabytes}M`, output: 'photo.mp4' }, name),
        memory: Math.max(ownBytes, megabytes * 2 ** 20 * tolerance),
        seconds: 60,
      },
    ],
    outputs: [video],
  };
}

const known: readonly Draw[] = [
  () => within(300, 64, 'block1_conv1', 7900),
  () => within(600, 64, 'block1_conv1', 7900),
  () => within(1500, 64, 'block1_conv1', 7900),
  () => within(200, 64, 'block1_conv1', 3000),
  () => within(160, 256, 'block1_conv2'),
  () => within(220, 256, 'block1_conv2'),
  () => within(250, 384, 'block2_conv2'),
  () => within(400, 512, 'block2_conv2'),
  () => within(10, 64, 'block1_conv1'),
];

export const memory: Family = {
  name: 'memory',
  what: 'drawings and large photos within a given memory',
  share: 2,
  known: () => known,
  draw: (random: Random) =>
    within(
      random.integer(120, 700),
      random.integer(64, 384),
      random.pick(['block1_conv1', 'block1_conv2', 'block2_conv1', 'block2_conv2']),
      random.chance(0.4) ? random.integer(500, 6000) : undefined,
    ),
};
