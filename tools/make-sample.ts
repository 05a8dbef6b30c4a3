/**
 * Renders the sample picture that the README and `npm run demo` draw: `node dist/tools/make-sample.js [FILE [WIDTH [PATHS]]]`. Light is
 * followed through a scene, by PATHS² paths for each pixel (6, which takes about two minutes; 3 and a width of 320 are enough to try
 * something out).
 */
import { Jimp, JimpMime, PNGColorType } from 'jimp';
import { writeWhole } from '../src/files/unfinished.js';
import { develop, expose } from './sample/camera.js';
import { denoised } from './sample/denoise.js';
import { Mesh } from './sample/mesh.js';
import { stillLife, view } from './sample/scene.js';

const [output = 'tools/sample.png', width = '640', paths = '6'] = process.argv.slice(2);
const size = [Number(width), Math.round(0.75 * Number(width))] as const;

const exposure = expose(new Mesh(stillLife()), view, size, Number(paths), (row) => {
  if (process.stderr.isTTY) process.stderr.write(`\r${row + 1} of ${size[1]}`);
});
const rgb = develop(denoised(exposure), 1);
const bitmap = Buffer.alloc(4 * size[0] * size[1], 255);
for (let i = 0; i < size[0] * size[1]; i++) bitmap.set(rgb.subarray(3 * i, 3 * i + 3), 4 * i);
const image = Jimp.fromBitmap({ data: bitmap, width: size[0], height: size[1] });
await writeWhole(output, await image.getBuffer(JimpMime.png, { colorType: PNGColorType.COLOR, deflateLevel: 9 }));
