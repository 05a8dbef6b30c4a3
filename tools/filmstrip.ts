/** Draws the sample picture and lays some of the frames side by side: the picture in the README. */
import { fileURLToPath } from 'node:url';
import { Jimp } from 'jimp';
import { draw } from '../src/drawing/draw.js';
import type { Frame } from '../src/drawing/frame.js';
import { writeWhole } from '../src/files/unfinished.js';
import { fitLongestSide } from '../src/image/resize.js';

const [output = 'tools/filmstrip.jpg'] = process.argv.slice(2);
/** Iterations shown: what each phase of `painting` has come to, and the paper. */
const shown = [0, 12, 30, 44, 54, 68, 76, 92];
const columns = 4;
const gap = 6;
const sample = fileURLToPath(new URL('../../tools/sample.png', import.meta.url));

const frames: Frame[] = [];
for await (const frame of draw(sample, { preset: 'painting', size: 384, weights: 'seeded:1' })) {
  if (shown.includes(frame.index)) frames.push(frame);
  if (process.stderr.isTTY) process.stderr.write(`\r${frame.index} of ${frame.drawing.frames - 1}`);
}

const pictures = await Promise.all(frames.map((frame) => fitLongestSide(frame.picture, 256)));
const { width, height } = pictures[0]!;
const rows = Math.ceil(pictures.length / columns);
const strip = new Jimp({
  width: columns * (width + gap) + gap,
  height: rows * (height + gap) + gap,
  color: 0x202024ff,
});
pictures.forEach(({ rgb }, i) => {
  const left = gap + (i % columns) * (width + gap);
  const top = gap + Math.floor(i / columns) * (height + gap);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = 3 * (y * width + x);
      const to = 4 * ((top + y) * strip.width + left + x);
      strip.bitmap.data.set(rgb.subarray(from, from + 3), to);
    }
  }
});
await writeWhole(output, await strip.getBuffer('image/jpeg', { quality: 88 }));
process.stdout.write(`${output}\n`);
