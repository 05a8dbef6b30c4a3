/** The drawing that most cases are about: so small that it takes half a second, most of it Node.js getting ready. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pngFile } from '../../test/image/formats/encoders.js';
import type { Case, Output, Run } from './case.js';

/** A photo of so many pixels a side, the same every time. */
export const photo = (side: number): Buffer =>
  pngFile(
    { width: side, height: side - 4, depth: 8, colourType: 2 },
    (x, y, channel) => (x * 11 + y * 7 + channel * 60) & 255,
  );

export const preset = (iterations: number, more: object = {}): string =>
  JSON.stringify({ phases: [{ layer: 'block1_conv1', iterations, learningRate: 5, ...more }] });

/** A preset of strokes. */
export const strokesPreset = JSON.stringify({
  medium: { kind: 'strokes', count: 8, rounds: 1, width: [4, 2], lengths: [20, 60] },
  phases: [{ layer: 'block1_conv1', iterations: 2, learningRate: 1 }],
});

/** Puts a photo and a preset into the folder, and a preset with style. */
export function makeInputs(folder: string, { side = 24, iterations = 2 } = {}): void {
  writeFileSync(join(folder, 'photo.png'), photo(side));
  writeFileSync(join(folder, 'preset.json'), preset(iterations));
  writeFileSync(join(folder, 'styled.json'), preset(iterations, { style: { block1_conv1: 1 } }));
}

/** What most drawings are told; a later option of the same name wins or is refused, so each is given once. */
const usual: Readonly<Record<string, string | true>> = {
  preset: 'preset.json',
  size: '64',
  weights: 'seeded',
  provider: 'cpu',
  seconds: '1',
  hold: '0.1',
  quiet: true,
};

/** The arguments of a drawing. `false` leaves a usual option out. */
export function drawArgs(options: Readonly<Record<string, string | boolean>> = {}, photo = 'photo.png'): string[] {
  const all = Object.entries({ ...usual, ...options }).filter(([, value]) => value !== false);
  return [
    'draw',
    photo,
    ...all.flatMap(([name, value]) => (value === true ? [`--${name}`] : [`--${name}`, value as string])),
  ];
}

/** The arguments of an export that is soon done. */
export const exportArgs = (output: string, side = 8): string[] => [
  ...['export', '--layer', 'block1_conv1', '--height', String(side), '--width', String(side)],
  ...['--weights', 'seeded', '-o', output],
];

export const video: Output = { path: 'photo.mp4', kind: 'video' };
export const still: Output = { path: 'still.png', kind: 'picture' };
export const frames: Output = { path: 'frames', kind: 'frames' };

/** Options that ask for every output. */
export const allOutputs = { still: 'still.png', frames: 'frames' };

/** A drawing that is told `options`, once. */
export function drawing(
  what: string,
  options: Readonly<Record<string, string | boolean>> = {},
  more: Partial<Case> & { run?: Partial<Run> } = {},
): Case {
  const { run, ...rest } = more;
  return {
    what,
    prepare: (folder) => makeInputs(folder),
    runs: [{ args: drawArgs(options), ...run }],
    outputs: [video],
    ...rest,
  };
}
