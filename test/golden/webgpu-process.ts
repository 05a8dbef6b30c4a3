/**
 * The beginnings of some golden drawings, smaller, on WebGPU and on the CPU: a process of its own, which takes its environment and may end with it.
 * prints one JSON object a line, and an empty one when it has got to the end
 */
import { goldenDrawings, lastFrame, meanDifference } from './drawings.js';

const tell = (result: object): void => void process.stdout.write(`${JSON.stringify(result)}\n`);

// Pixels and strokes; `npm run golden -- --provider webgpu` draws all, in minutes.
const some = ['pencil', 'chalk'];
for (const drawing of goldenDrawings.filter(({ name }) => some.some((preset) => name.startsWith(preset)))) {
  // At one size: what is compiled for each takes seconds there, as an iteration does.
  const phases = drawing.preset.phases.map((phase) => ({ ...phase, iterations: 2 }));
  const begun = { ...drawing, preset: { ...drawing.preset, phases, scales: [1] }, size: 48 };
  tell({ name: drawing.name, difference: meanDifference(await lastFrame(begun), await lastFrame(begun, 'webgpu')) });
}
tell({});
