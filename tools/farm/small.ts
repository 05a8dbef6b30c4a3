/** Photos and a preset with which a job takes a moment. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodePng } from '../../src/image/encode-png.js';
import { Random } from '../attack/random.js';

/** Squares of random pixels, no two alike. @returns their paths. */
export async function smallPhotos(folder: string, count: number, seed: string | number, side = 16): Promise<string[]> {
  const paths = [];
  for (let i = 0; i < count; i++) {
    const rgb = new Uint8Array(new Random(seed, i).bytes(3 * side * side));
    const path = join(folder, `photo-${seed}-${i}.png`);
    writeFileSync(path, await encodePng({ width: side, height: side, rgb }));
    paths.push(path);
  }
  return paths;
}

/** A preset of two iterations, in a file. @returns its path. */
export function twoIterations(folder: string): string {
  const path = join(folder, 'two.json');
  writeFileSync(path, JSON.stringify({ phases: [{ layer: 'block1_conv2', iterations: 2, learningRate: 8 }] }));
  return path;
}
