/**
 * Draws some golden drawings of the presets on WebGPU: a process of its own, which takes its environment and may end with it.
 * prints one JSON object a line, and an empty one when it has got to the end
 */
import { readPhoto } from '../../src/image/photo.js';
import { goldenDrawings, goldenPath, lastFrame, meanDifference } from './drawings.js';

const tell = (result: object): void => void process.stdout.write(`${JSON.stringify(result)}\n`);

// Pixels and strokes; `npm run golden -- --provider webgpu` draws all, in minutes.
const some = ['pencil', 'chalk'];
for (const drawing of goldenDrawings.filter(({ name }) => some.some((preset) => name.startsWith(preset)))) {
  const golden = await readPhoto(goldenPath(drawing.name));
  tell({ name: drawing.name, difference: meanDifference(golden, await lastFrame(drawing, 'webgpu')) });
}
tell({});
