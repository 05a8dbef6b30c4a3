/**
 * Renews the golden frames in test/golden, and shows what changed: for every frame a picture with the old one, the new one and
 * their difference (grey where they agree, eight times amplified) side by side.
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { iterationsOf } from '../src/drawing/recipe/schedule.js';
import { writeWhole } from '../src/files/unfinished.js';
import { record } from '../src/golden/record.js';
import { isWithin, replay } from '../src/golden/replay.js';
import { encodePng } from '../src/image/encode-png.js';
import { readPhoto } from '../src/image/photo.js';
import type { Picture } from '../src/image/picture.js';
import {
  goldenDrawings,
  goldenPath,
  goldenPhotoPath,
  goldenStrokes,
  goldenStrokesPath,
  goldenTolerance,
  lastFrame,
  meanDifference,
  type StrokeNumbers,
  strokesApart,
  strokesDrawn,
  strokesTolerance,
} from '../test/golden/drawings.js';

const { write, differences, provider } = await yargs(hideBin(process.argv))
  .usage('npm run golden -- [options]')
  .option('write', { type: 'boolean', default: false, describe: 'Replace the golden frames that differ' })
  .option('provider', { type: 'string', default: 'cpu', describe: 'What draws' })
  .option('differences', {
    type: 'string',
    default: 'dist/golden-differences',
    describe: 'Folder for the pictures of differences',
  })
  .strict()
  .parseAsync();

/** Of what `vggdraw replay` holds iterations to. */
const tolerance = 1e-3;

await mkdir(differences, { recursive: true });
for (const drawing of goldenDrawings) {
  const { name } = drawing;
  const drawn = await lastFrame(drawing, provider);
  const path = goldenPath(name);
  const kept = existsSync(path) ? await readPhoto(path) : undefined;
  const change = kept ? meanDifference(kept, drawn) : Number.POSITIVE_INFINITY;
  const picture = join(differences, `${name}.png`);
  if (kept) await writeWhole(picture, await encodePng(sideBySide(kept, drawn)));
  if (write && change > goldenTolerance) await writeWhole(path, await encodePng(drawn));
  const verdict = change <= goldenTolerance ? 'agrees' : write ? 'renewed' : 'DIFFERS';
  process.stdout.write(
    `${verdict.padEnd(8)} ${name}: ${kept ? `${change.toFixed(3)} grey levels, ${picture}` : 'new'}\n`,
  );
}

// Whole drawings part where roundings differ, single iterations do not.
if (provider !== 'cpu') {
  for (const { name, preset, weights, style } of goldenDrawings) {
    if (style !== undefined || iterationsOf(preset) < 2) continue;
    const recorded = await record(goldenPhotoPath, { preset, weights, provider: 'cpu', size: 512 }, 1);
    for await (const { distance } of replay(recorded, tolerance, { provider })) {
      const [loss, gradient, parted] = [distance.loss, distance.gradient, distance.parted].map((n) =>
        n.toExponential(1),
      );
      const verdict = isWithin(distance, tolerance) ? 'agrees' : 'DIFFERS';
      process.stdout.write(
        `${verdict.padEnd(8)} iteration of ${name}: loss ${loss}, gradient ${gradient}, parted ${parted}\n`,
      );
    }
  }
}

const keptStrokes: Record<string, StrokeNumbers[]> = existsSync(goldenStrokesPath)
  ? JSON.parse(readFileSync(goldenStrokesPath, 'utf8'))
  : {};
for (const drawing of goldenStrokes) {
  const { name } = drawing;
  const [kept, drawn] = [keptStrokes[name], await strokesDrawn(drawing)];
  const change = kept ? strokesApart(kept, drawn) : Number.POSITIVE_INFINITY;
  if (change > strokesTolerance) keptStrokes[name] = drawn;
  const verdict = change <= strokesTolerance ? 'agrees' : write ? 'renewed' : 'DIFFERS';
  process.stdout.write(`${verdict.padEnd(8)} strokes of ${name}: ${kept ? `${change.toFixed(4)} apart` : 'new'}\n`);
}
if (write) await writeWhole(goldenStrokesPath, Buffer.from(`${JSON.stringify(keptStrokes)}\n`));

function sideBySide(before: Picture, after: Picture): Picture {
  const { width, height } = after;
  const rgb = new Uint8ClampedArray(9 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < 3 * width; x++) {
      const from = 3 * y * width + x;
      const to = 9 * y * width + x;
      const [old, now] = [before.rgb[from] ?? 0, after.rgb[from]!];
      rgb[to] = old;
      rgb[to + 3 * width] = now;
      rgb[to + 6 * width] = 128 + 8 * (now - old);
    }
  }
  return { width: 3 * width, height, rgb: new Uint8Array(rgb.buffer) };
}
