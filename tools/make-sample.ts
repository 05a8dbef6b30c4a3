/** Renders the sample picture that the README and `npm run demo` draw: `node dist/tools/make-sample.js [FILE]`. */
import { Jimp, JimpMime, PNGColorType } from 'jimp';
import { writeWhole } from '../src/files/unfinished.js';
import { toByte } from './sample/color.js';
import { pixelAt } from './sample/layer.js';
import { paintScene } from './sample/scene.js';

const output = process.argv[2] ?? 'tools/sample.png';

const picture = paintScene();
const bitmap = Buffer.alloc(4 * picture.width * picture.height, 255);
for (let row = 0; row < picture.height; row++) {
  for (let column = 0; column < picture.width; column++) {
    pixelAt(picture, column, row).forEach((light, channel) => {
      bitmap[4 * (row * picture.width + column) + channel] = toByte(light);
    });
  }
}
const image = Jimp.fromBitmap({ data: bitmap, width: picture.width, height: picture.height });
await writeWhole(output, await image.getBuffer(JimpMime.png, { colorType: PNGColorType.COLOR, deflateLevel: 9 }));
